package io.nokv.fsmeta.grpc;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts durations in buckets of equal relative width, four to each power of two (as HdrHistogram does with two bits of
 * precision): a percentile read from it is at most a quarter too high. About 1 us to 68 s, shorter and longer ones in the
 * buckets at the ends. Thread-safe, lock-free.
 */
final class LatencyHistogram {
    /** Everything below goes to bucket 0. */
    private static final int LEAST_POWER = 10;
    private static final int POWERS = 26;
    private static final int PER_POWER = 4;
    static final int BUCKETS = 1 + POWERS * PER_POWER + 1;

    private final AtomicLongArray counts = new AtomicLongArray(BUCKETS);
    private final LongAdder sumNanos = new LongAdder();

    void record(long nanos) {
        counts.incrementAndGet(bucket(nanos));
        sumNanos.add(Math.max(nanos, 0));
    }

    static int bucket(long nanos) {
        if (nanos < 1L << LEAST_POWER) {
            return 0;
        }
        int power = 63 - Long.numberOfLeadingZeros(nanos);
        int quarter = (int) (nanos >>> (power - 2)) & (PER_POWER - 1);
        return Math.min(1 + (power - LEAST_POWER) * PER_POWER + quarter, BUCKETS - 1);
    }

    /** Exclusive upper bound of a bucket in nanoseconds; Long.MAX_VALUE for the last. */
    static long upperBoundNanos(int bucket) {
        if (bucket == 0) {
            return 1L << LEAST_POWER;
        }
        if (bucket == BUCKETS - 1) {
            return Long.MAX_VALUE;
        }
        int power = LEAST_POWER + (bucket - 1) / PER_POWER;
        int quarter = (bucket - 1) % PER_POWER;
        return (1L << power) + (quarter + 1L) * (1L << (power - 2));
    }

    RpcStats.Latency snapshot() {
        long[] copy = new long[BUCKETS];
        long total = 0;
        for (int i = 0; i < BUCKETS; i++) {
            copy[i] = counts.get(i);
            total += copy[i];
        }
        return new RpcStats.Latency(total, sumNanos.sum(), copy);
    }
}
