package io.nokv.lsm.thermos;

/**
 * How much an operation of a moment counts beside those of other moments. Since what is old would have to shrink all the time, what is new
 * weighs more instead; all weights are taken back by one factor before they become too large to be told apart.
 */
final class Heat {
    /** So many half lives fit between two rescalings. */
    private static final double MOST_HALF_LIVES = 400;

    private final double halfLifeNanos;
    private long beginNanos;

    Heat(long halfLifeNanos, long nowNanos) {
        this.halfLifeNanos = halfLifeNanos;
        this.beginNanos = nowNanos;
    }

    private double halfLives(long nowNanos) {
        return Math.max(0, nowNanos - beginNanos) / halfLifeNanos;
    }

    /** The weight of an operation at {@code nowNanos}; not before {@link #rescale} was asked. */
    double weight(long nowNanos) {
        return Math.exp(Math.min(halfLives(nowNanos), MOST_HALF_LIVES) * LN2);
    }

    /** By what to multiply all that was counted so far, mostly 1. */
    double rescale(long nowNanos) {
        double passed = halfLives(nowNanos);
        if (passed < MOST_HALF_LIVES) {
            return 1;
        }
        beginNanos = nowNanos;
        return Math.exp(-passed * LN2);
    }

    /** Operations per second that add up to {@code count}, at {@code nowNanos}, when they go on for long enough. */
    double perSecond(double count, long nowNanos) {
        return count / Math.exp(halfLives(nowNanos) * LN2) * LN2 / (halfLifeNanos / 1e9);
    }

    private static final double LN2 = Math.log(2);
}
