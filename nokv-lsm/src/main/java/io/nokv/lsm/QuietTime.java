package io.nokv.lsm;

/**
 * Tells when a store has been left alone for long enough that level 0 may be merged down although it has few tables: what is
 * left there makes every read look into more tables, and keeps what newer entries hide. While tables keep coming, merging
 * more of them at once costs less, so the wait is
 * <ul>
 * <li>twice as long as between the last two flushes of full memtables: tables that come at a steady pace are never merged one by one,</li>
 * <li>as long as {@value #BYTES_PER_SECOND} bytes per second would take to rewrite what is rewritten, and</li>
 * <li>as long as the options say, at least.</li>
 * </ul>
 * Thread-safe.
 */
final class QuietTime {
    static final long BYTES_PER_SECOND = 64L << 20;

    private final long leastNanos;
    private long lastFlushNanos;
    private long lastFullNanos;
    private long gapNanos;

    /**
     * @param leastNanos 0 for never
     * @param nowNanos by the monotonic clock
     */
    QuietTime(long leastNanos, long nowNanos) {
        this.leastNanos = leastNanos;
        this.lastFlushNanos = nowNanos;
        this.lastFullNanos = nowNanos;
    }

    boolean isOff() {
        return leastNanos == 0;
    }

    /**
     * A memtable came into level 0.
     *
     * @param full whether that was because it was full, and not because somebody asked
     */
    synchronized void flushed(long nowNanos, boolean full) {
        if (full) {
            gapNanos = nowNanos - lastFullNanos;
            lastFullNanos = nowNanos;
        }
        lastFlushNanos = nowNanos;
    }

    /** How long it is until {@code bytes} may be rewritten, if nothing is flushed meanwhile: at most 0 when they may. */
    synchronized long nanosUntil(long nowNanos, long bytes) {
        long rewriting = (long) (bytes * 1e9 / BYTES_PER_SECOND);
        return Math.max(leastNanos, Math.max(2 * gapNanos, rewriting)) - (nowNanos - lastFlushNanos);
    }
}
