package io.nokv.lsm.wal;

import io.nokv.base.error.NokvException;
import io.nokv.base.vfs.Vfs;
import io.nokv.base.vfs.VfsFile;
import io.nokv.base.vfs.VfsIo;
import java.nio.ByteBuffer;

/** Reads the log again while it is in use, up to where it has been written. Used by one flow. */
final class LogVerifier {
    private final LogFiles files;
    private final Retention retention;
    private int segments;
    private long bytes;

    LogVerifier(LogFiles files, Retention retention) {
        this.files = files;
        this.retention = retention;
    }

    /** CORRUPTION at the first byte of a needed segment that is not what was written. */
    WriteAheadLog.Verified run() {
        retention.written().forEach(this::check);
        return new WriteAheadLog.Verified(segments, bytes);
    }

    private void check(long segment, long end) {
        try {
            read(segment, end);
            segments++;
            bytes += end;
        } catch (NokvException e) {
            // It may have been deleted or recycled meanwhile, and then it is not what it was.
            if (segment >= retention.firstNeeded()) {
                throw e;
            }
        }
    }

    private void read(long segment, long end) {
        String path = files.segment(segment);
        byte[] content = new byte[Math.toIntExact(end)];
        try (VfsFile file = files.vfs().open(path, Vfs.Mode.READ)) {
            VfsIo.readFully(file, 0, ByteBuffer.wrap(content));
        }
        int at = 0;
        while (at < end) {
            LogFormat.Frame frame = LogFormat.read(content, segment, at);
            if (frame == null || at + frame.recordBytes() > end) {
                throw NokvException.corruption(path, at, "unreadable record; the segment goes on to " + end);
            }
            for (int i = frame.payloadAt() + frame.payloadBytes(); i < at + frame.recordBytes(); i++) {
                if (content[i] != 0) {
                    throw NokvException.corruption(path, i, "bytes between two records");
                }
            }
            at += frame.recordBytes();
        }
    }
}
