package io.nokv.fsmeta.txn;

import io.nokv.base.port.Entropy;
import java.util.concurrent.atomic.AtomicLong;

/** SplitMix64 from a seed: the same seed gives the same numbers to a single flow. */
public final class SeededEntropy implements Entropy {
    private final AtomicLong state;

    public SeededEntropy(long seed) {
        state = new AtomicLong(seed);
    }

    @Override
    public long nextLong() {
        long z = state.addAndGet(0x9E3779B97F4A7C15L);
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
