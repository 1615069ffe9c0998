package io.nokv.raft.store;

import io.nokv.raft.core.Snapshot;

/** The snapshot of a region that members may fetch now. Used by the region's loop alone. */
final class SnapshotSource {
    private final HostedRegion region;
    private final HostedStore store;
    private SnapshotMaker.Made made;
    private boolean making;
    private int ageTicks;

    SnapshotSource(HostedRegion region, HostedStore store) {
        this.region = region;
        this.store = store;
    }

    /** Null when there is none at hand; then one is being made. */
    Snapshot current() {
        // One of another epoch could not be taken: it lacks the newest member, or has what a split took.
        if (made != null && (made.snapshot().index() < region.replica().baseIndex()
                || !made.epoch().equals(region.record().region().epoch()))) {
            drop();
        }
        if (made == null) {
            make();
            return null;
        }
        ageTicks = 0;
        return made.snapshot();
    }

    private void make() {
        if (making) {
            return;
        }
        making = true;
        int life = region.life();
        store.snapshots().make(region, result -> {
            making = false;
            if (result == null) {
                store.counters().snapshotsFailed.increment();
            } else if (region.life() != life || region.replica() == null) {
                store.transfer().release(result.offer());
            } else {
                made = result;
                ageTicks = 0;
            }
            region.loop.touch(region);
        });
    }

    /** Everything behind this index is needed by those who fetch the snapshot. */
    long needsLogFrom() {
        return made == null ? Long.MAX_VALUE : made.snapshot().index();
    }

    void tick() {
        if (made != null && ++ageTicks > 20 * store.options().replica().electionTicks()) {
            drop();
        }
    }

    /** Nobody needs it any more. */
    void drop() {
        if (made != null) {
            store.transfer().release(made.offer());
            made = null;
        }
    }
}
