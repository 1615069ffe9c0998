package io.nokv.base.system;

import io.nokv.base.port.Entropy;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;

/** SplitMix64 (Steele, Lea, Flood 2014), seeded once from the operating system. Lock-free. */
public final class SystemEntropy implements Entropy {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private final AtomicLong state = new AtomicLong(new SecureRandom().nextLong());

    @Override
    public long nextLong() {
        long z = state.addAndGet(GOLDEN_GAMMA);
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
