package io.nokv.lsm.point;

import io.nokv.base.system.Stripe;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Look-ups to be used again, so that a point read allocates nothing but its answer. Threads find theirs in a place of their
 * own, mostly; who finds none makes one. Thread-safe.
 */
public final class LookupPool {
    private static final int PLACES = 32;
    /** References of two lines of 64 bytes, which are fetched together. */
    private static final int APART = 32;

    private final AtomicReferenceArray<PointLookup> places = new AtomicReferenceArray<>(PLACES * APART);

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
}
