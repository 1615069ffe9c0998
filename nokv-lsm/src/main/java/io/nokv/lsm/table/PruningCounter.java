package io.nokv.lsm.table;

import io.nokv.base.system.Stripe;
import io.nokv.lsm.point.PointLookup;
import java.util.concurrent.atomic.AtomicLongArray;

/** Adds up {@link PruningTotals}. A look-up counts for itself and is added once. Thread-safe. */
final class PruningCounter {
    private static final int STRIPES = 16;
    /** Two lines of 64 bytes, which are fetched together. */
    private static final int LONGS_APART = 16;
    private static final int BOUNDS = 0;
    private static final int TAILS = 1;
    private static final int REJECTIONS = 2;
    private static final int PASSES = 3;
    private static final int EMPTY = 4;
    private static final int PREFIX_REJECTIONS = 5;
    private static final int PREFIX_PASSES = 6;

    private final AtomicLongArray counts = new AtomicLongArray(STRIPES * LONGS_APART);

    void add(PointLookup lookup) {
        int stripe = stripe();
        add(stripe + BOUNDS, lookup.outOfBounds());
        add(stripe + TAILS, lookup.outOfTails());
        add(stripe + REJECTIONS, lookup.filterRejections());
        add(stripe + PASSES, lookup.filterPasses());
        add(stripe + EMPTY, lookup.emptyPasses());
    }

    void addPrefix(boolean passed) {
        add(stripe() + (passed ? PREFIX_PASSES : PREFIX_REJECTIONS), 1);
    }

    private static int stripe() {
        return Stripe.ofCurrentThread(STRIPES) * LONGS_APART;
    }

    private void add(int place, int events) {
        if (events > 0) {
            counts.getAndAdd(place, events);
        }
    }

    private long sum(int kind) {
        long sum = 0;
        for (int stripe = 0; stripe < STRIPES; stripe++) {
            sum += counts.get(stripe * LONGS_APART + kind);
        }
        return sum;
    }

    PruningTotals totals() {
        return new PruningTotals(sum(BOUNDS), sum(TAILS), sum(REJECTIONS), sum(PASSES), sum(EMPTY),
                sum(PREFIX_REJECTIONS), sum(PREFIX_PASSES));
    }
}
