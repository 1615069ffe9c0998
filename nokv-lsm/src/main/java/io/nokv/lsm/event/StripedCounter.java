package io.nokv.lsm.event;

import io.nokv.base.system.Stripe;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts what many threads do, as cheaply as a {@link java.util.concurrent.atomic.LongAdder}, and tells each of them a
 * number by which it can pick one in so many: threads count in stripes of their own, mostly. Thread-safe.
 */
public final class StripedCounter {
    private static final int STRIPES = 16;
    /** Two lines of 64 bytes, which are fetched together. */
    private static final int LONGS_APART = 16;

    private final AtomicLongArray counts = new AtomicLongArray(STRIPES * LONGS_APART);

    /** Counts {@code events} more; how many this thread's stripe had before. */
    public long add(long events) {
        return counts.getAndAdd(Stripe.ofCurrentThread(STRIPES) * LONGS_APART, events);
    }

    public long sum() {
        long sum = 0;
        for (int stripe = 0; stripe < STRIPES; stripe++) {
            sum += counts.get(stripe * LONGS_APART);
        }
        return sum;
    }
}
