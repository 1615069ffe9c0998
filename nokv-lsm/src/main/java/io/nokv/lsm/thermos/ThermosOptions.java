package io.nokv.lsm.thermos;

import io.nokv.base.error.NokvException;

/**
 * How closely hot keys are watched.
 *
 * @param sampleOneIn of so many operations one is looked at, a power of two; 0 for none
 * @param counters keys that are counted at once, of each kind and in each stripe, at least 1: every key with a larger share of the
 *     operations than one in so many is found
 * @param halfLifeNanos after which an operation counts half, at least 1
 * @param prefixBytes where prefixes end in families without a rule; 0 for no prefixes there
 * @param writesPerSecond to one key, or to keys of one prefix, above which writes to it are held up; 0 for never
 * @param longestDelayNanos that a write is held up at most
 */
public record ThermosOptions(int sampleOneIn, int counters, long halfLifeNanos, int prefixBytes, double writesPerSecond,
        long longestDelayNanos) {
    public ThermosOptions {
        if (sampleOneIn < 0 || Integer.bitCount(sampleOneIn) > 1 || counters < 1 || halfLifeNanos < 1
                || prefixBytes < 0 || !(writesPerSecond >= 0) || longestDelayNanos < 0) {
            throw NokvException.invalid("one operation in " + sampleOneIn + ", " + counters + " counters, half life "
                    + halfLifeNanos + " ns, prefixes of " + prefixBytes + " bytes, " + writesPerSecond
                    + " writes per second, delays of " + longestDelayNanos + " ns");
        }
    }

    /** One operation in 64, 64 counters, a half life of 10 seconds, and no write is held up. */
    public static ThermosOptions defaults() {
        return new ThermosOptions(64, 64, 10_000_000_000L, 16, 0, 10_000_000);
    }

    /** Nothing is watched. */
    public static ThermosOptions off() {
        return new ThermosOptions(0, 1, 1, 0, 0, 0);
    }

    public boolean isOn() {
        return sampleOneIn > 0;
    }

    /** Holds up writes to a key, or to keys of one prefix, that come faster. */
    public ThermosOptions withLimit(double changedPerSecond, long changedDelayNanos) {
        return new ThermosOptions(sampleOneIn, counters, halfLifeNanos, prefixBytes, changedPerSecond,
                changedDelayNanos);
    }
}
