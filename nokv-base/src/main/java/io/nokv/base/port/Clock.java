package io.nokv.base.port;

/** Time as one node sees it. Thread-safe. */
public interface Clock {
    /** Nanoseconds from an arbitrary origin; never goes backward within one node's life. For intervals only. */
    long monotonicNanos();

    /** Nanoseconds since the Unix epoch, UTC; may step in either direction. For people and for file times. */
    long wallNanos();

    /** {@link #wallNanos()} in milliseconds. */
    default long wallMillis() {
        return Math.floorDiv(wallNanos(), 1_000_000L);
    }
}
