package io.nokv.base.port;

/** Randomness for decisions (jitter, identifiers, sampling), never for secrets. Thread-safe. */
public interface Entropy {
    /** 64 uniformly distributed bits. */
    long nextLong();

    /** Uniform in {@code [0, bound)}; {@code bound} must be positive. */
    default int nextInt(int bound) {
        if (bound <= 0) {
            throw new IllegalArgumentException("bound must be positive: " + bound);
        }
        return (int) Math.unsignedMultiplyHigh(nextLong(), bound);
    }

    /** Uniform in {@code [0, 1)}. */
    default double nextDouble() {
        return (nextLong() >>> 11) * 0x1.0p-53;
    }
}
