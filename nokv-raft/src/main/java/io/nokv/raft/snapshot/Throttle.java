package io.nokv.raft.snapshot;

import io.nokv.base.port.Clock;

/** Shares so many bytes a second among all who ask. Thread-safe. */
final class Throttle {
    /** What may be taken at once after a rest, in nanoseconds of the rate. */
    private static final long BURST_NANOS = 20_000_000L;

    private final Clock clock;
    private final long bytesPerSecond;
    private long freeAtNanos;

    /** @param bytesPerSecond 0: unlimited */
    Throttle(Clock clock, long bytesPerSecond) {
        this.clock = clock;
        this.bytesPerSecond = bytesPerSecond;
        this.freeAtNanos = clock.monotonicNanos();
    }

    /** Takes {@code bytes}; the caller goes on after so many nanoseconds. */
    synchronized long takeNanos(long bytes) {
        if (bytesPerSecond == 0) {
            return 0;
        }
        long now = clock.monotonicNanos();
        long from = Math.max(freeAtNanos, now - BURST_NANOS);
        freeAtNanos = from + (long) (bytes * 1e9 / bytesPerSecond);
        return Math.max(0, from - now);
    }
}
