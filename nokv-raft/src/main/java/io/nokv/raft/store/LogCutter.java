package io.nokv.raft.store;

import io.nokv.raft.core.Replica;

/** Decides when the log of a replica is cut, and where. Used by the region's loop alone. */
final class LogCutter {
    private final HostedRegion region;
    private final HostedStore store;
    /** Applied since the last cut, roughly. */
    private long bytes;

    LogCutter(HostedRegion region, HostedStore store) {
        this.region = region;
        this.store = store;
    }

    /** What applied {@code more} bytes of entries has been handed to the engine. */
    void applied(long more) {
        bytes += more;
        RaftStoreOptions.LogCuts cuts = store.options().log();
        Replica replica = region.replica();
        if (replica.applied() - replica.baseIndex() > cuts.entries() || bytes > cuts.bytes()) {
            cut(cuts.keep());
        }
    }

    /** The log of all regions is too long, and this one keeps its oldest part. */
    void wanted() {
        if (region.replica() != null) {
            cut(0);
        }
    }

    private void cut(long keep) {
        Replica replica = region.replica();
        long base = replica.baseIndex();
        long to = replica.applied() - Math.min(keep, (replica.applied() - base) / 2);
        long limit = region.snapshots().needsLogFrom();
        // Whoever fetches a snapshot needs the log behind it, unless that takes too long.
        if (limit < to && bytes < 4 * store.options().log().bytes()) {
            to = limit;
        }
        to = Math.min(to, replica.status().durable());
        if (to > base) {
            bytes = 0;
            long term = replica.termAt(to);
            replica.compact(to);
            store.logs().compact(region.id, to, term);
        }
    }
}
