package io.nokv.raft.store;

import io.nokv.raft.core.Message;
import io.nokv.raft.core.Replica;
import io.nokv.raft.region.Peer;
import io.nokv.raft.region.RegionDescriptor;
import io.nokv.raft.region.RegionEpoch;
import java.util.TreeSet;

/**
 * Whether a region is awake, still a member, and still needed here. Used by the region's loop alone.
 *
 * <p><b>Sleep.</b> A region in which nothing happens does not tick. The leader proposes it when every member has everything and knows that it
 * is committed; each that agrees stops to tick; when all have, the leader does too, and a heartbeat that comes late is answered in sleep. Nothing that is promised depends on ticks:
 * leases and promises are times, and are over when the region wakes, so the first read asks a quorum. Whatever concerns the
 * replica wakes it. A follower relies on the heartbeats between the stores
 * meanwhile: when those of its leader's store end, or tell of another life of it, it wakes and campaigns in its time. While they
 * come, it does not help others to become leader, but wakes the leader.
 */
final class RegionLife {
    private final HostedRegion region;
    private final HostedStore store;
    private volatile boolean awake;
    /** Of a leader: nothing was asked for so long. */
    private int idleTicks;
    /** Of a leader: who sleeps, since it proposed that. */
    private TreeSet<Long> asleep;
    /** Since a leader was heard. */
    private int silentTicks;
    private int removedTicks;
    /** Of the range, last seen. */
    private long version;
    /** Since the range or the leadership is what it is. */
    private volatile long steadySinceNanos;

    RegionLife(HostedRegion region, HostedStore store) {
        this.region = region;
        this.store = store;
    }

    boolean isAwake() {
        return awake;
    }

    // ---- sleep ---------------------------------------------------------------------------------------------------

    /** It ticks from now on. */
    void wake() {
        idleTicks = 0;
        asleep = null;
        if (!awake) {
            awake = true;
            silentTicks = 0;
            region.loop.wake(region);
            if (region.replica() != null) {
                store.counters().wakes.increment();
                region.replica().beat();
                region.loop.touch(region);
            }
        }
    }

    private void sleep() {
        awake = false;
        asleep = null;
        store.counters().hibernations.increment();
    }

    /** It is over: nothing here ticks. Who slept while this led has to look for another leader. */
    void end() {
        awake = false;
        RegionRecord record = region.record();
        if (record != null) {
            record.region().peers().forEach(peer -> store.sendControl(peer.storeId(), new Control.Wake(region.id)));
        }
    }

    /** Since when its range is what it is, and whether this store leads it. For any flow. */
    long steadySinceNanos() {
        return steadySinceNanos;
    }

    void opened() {
        steadySinceNanos = region.now();
        version = region.record().region().epoch().version();
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
        boolean slept = !awake;
        switch (message) {
            case Message.Append _,Message.InstallSnapshot _ -> {
                silentTicks = 0;
                wake();
            }
            case Message.Heartbeat beat -> {
                silentTicks = 0;
                // The leader may be awake alone: then it waits for somebody else.
                if (slept && (beat.term() != region.replica().term() || beat.from() != region.replica().leader())) {
                    wake();
                }
            }
            // What an awake leader hears all the time is not work.
            case Message.HeartbeatReply _,Message.Appended _,Message.AppendRefused _ -> {
            }
            case Message.PreVote _,Message.RequestVote _ -> {
                wake();
                if (slept && (region.isLeader() || leaderLives())) {
                    nudgeLeader();
                    return message instanceof Message.RequestVote ask && ask.transfer();
                }
            }
            case Message.PreVoteReply _,Message.VoteReply _,Message.TimeoutNow _,Message.NewerTerm _ -> wake();
        }
        return true;
    }

    /** Whether the store of the leader, of which nothing else is heard in sleep, is heard. */
    private boolean leaderLives() {
        long leader = region.leaderStore();
        return !region.isLeader() && leader != 0 && store.heart().isAlive(leader);
    }

    private void nudgeLeader() {
        if (region.isLeader()) {
            return;
        }
        Control wake = new Control.Wake(region.id);
        if (region.leaderStore() != 0) {
            store.sendControl(region.leaderStore(), wake);
        } else {
            // A learner that starts while the others sleep does not campaign, and so would hear of nobody.
            region.record().region().peers().forEach(peer -> store.sendControl(peer.storeId(), wake));
        }
    }

    /** The store {@code storeId} is not heard any more, or begins anew. */
    void storeLost(long storeId) {
        if (!awake && region.replica() != null && region.leaderStore() == storeId) {
            wake();
        }
    }

