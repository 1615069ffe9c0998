package io.nokv.lsm;

import io.nokv.lsm.compact.LevelTargets;
import io.nokv.lsm.version.Version;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Slows writes down by how far flushes and compactions lag behind, before they would have to stop: a bucket that lets bytes
 * through at a rate which falls steadily with the lag and meets what flushes or compactions were seen to achieve where the
 * lag is half of what is allowed. A load above that settles there instead of running into a stop. Thread-safe; never waits.
 */
final class WriteThrottle {
    /** No write is held up longer, whatever the lag. */
    static final long LONGEST_WAIT_NANOS = 100_000_000;
    /** Shorter waits are left to add up: a timer costs more than they do. */
    static final long SHORTEST_WAIT_NANOS = 200_000;
    /** A lag never counts for more: some writes always get through, so that a stop is what stops them. */
    private static final double MOST_LAG = 0.99;
    /** Until a job has ended; where that takes long enough for a lag to be seen before, they are slow. */
    private static final double FIRST_GUESS_BYTES_PER_SECOND = 8 << 20;

    private final EngineOptions.Levels levels;
    /** When the bucket is empty again, by the monotonic clock. */
    private final AtomicLong freeAt = new AtomicLong(Long.MIN_VALUE);
    private volatile double tableLag;
    private final DrainRate compactions = new DrainRate(FIRST_GUESS_BYTES_PER_SECOND);
    private final DrainRate flushes = new DrainRate(FIRST_GUESS_BYTES_PER_SECOND);

    WriteThrottle(EngineOptions.Levels levels) {
        this.levels = levels;
    }

    /**
     * Between 0 (none) and 1: the largest of what level 0, by tables and by bytes, and what the levels below it have too much.
     */
    static double tableLag(EngineOptions.Levels levels, int levelZeroTables, long levelZeroBytes, long bytesTooMany) {
        double tables = share(levelZeroTables - levels.slowAt() + 1, levels.stopAt() - levels.slowAt() + 1);
        double inLevelZero = share(levelZeroBytes - levels.slowBytes(), levels.stopBytes() - levels.slowBytes());
        double bytes = share(bytesTooMany - levels.debtBytes() / 2, levels.debtBytes() - levels.debtBytes() / 2);
        return Math.max(tables, Math.max(inLevelZero, bytes));
    }

    /** One memtable on its way to a table is none; as many as may wait are 1. */
    private double memtableLag(int waiting) {
        return waiting < 2 ? 0 : share(waiting - 1, levels.immutableMemtables() - 1);
    }

    private static double share(long of, long limit) {
        return of <= 0 ? 0 : Math.min(MOST_LAG, (double) of / Math.max(1, limit));
    }

    /** The tables changed. Called by one flow at a time. */
    void installed(Version version, LevelTargets targets) {
        tableLag = tableLag(levels, version.level(0).size(), version.levelBytes(0), bytesTooMany(version, targets));
    }

    /** Bytes above the targets of the levels below 0. */
    static long bytesTooMany(Version version, LevelTargets targets) {
        long tooMany = 0;
        for (int level = targets.base(); level < Version.LEVELS - 1; level++) {
            tooMany += Math.max(0, version.levelBytes(level) - targets.bytes()[level]);
        }
        return tooMany;
    }

    /** What compactions take out of level 0. */
    DrainRate compactions() {
        return compactions;
    }

    /** What flushes take out of memory. */
    DrainRate flushes() {
        return flushes;
    }

    /**
     * Lets {@code bytes} in; answers how many nanoseconds the writer is to wait first, 0 for not at all.
     *
     * @param waiting memtables that are being written to tables, or wait for it
     */
    long admit(long nowNanos, long bytes, int waiting) {
        double ofTables = tableLag;
        double ofMemtables = memtableLag(waiting);
        if (ofTables == 0 && ofMemtables == 0) {
            return 0;
        }
        double rate = Math.min(compactions.bytesPerSecond() * (1 - ofTables) / ofTables,
                flushes.bytesPerSecond() * (1 - ofMemtables) / ofMemtables);
        long cost = (long) (bytes * 1e9 / rate);
        long wait = freeAt.updateAndGet(free -> Math.min(Math.max(free, nowNanos) + cost,
                nowNanos + LONGEST_WAIT_NANOS)) - nowNanos;
        return wait < SHORTEST_WAIT_NANOS ? 0 : wait;
    }
}
