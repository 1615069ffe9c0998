package io.nokv.lsm.memtable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Memory for values of memtables, in chunks that go from one memtable to a later one: the garbage collector neither copies nor
 * frees what was written. Thread-safe.
 */
public final class ValueChunks {
    /** With the header of an array, a region of the collector G1 in a heap of up to 4 GiB: such an array is never copied. */
    private static final int MOST_CHUNK_BYTES = (1 << 20) - 32;
    private static final int LEAST_CHUNK_BYTES = 256;
    private static final int CHUNKS_PER_MEMTABLE = 16;
    private static final byte POISON = (byte) 0x5A;

    private final int chunkBytes;
    private final int mostIdle;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<byte[]> idle = new ArrayDeque<>();

    /**
     * @param memtableBytes of a memtable when it is full
     * @param memtables so many of them may be in use: what takes more is left to the collector
     */
    public ValueChunks(long memtableBytes, int memtables) {
        this.chunkBytes = Math.clamp(memtableBytes / CHUNKS_PER_MEMTABLE, LEAST_CHUNK_BYTES, MOST_CHUNK_BYTES);
        this.mostIdle = Math.toIntExact(Math.min(Integer.MAX_VALUE, (memtableBytes / chunkBytes + 1) * memtables));
    }

    int chunkBytes() {
        return chunkBytes;
    }

    byte[] take() {
        lock.lock();
        try {
            byte[] chunk = idle.pollLast();
            if (chunk != null) {
                return chunk;
            }
        } finally {
            lock.unlock();
        }
        return new byte[chunkBytes];
    }

    /** Nobody reads {@code chunks} any more. */
    void giveBack(List<byte[]> chunks) {
        assert poisoned(chunks);
        List<byte[]> back = new ArrayList<>(chunks);
        lock.lock();
        try {
            while (!back.isEmpty() && idle.size() < mostIdle) {
                idle.addLast(back.removeLast());
            }
        } finally {
            lock.unlock();
        }
    }

    /** With assertions on, who reads a value for too long meets another. */
    private static boolean poisoned(List<byte[]> chunks) {
        chunks.forEach(chunk -> Arrays.fill(chunk, POISON));
        return true;
    }

    /** Heap bytes that no memtable has. */
    public long idleBytes() {
        lock.lock();
        try {
            return idle.size() * (16L + chunkBytes);
        } finally {
            lock.unlock();
        }
    }
}
