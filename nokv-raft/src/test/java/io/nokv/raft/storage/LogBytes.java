package io.nokv.raft.storage;

import io.nokv.base.vfs.Vfs;
import io.nokv.base.vfs.VfsFile;
import io.nokv.base.vfs.VfsIo;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Damages what an engine that is closed has in its log. Knows the frame of records by its description alone: one whose frame is to check
 * afterwards gets a checksum that does.
 */
public final class LogBytes {
    private static final int HEADER_BYTES = 25;
    private static final int STREAM = 4;
    /** Channel, kind, stream. */
    private static final int HEAD_BYTES = 10;

    /** Decides what becomes of a record. */
    public interface Change {
        /**
         * @param payload the record's own bytes, to be changed in place
         * @return whether it was
         */
        boolean of(int kind, long region, byte[] payload);
    }

    private LogBytes() {}

    /** Shows every Raft record in {@code directory} to {@code change}, oldest first; how many were changed. */
    public static int change(Vfs vfs, String directory, boolean framesCheck, Change change) {
        int changed = 0;
        for (String name : vfs.list(directory)) {
            if (name.endsWith(".wal")) {
                changed += change(vfs, directory + "/" + name, Long.parseLong(name.substring(0, name.length() - 4)),
                        framesCheck, change);
            }
        }
        return changed;
    }

    private static int change(Vfs vfs, String path, long segment, boolean framesCheck, Change change) {
        ByteBuffer bytes = ByteBuffer.wrap(VfsIo.readAll(vfs, path));
        int changed = 0;
        for (int at = 0; isRecord(bytes, segment, at);) {
            int payloadBytes = bytes.getInt(at + 8);
            int payloadAt = at + HEADER_BYTES;
            if (bytes.get(at + 24) == STREAM && bytes.get(payloadAt) == RaftLogs.CHANNEL) {
                byte[] own = new byte[payloadBytes - HEAD_BYTES];
                bytes.get(payloadAt + HEAD_BYTES, own);
                if (change.of(bytes.get(payloadAt + 1), bytes.getLong(payloadAt + 2), own)) {
                    changed++;
                    bytes.put(payloadAt + HEAD_BYTES, own);
                    if (framesCheck) {
                        bytes.putInt(at + 4, checksum(bytes, segment, at));
                    }
                }
            }
            at += (HEADER_BYTES + payloadBytes + 7) / 8 * 8;
        }
        if (changed > 0) {
            try (VfsFile file = vfs.open(path, Vfs.Mode.READ_WRITE)) {
                VfsIo.writeFully(file, 0, bytes.clear());
                file.sync();
            }
        }
        return changed;
    }

    /** False behind the last record, and in the file of a next segment, which is empty or has records of the one it was before. */
    private static boolean isRecord(ByteBuffer bytes, long segment, int at) {
        if (at + HEADER_BYTES > bytes.capacity()) {
            return false;
        }
        int payloadBytes = bytes.getInt(at + 8);
        return payloadBytes >= 0 && payloadBytes <= bytes.capacity() - at - HEADER_BYTES
                && bytes.getInt(at + 4) == checksum(bytes, segment, at);
    }

    private static int checksum(ByteBuffer bytes, long segment, int at) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(16).putLong(segment).putLong(at).flip());
        crc.update(bytes.array(), at + 8, HEADER_BYTES - 8 + bytes.getInt(at + 8));
        return (int) crc.getValue();
    }
}
