package io.nokv.lsm.event;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * How often something was done and how long it took, as a distribution. Thread-safe, adding waits for nobody.
 *
 * <p>Values are kept to two decimal digits ("HdrHistogram", Tene): less than 100 KiB each, whatever is added.
 */
public final class Timing {
    private static final long LONGEST_TOLD_NANOS = TimeUnit.HOURS.toNanos(1);
    private static final int DIGITS = 2;

    private final LongAdder nanos = new LongAdder();
    private final LongAccumulator longest = new LongAccumulator(Math::max, 0);
    private final Histogram histogram = new ConcurrentHistogram(LONGEST_TOLD_NANOS, DIGITS);

    /**
     * All of them since opening; 0 when there was none. Percentiles are upper bounds, at most 1 % too high, and told up
     * to one hour.
     *
     * @param count how many were timed
     * @param nanos sum
     * @param p50Nanos what half of them took at most
     * @param longestNanos the longest of them
     */
    public record Totals(long count, long nanos, long p50Nanos, long p90Nanos, long p99Nanos, long p999Nanos,
            long longestNanos) {}

    Timing() {}

    void add(long taken) {
        nanos.add(taken);
        longest.accumulate(taken);
        histogram.recordValue(Math.clamp(taken, 0, LONGEST_TOLD_NANOS));
    }

    public Totals totals() {
        return new Totals(histogram.getTotalCount(), nanos.sum(), at(50), at(90), at(99), at(99.9), longest.get());
    }

    private long at(double percentile) {
        return Math.min(histogram.getValueAtPercentile(percentile), longest.get());
    }
}
