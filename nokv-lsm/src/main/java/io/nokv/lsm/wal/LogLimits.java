package io.nokv.lsm.wal;

import io.nokv.base.error.NokvException;

/**
 * How much log is kept, and when somebody is told.
 *
 * @param softBytes length of the log above which those who keep its oldest segments are asked to let go
 * @param hardBytes length above which writers wait
 * @param patienceNanos how long a writer waits for somebody other than the engine to let go before it is refused
 * @param slowSyncNanos a sync that takes longer is told of and counted
 * @param longHoldNanos a complete segment kept for longer is told of and counted
 */
public record LogLimits(long softBytes, long hardBytes, long patienceNanos, long slowSyncNanos, long longHoldNanos) {
    private static final long SECOND = 1_000_000_000L;

    public LogLimits {
        if (softBytes < 0 || hardBytes < softBytes || patienceNanos < 0) {
            throw NokvException.invalid("a log cannot be kept to " + softBytes + " and " + hardBytes + " bytes");
        }
    }

    /** 16 segments until somebody is asked, 64 until writers wait, 10 s patience, 1 s for a sync, 10 minutes for a hold. */
    public static LogLimits of(long segmentBytes) {
        return new LogLimits(16 * segmentBytes, 64 * segmentBytes, 10 * SECOND, SECOND, 600 * SECOND);
    }
}
