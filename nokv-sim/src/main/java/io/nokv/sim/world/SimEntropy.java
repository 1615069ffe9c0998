package io.nokv.sim.world;

import io.nokv.base.port.Entropy;

/**
 * SplitMix64 (Steele, Lea, Flood 2014) from a seed. A fork depends on the seed and its name alone, never on how much was
 * drawn before, so that adding a consumer leaves the others' numbers as they were. Not thread-safe.
 */
public final class SimEntropy implements Entropy {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private final long seed;
    private long state;

    public SimEntropy(long seed) {
        this.seed = seed;
        this.state = seed;
    }

    @Override
    public long nextLong() {
        state += GOLDEN_GAMMA;
        return mix(state);
    }

    /** True with probability {@code p}. */
    public boolean chance(double p) {
        return p > 0 && nextDouble() < p;
    }

    /** Uniform in {@code [low, high]}. */
    public long between(long low, long high) {
        return low + Math.unsignedMultiplyHigh(nextLong(), high - low + 1);
    }

    /** Exponentially distributed around {@code mean}, cut at 20 times the mean. */
    public long around(long mean) {
        return (long) Math.min(-Math.log1p(-nextDouble()) * mean, 20.0 * mean);
    }

    /** An independent stream named {@code name}. */
    public SimEntropy fork(String name) {
        long h = mix(seed ^ GOLDEN_GAMMA);
        for (int i = 0; i < name.length(); i++) {
            h = mix(h * 31 + name.charAt(i));
        }
        return new SimEntropy(h);
    }

    static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
