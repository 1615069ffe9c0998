package io.nokv.benchmark.engine;

import java.util.SplittableRandom;

/**
 * Numbers below {@code items}, the smaller the more often, with exponent 0.99: Gray et al., "Quickly Generating
 * Billion-Record Synthetic Databases" (SIGMOD 1994), as YCSB has it. Immutable.
 */
final class Zipfian {
    private static final double THETA = 0.99;

    private final long items;
    private final double zeta;
    private final double eta;
    private final double half = 1 + Math.pow(0.5, THETA);

    Zipfian(long items) {
        this.items = items;
        double sum = 0;
        for (long i = 1; i <= items; i++) {
            sum += Math.pow(i, -THETA);
        }
        zeta = sum;
        eta = (1 - Math.pow(2.0 / items, 1 - THETA)) / (1 - half / zeta);
    }

    long next(SplittableRandom random) {
        double u = random.nextDouble();
        double uz = u * zeta;
        if (uz < 1) {
            return 0;
        }
        if (uz < half) {
            return 1;
        }
        return Math.min(items - 1, (long) (items * Math.pow(eta * u - eta + 1, 1 / (1 - THETA))));
    }

    /** The same, with the frequent ones spread over all numbers. */
    long scrambled(SplittableRandom random) {
        return Long.remainderUnsigned(Keys.mix(next(random)), items);
    }
}
