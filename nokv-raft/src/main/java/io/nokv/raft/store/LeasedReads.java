package io.nokv.raft.store;

import io.nokv.base.port.Clock;
import io.nokv.raft.core.Replica;
import io.nokv.raft.region.RegionDescriptor;
import java.util.concurrent.atomic.LongAdder;

/**
 * Lets reads by lease pass by the loop of a region: what is published is what its replica would say if it was asked, or nothing.
 * {@link #get} on any flow, the rest on the loop.
 */
final class LeasedReads {
    /** Whoever routes by {@code version} may read, as long as the clock is before {@code endNanos}. */
    private record Lease(long version, long endNanos, RegionPermission permission) {}

    private final HostedRegion region;
    private final StoreRules rules;
    private final Clock clock;
    private final LongAdder count = new LongAdder();
    /** Null unless reads need not ask the loop. */
    private volatile Lease lease;

    LeasedReads(HostedRegion region, HostedStore store) {
        this.region = region;
        this.rules = store.rules();
        this.clock = store.clock();
    }

    /** To be called before anybody can hear of what has happened to {@code replica}. */
    void publish(Replica replica, RegionStatus.State state) {
        Lease before = lease;
        boolean may = state == RegionStatus.State.SERVING && replica.isLeader()
                && replica.applied() >= replica.committed();
        long ends = may ? replica.leaseEndsNanos() : 0;
        if (!may || ends - clock.monotonicNanos() <= 0) {
            if (before != null && rules.leaseIsWithdrawnAtOnce()) {
                lease = null;
            }
            return;
        }
        RegionDescriptor now = region.record().region();
        if (before == null || before.endNanos != ends || before.permission.life() != region.life()
                || before.permission.index() != replica.applied() || before.permission.region() != now) {
            lease = new Lease(now.epoch().version(), ends,
                    new RegionPermission(region, region.life(), now, replica.applied()));
        }
    }

    /** Nobody reads any more without asking. */
    void withdraw() {
        lease = null;
    }

    /** What a read that was routed by {@code version} gets at once, or null when the loop is to decide. */
    ReadPermission get(long version) {
        Lease held = lease;
        if (held == null || held.version != version || clock.monotonicNanos() - held.endNanos >= 0) {
            return null;
        }
        count.increment();
        return held.permission;
    }

    /** How many got it since this was asked last. */
    long takeCount() {
        return count.sumThenReset();
    }
}
