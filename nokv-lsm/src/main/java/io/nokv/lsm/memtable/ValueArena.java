package io.nokv.lsm.memtable;

import io.nokv.base.error.Invariant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Copies of the values of one memtable, one behind the other. One writer; what it placed can be read by all. */
final class ValueArena {
    /** Longer values, in parts of a chunk, stay in the arrays they came in. */
    private static final int LONGEST_SHARE = 4;

    private final ValueChunks memory;
    private final List<byte[]> chunks = new ArrayList<>();
    private byte[] chunk;
    private int used;
    /** Where {@link #place} put the last value. */
    private int offset;
    private volatile long wasted;
    /** The one who made it is the first. */
    private final AtomicInteger holders = new AtomicInteger(1);

    ValueArena(ValueChunks memory) {
        this.memory = memory;
    }

    /** The array that has {@code value} from {@link #offset} on: a chunk, or {@code value} itself. */
    @SuppressWarnings("NonAtomicOperationOnVolatileField")
    byte[] place(byte[] value) {
        offset = 0;
        if (value.length > memory.chunkBytes() / LONGEST_SHARE) {
            return value;
        }
        if (chunk == null || chunk.length - used < value.length) {
            wasted += chunk == null ? 0 : chunk.length - used;
            chunk = memory.take();
            used = 0;
            chunks.add(chunk);
        }
        System.arraycopy(value, 0, chunk, used, value.length);
        offset = used;
        used += value.length;
        return chunk;
    }

    int offset() {
        return offset;
    }

    /** Heap bytes besides those of values; what is left of the chunk in use counts as used. */
    long wastedBytes() {
        return wasted;
    }

    void hold() {
        holders.incrementAndGet();
    }

    /** After the last holder the memory is somebody else's. */
    void release() {
        int left = holders.decrementAndGet();
        Invariant.check(left >= 0, "values are released as often as they are held");
        if (left == 0) {
            memory.giveBack(chunks);
            chunks.clear();
        }
    }
}