    /** A member that was removed while it slept, or whose leader sleeps no more, would hear of nothing. */
    void checkInSleep() {
        if (!awake && region.replica() != null && !region.isLeader()) {
            askWhetherStale();
        }
    }

    /** One that takes no part hears of nothing: not that it was removed, and may go with what it has. */
    void checkWhenStopped() {
        if (region.state() == RegionStatus.State.STOPPED && region.record() != null && region.peerId() != 0) {
            askWhetherStale();
        }
    }

    private void sleepWhenIdle(Replica replica) {
        int patience = store.options().sleepTicks();
        if (patience == 0 || !replica.isLeader()) {
            return;
        }
        boolean quiet = replica.isQuiet() && region.requests().isEmpty() && region.record().frozen() == null
                && region.record().region().peer(region.peerId()) != null;
        if (!quiet) {
            idleTicks = 0;
            asleep = null;
            return;
        }
        idleTicks++;
        if (idleTicks < patience) {
            return;
        }
        if (asleep == null) {
            asleep = new TreeSet<>();
        }
        boolean all = true;
        for (Peer peer : region.record().region().peers()) {
            if (peer.id() != region.peerId() && !asleep.contains(peer.id())) {
                all = false;
                if ((idleTicks - patience) % 4 == 0) {
                    store.sendControl(peer.storeId(), new Control.Sleep(region.id, peer.id(), region.peerId(),
                            replica.term(), replica.lastIndex(), false));
                }
            }
        }
        if (all) {
            sleep();
        }
    }

    /** Somebody proposes to sleep, or agrees. */
    void sleep(long fromStore, Control.Sleep message) {
        Replica replica = region.replica();
        if (replica == null || message.toPeer() != region.peerId() || message.term() != replica.term()
                || message.index() != replica.lastIndex()) {
            return;
        }
        if (message.agreed()) {
            if (asleep != null) {
                asleep.add(message.fromPeer());
            }
        } else if (!replica.isLeader() && replica.leader() == message.fromPeer()
                && replica.applied() == replica.lastIndex() && region.requests().isEmpty()
                && store.heart().isAlive(fromStore)) {
            if (awake) {
                sleep();
            }
            store.sendControl(fromStore, new Control.Sleep(region.id, message.fromPeer(), region.peerId(),
                    replica.term(), replica.lastIndex(), true));
        }
    }

    // ---- ticks ---------------------------------------------------------------------------------------------------

    void leadershipChanged() {
        steadySinceNanos = region.now();
        silentTicks = 0;
        idleTicks = 0;
        asleep = null;
    }

    /** The region is different from what it was. */
    void changed() {
        wake();
        long now = region.record().region().epoch().version();
        if (now != version) {
            version = now;
            steadySinceNanos = region.now();
        }
        leaveWhenRemoved();
    }

    void tick() {
        Replica replica = region.replica();
        silentTicks = replica.isLeader() ? 0 : silentTicks + 1;
        int patience = 3 * store.options().replica().electionTicks();
        if (silentTicks > 0 && silentTicks % patience == 0) {
            askWhetherStale();
            nudgeLeader();
        }
        leaveWhenRemoved();
        if (region.replica() != null) {
            sleepWhenIdle(replica);
        }
    }

    // ---- membership ----------------------------------------------------------------------------------------------

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
        boolean here = region.replica() != null || region.state() == RegionStatus.State.STOPPED
                && region.record() != null;
        if (!here || notice.peer() != region.peerId()) {
            return;
        }
        RegionRecord record = region.record();
        RegionDescriptor now = notice.now();
        if (notice.merged()) {
            if (!isNeededBy(record.frozen())) {
                store.leave(region, new Tombstone(region.peerId(), true, now));
            }
        } else if (now.epoch().confVersion() > record.region().epoch().confVersion()
                && now.peer(region.peerId()) == null) {
            leave(now);
        }
    }

    /**
     * Whether the neighbour here has yet to take the rows over, by its log. It has not when it is of a later epoch than the one it
     * took over in: then it skipped that by a snapshot.
     */
    private boolean isNeededBy(RegionRecord.Frozen frozen) {
        HostedRegion target = frozen == null ? null : store.region(frozen.targetId());
        if (target == null) {
            return false;
        }
        RegionRecord taker = target.record();
        RegionEpoch then = frozen.targetEpoch();
        RegionEpoch now = taker == null ? then : taker.region().epoch();
        return now.version() < then.version() || now.confVersion() < then.confVersion() || now.equals(then);
    }
}
