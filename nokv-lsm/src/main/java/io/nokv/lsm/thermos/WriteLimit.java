package io.nokv.lsm.thermos;

import java.util.concurrent.atomic.AtomicLong;

/** One key or prefix whose writes are held up: they pass at a rate, and none waits longer than a bound. Thread-safe; never waits. */
final class WriteLimit {
    /** Shorter waits are left to add up: a timer costs more than they do. */
    static final long SHORTEST_WAIT_NANOS = 100_000;

    private final long hash;
    private final long nanosPerWrite;
    private final long longestDelayNanos;
    /** When the writes let in so far have all had their time. */
    private final AtomicLong freeAt;

    WriteLimit(long hash, double writesPerSecond, long longestDelayNanos, long nowNanos) {
        this.hash = hash;
        this.nanosPerWrite = (long) Math.min(1e9 / writesPerSecond, Long.MAX_VALUE / 4);
        this.longestDelayNanos = longestDelayNanos;
        this.freeAt = new AtomicLong(nowNanos);
    }

    /** Whether nothing was let in for so long. */
    boolean isIdle(long nowNanos, long forNanos) {
        return nowNanos - freeAt.get() > forNanos;
    }

    long hash() {
        return hash;
    }

    /** Lets one write in; how long it is to wait first, 0 to {@code longestDelayNanos}. */
    long admit(long nowNanos) {
        long before = freeAt.getAndUpdate(free -> {
            long from = Math.max(free, nowNanos);
            return from - nowNanos >= longestDelayNanos ? from : from + nanosPerWrite;
        });
        long wait = Math.clamp(before - nowNanos, 0, longestDelayNanos);
        return wait < SHORTEST_WAIT_NANOS ? 0 : wait;
    }
}
