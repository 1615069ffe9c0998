package io.nokv.lsm.wal;

import io.nokv.base.codec.Bytes;
import io.nokv.base.port.Promise;
import io.nokv.base.port.Scheduler;
import io.nokv.base.vfs.VfsFile;
import io.nokv.base.vfs.VfsIo;
import java.nio.ByteBuffer;

/** Writes one segment in place, front to back. Used by one flow at a time. */
final class SegmentWriter implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 << 10;
    private static final long ALLOCATION_BYTES = 1 << 20;
    /** A part of the segment this large is sent to the medium ahead of the sync that somebody waits for. */
    private static final int AHEAD_PARTS = 8;

    private final VfsFile file;
    private final long number;
    private final long capacity;
    private ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    /** Where the next record goes; what lies before is in the file or in the buffer. */
    private long end;
    private long allocated;
    private long syncedTo;
    /** Up to where a sync ahead was begun, and the one under way; null when there is none, or it was waited for. */
    private long aheadTo;
    private Promise<Void> ahead;
    /** The end of the header; a segment that holds no more takes a record of any size. */
    private long firstRecordEnd;
    private volatile boolean begun;

    /** @param capacity bytes it takes before it is full; a single larger record still fits */
    SegmentWriter(VfsFile file, long number, long capacity) {
        this.file = file;
        this.number = number;
        this.capacity = capacity;
        this.allocated = file.size();
    }

    long number() {
        return number;
    }

    long end() {
        return end;
    }

    long size() {
        return allocated;
    }

    /** Whether the segment's header is on the medium: another segment may have a name from then on. */
    boolean isBegun() {
        return begun;
    }

    /** Bytes that the next {@link #sync} makes durable. */
    long unsyncedBytes() {
        return end - syncedTo;
    }

    boolean hasRoomFor(byte[] payload) {
        return end + LogFormat.recordBytes(payload.length) <= capacity || end == firstRecordEnd;
    }

    /** Puts a record into the buffer, and the buffer into the file when it is full. */
    void append(byte type, long sequence, byte[] payload) {
        int bytes = LogFormat.recordBytes(payload.length);
        if (buffer.remaining() < bytes) {
            writeOut();
            if (buffer.capacity() < bytes) {
                buffer = ByteBuffer.allocate(bytes);
            }
        }
        LogFormat.write(buffer, number, end, syncedTo, type, sequence, payload);
        end += bytes;
        if (firstRecordEnd == 0) {
            firstRecordEnd = end;
        }
    }

    void append(byte type, long sequence) {
        append(type, sequence, Bytes.EMPTY);
    }

    /** Puts the buffer into the file. */
    void writeOut() {
        if (end > allocated) {
            allocated = Math.max(end, Math.min(capacity, (end / ALLOCATION_BYTES + 1) * ALLOCATION_BYTES));
            file.allocate(allocated);
        }
        long start = end - buffer.position();
        buffer.flip();
        VfsIo.writeFully(file, start, buffer);
        if (buffer.capacity() > 4 * BUFFER_BYTES) {
            buffer = ByteBuffer.allocate(BUFFER_BYTES);
        }
        buffer.clear();
    }

    /** Puts the buffer into the file and the file onto the medium. */
    void sync() {
        writeOut();
        if (syncedTo < end) {
            awaitAhead();
            file.sync();
            syncedTo = end;
            begun = true;
        }
    }

    /**
     * Begins to put what is in the file onto the medium, once that is much, and does not wait for it: where nobody asks
     * for syncs, the one at the end of the segment would otherwise have all of it to do, while everybody waits. It proves
     * nothing: {@link #sync} still says what is durable. A failure is rethrown by the next call that comes after it, and
     * by the next sync in any case, since the operating system may report it only once.
     */
    void syncAhead(Scheduler scheduler) {
        if (end - Math.max(syncedTo, aheadTo) < capacity / AHEAD_PARTS || ahead != null && !ahead.isDone()) {
            return;
        }
        awaitAhead();
        Promise<Void> done = scheduler.promise();
        ahead = done;
        aheadTo = end;
        scheduler.execute("lsm-log-ahead", () -> {
            try {
                file.sync();
                begun = true;
                done.complete(null);
            } catch (RuntimeException | Error e) {
                done.fail(e);
            }
        });
    }

    private void awaitAhead() {
        Promise<Void> begun = ahead;
        ahead = null;
        if (begun != null) {
            begun.await();
        }
    }

    @Override
    public void close() {
        file.close();
    }
}
