package io.nokv.lsm.point;

import io.nokv.base.system.Stripe;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Look-ups to be used again, so that a point read allocates nothing but its answer. Threads find theirs in a place of their
 * own, mostly; who finds none makes one. Thread-safe.
 */
public final class LookupPool {
    private static final int PLACES = 32;
    /** References of two lines of 64 bytes, which are fetched together. */
    private static final int APART = 32;

    private static final int BATCH_PLACES = 4;
    private static final int MOST_KEPT_IN_BATCH = 1024;
    private static final PointLookup[] NONE = {};

    private final AtomicReferenceArray<PointLookup> places = new AtomicReferenceArray<>(PLACES * APART);
    private final AtomicReferenceArray<PointLookup[]> batches = new AtomicReferenceArray<>(BATCH_PLACES);

    private static int place() {
        return Stripe.ofCurrentThread(PLACES) * APART;
    }

    /** A look-up that nobody else has until it is given back. */
    public PointLookup take() {
        PointLookup lookup = places.getAndSet(place(), null);
        return lookup == null ? new PointLookup() : lookup;
    }

    /** The caller does not use {@code lookup} any more. */
    public void giveBack(PointLookup lookup) {
        lookup.forget();
        places.setRelease(place(), lookup);
    }

    /** At least {@code count} look-ups that nobody else has until they are given back; who takes them may not exchange them. */
    public PointLookup[] takeBatch(int count) {
        PointLookup[] kept = batches.getAndSet(Stripe.ofCurrentThread(BATCH_PLACES), null);
        PointLookup[] batch = kept == null ? NONE : kept;
        if (batch.length < count) {
            int known = batch.length;
            batch = Arrays.copyOf(batch, count);
            for (int i = known; i < count; i++) {
                batch[i] = new PointLookup();
            }
        }
        return batch;
    }

    /** The caller does not use {@code batch} any more, of which {@code used} were asked. */
    public void giveBack(PointLookup[] batch, int used) {
        if (batch.length <= MOST_KEPT_IN_BATCH) {
            for (int i = 0; i < used; i++) {
                batch[i].forget();
            }
            batches.setRelease(Stripe.ofCurrentThread(BATCH_PLACES), batch);
        }
    }
}
