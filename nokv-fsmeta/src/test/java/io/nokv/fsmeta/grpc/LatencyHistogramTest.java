package io.nokv.fsmeta.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Buckets cover every duration without gaps, and none is wider than a quarter of its lower bound. */
class LatencyHistogramTest {
    @Test
    void boundsGrowAndEachDurationIsBelowItsOwnAndNotBelowTheOneBefore() {
        for (int i = 1; i < LatencyHistogram.BUCKETS; i++) {
            long lower = LatencyHistogram.upperBoundNanos(i - 1);
            long upper = LatencyHistogram.upperBoundNanos(i);
            assertTrue(lower < upper);
            assertEquals(i, LatencyHistogram.bucket(lower));
            assertEquals(i - 1, LatencyHistogram.bucket(lower - 1));
            if (i < LatencyHistogram.BUCKETS - 1) {
                assertEquals(i, LatencyHistogram.bucket(upper - 1));
                assertTrue(upper - lower <= lower / 4, "bucket " + i);
            }
        }
        assertEquals(0, LatencyHistogram.bucket(0));
        assertEquals(0, LatencyHistogram.bucket(-5));
        assertEquals(LatencyHistogram.BUCKETS - 1, LatencyHistogram.bucket(Long.MAX_VALUE));
    }

    @Test
    void quantilesAreAtMostAQuarterTooHigh() {
        LatencyHistogram histogram = new LatencyHistogram();
        for (int micros = 1; micros <= 10_000; micros++) {
            histogram.record(micros * 1_000L);
        }
        RpcStats.Latency latency = histogram.snapshot();
        assertEquals(10_000, latency.count());
        assertEquals(1_000L * 10_000 * 10_001 / 2, latency.sumNanos());
        for (double share : new double[]{0.01, 0.5, 0.9, 0.99, 0.999, 1}) {
            long exact = (long) (share * 10_000) * 1_000;
            long told = latency.quantileNanos(share);
            assertTrue(told >= exact && told <= exact * 1.26, () -> share + ": " + told + " for " + exact);
        }
        assertEquals(0, new LatencyHistogram().snapshot().quantileNanos(0.5));
    }

    @Test
    void manyThreadsLoseNothing() throws InterruptedException {
        LatencyHistogram histogram = new LatencyHistogram();
        Thread[] threads = new Thread[4];
        for (int t = 0; t < threads.length; t++) {
            Random random = new Random(t);
            threads[t] = Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 50_000; i++) {
                    histogram.record(random.nextInt(1_000_000));
                }
            });
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(200_000, histogram.snapshot().count());
    }
}
