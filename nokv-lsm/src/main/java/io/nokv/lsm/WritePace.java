package io.nokv.lsm;

import io.nokv.lsm.compact.LevelTargets;
import io.nokv.lsm.version.Version;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How fast tables may be written, so that the device has something left for others: a bucket that flushes and compactions
 * pay into, and that only compactions wait for. Adaptive, it lets compactions go as fast as allowed when they lag behind, and at
 * a fraction of that when they do not. Thread-safe; never waits.
 */
final class WritePace {
    /** The slowest that compactions go, of what is allowed. */
    private static final double SLOWEST = 0.125;
    /** What may be written at once after a rest. */
    private static final long BURST_NANOS = 50_000_000;

    private final EngineOptions.Compactions options;
    private final EngineOptions.Levels levels;
    /** When the bucket is empty again, by the monotonic clock. */
    private final AtomicLong freeAt = new AtomicLong(Long.MIN_VALUE);
    private volatile double urgency;

    WritePace(EngineOptions.Compactions options, EngineOptions.Levels levels) {
        this.options = options;
        this.levels = levels;
    }

    /** The tables changed. */
    void installed(Version version, LevelTargets targets) {
        double tables = (double) (version.level(0).size() - levels.compactAt())
                / Math.max(1, levels.slowAt() - levels.compactAt());
        double bytes = (double) WriteThrottle.bytesTooMany(version, targets) / Math.max(1, levels.debtBytes() / 2);
        double inLevelZero = (double) version.levelBytes(0) / levels.slowBytes();
        urgency = Math.max(tables, Math.max(inLevelZero, bytes));
    }

    /** What compactions may write now; 0 for no limit. */
    long bytesPerSecond() {
        return options.adaptive()
                ? (long) (options.bytesPerSecond() * Math.clamp(urgency, SLOWEST, 1))
                : options.bytesPerSecond();
    }

    /** {@code bytes} of tables were written; answers how many nanoseconds a compaction is to wait before it goes on. */
    long wrote(long nowNanos, long bytes) {
        long rate = bytesPerSecond();
        if (rate == 0) {
            return 0;
        }
        long cost = (long) (bytes * 1e9 / rate);
        long free = freeAt.updateAndGet(before -> Math.max(before, nowNanos - BURST_NANOS) + cost);
        return Math.max(0, free - nowNanos);
    }
}
