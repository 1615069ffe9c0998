package io.nokv.sql.exec;

import io.nokv.sql.error.SqlState;
import io.nokv.sql.expr.Values;

/** Heap that one statement may keep rows in. One thread. */
public final class MemoryBudget {
    /** 64 MiB. */
    public static final long DEFAULT_BYTES = 64L << 20;

    private final long limitBytes;
    private long usedBytes;

    public MemoryBudget(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    /** 53200 when it is used up. */
    public void charge(long bytes) {
        usedBytes += bytes;
        if (usedBytes > limitBytes) {
            throw SqlState.OUT_OF_MEMORY.failure("the statement needs more than its " + (limitBytes >> 20)
                    + " MiB of memory for sorting, grouping or joining");
        }
    }

    public void release(long bytes) {
        usedBytes -= bytes;
    }

    public static long weight(Object[] row) {
        long bytes = 32;
        for (Object value : row) {
            bytes += Values.weight(value);
        }
        return bytes;
    }
}
