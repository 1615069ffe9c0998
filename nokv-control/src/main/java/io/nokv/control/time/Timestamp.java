package io.nokv.control.time;

/**
 * A point in the order of transactions: {@code millis since the Unix epoch << 18 | logical counter}. Never negative.
 * The physical part follows the clock as far as a strict order allows.
 */
public record Timestamp(long value) implements Comparable<Timestamp> {
    public static final int LOGICAL_BITS = 18;

    /** Before everything. */
    public static final Timestamp ZERO = new Timestamp(0);

    /** After everything. */
    public static final Timestamp MAX = new Timestamp(Long.MAX_VALUE);

    public Timestamp {
        if (value < 0) {
            throw new IllegalArgumentException("negative timestamp " + value);
        }
    }

    /** The first timestamp of a millisecond. Negative milliseconds give {@link #ZERO}. */
    public static Timestamp ofMillis(long millis) {
        return millis <= 0 ? ZERO : new Timestamp(Math.min(millis, Long.MAX_VALUE >> LOGICAL_BITS) << LOGICAL_BITS);
    }

    public long millis() {
        return value >>> LOGICAL_BITS;
    }

    public int logical() {
        return (int) (value & ((1 << LOGICAL_BITS) - 1));
    }

    public Timestamp next() {
        return new Timestamp(value + 1);
    }

    /** Requires a timestamp above {@link #ZERO}. */
    public Timestamp previous() {
        return new Timestamp(value - 1);
    }

    public boolean isAfter(Timestamp other) {
        return value > other.value;
    }

    public boolean isBefore(Timestamp other) {
        return value < other.value;
    }

    public static Timestamp max(Timestamp a, Timestamp b) {
        return a.value >= b.value ? a : b;
    }

    public static Timestamp min(Timestamp a, Timestamp b) {
        return a.value <= b.value ? a : b;
    }

    @Override
    public int compareTo(Timestamp other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return millis() + "+" + logical();
    }
}
