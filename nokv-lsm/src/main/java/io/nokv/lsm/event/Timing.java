package io.nokv.lsm.event;

import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/** How often something was done and how long it took. Thread-safe. */
public final class Timing {
    private final LongAdder count = new LongAdder();
    private final LongAdder nanos = new LongAdder();
    private final LongAccumulator longest = new LongAccumulator(Math::max, 0);

    /** @param longestNanos the longest of them; 0 when there was none */
    public record Totals(long count, long nanos, long longestNanos) {}

    Timing() {}

    void add(long taken) {
        count.increment();
        nanos.add(taken);
        longest.accumulate(taken);
    }

    public Totals totals() {
        return new Totals(count.sum(), nanos.sum(), longest.get());
    }
}
