package io.nokv.raft.store;

import io.nokv.raft.core.Message;
import io.nokv.raft.core.Replica;
import io.nokv.raft.region.Peer;
import io.nokv.raft.region.RegionDescriptor;

/**
 * Whether a region is awake, still a member, and still needed here. Used by the region's loop alone.
 */
final class RegionLife {
    private final HostedRegion region;
    private final HostedStore store;
    private boolean awake;
    /** Since a leader was heard. */
    private int silentTicks;
    private int removedTicks;

    RegionLife(HostedRegion region, HostedStore store) {
        this.region = region;
        this.store = store;
    }

    boolean isAwake() {
        return awake;
    }

    /** It ticks from now on. */
    void wake() {
        if (!awake) {
            awake = true;
            region.loop.wake(region);
        }
    }

    /** It is over: nothing here ticks. */
    void end() {
        awake = false;
    }

    void opened() {
        silentTicks = 0;
        removedTicks = 0;
        wake();
    }

    /** Somebody asks for something. */
    void busy() {
        wake();
    }

    /** False when {@code message} is not for the replica now. */
    boolean admits(Message message) {
        wake();
        if (message instanceof Message.Append || message instanceof Message.Heartbeat
                || message instanceof Message.InstallSnapshot) {
            silentTicks = 0;
        }
        return true;
    }

    void leadershipChanged(boolean leads) {
        silentTicks = 0;
    }

    /** The region is different from what it was. */
    void changed() {
        leaveWhenRemoved();
    }

    void tick() {
        Replica replica = region.replica();
        silentTicks = replica.isLeader() ? 0 : silentTicks + 1;
        int patience = 3 * store.options().replica().electionTicks();
        if (silentTicks > 0 && silentTicks % patience == 0) {
            askWhetherStale();
        }
        leaveWhenRemoved();
    }

    private void leaveWhenRemoved() {
        RegionDescriptor now = region.record().region();
        if (now.peer(region.peerId()) != null) {
            return;
        }
        // A leader leads until somebody else does, or the others could not learn that it is gone.
        if (!region.isLeader() || ++removedTicks > 10 * store.options().replica().electionTicks()) {
            leave(now);
        }
    }

    private void leave(RegionDescriptor last) {
        store.leave(region, new Tombstone(region.peerId(), false, last));
    }

    private void askWhetherStale() {
        RegionDescriptor now = region.record().region();
        for (Peer peer : now.peers()) {
            if (peer.storeId() != store.storeId()) {
                store.sendControl(peer.storeId(), new Control.Check(region.id, region.peerId(), now.epoch()));
            }
        }
    }

    /** Somebody says what the region is now. */
    void stale(Control.Stale notice) {
        if (region.replica() == null || notice.peer() != region.peerId()) {
            return;
        }
        RegionRecord record = region.record();
        RegionDescriptor now = notice.now();
        if (notice.merged()) {
            // Its rows may be needed by the neighbour here, which has yet to take over.
            if (record.frozen() == null || store.region(record.frozen().targetId()) == null) {
                store.leave(region, new Tombstone(region.peerId(), true, now));
            }
        } else if (now.epoch().confVersion() > record.region().epoch().confVersion()
                && now.peer(region.peerId()) == null) {
            leave(now);
        }
    }
}
