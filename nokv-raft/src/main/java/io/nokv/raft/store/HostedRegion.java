package io.nokv.raft.store;

import io.nokv.base.error.Invariant;
import io.nokv.raft.core.Entry;
import io.nokv.raft.core.LogSource;
import io.nokv.raft.core.Message;
import io.nokv.raft.core.Ready;
import io.nokv.raft.core.Replica;
import io.nokv.raft.core.Restored;
import io.nokv.raft.core.Snapshot;
import io.nokv.raft.core.Standing;
import io.nokv.raft.region.Peer;
import io.nokv.raft.region.RegionDescriptor;
import io.nokv.raft.region.RegionEpoch;
import io.nokv.raft.region.RegionRefusal;
import io.nokv.raft.store.RegionStatus.State;
import java.util.List;
import java.util.TreeMap;

/**
 * One region on this store: its replica, when it runs, and who waits for something of it. Used by its loop alone, but for
 * what is volatile or final.
 */
final class HostedRegion implements LogSource {
    private static final RegionEpoch NO_EPOCH = new RegionEpoch(0, 0);

    final long id;
    final EventLoop loop;
    private final HostedStore store;
    private final Requests requests = new Requests();
    private final RegionDoor door;
    private final LeasedReads leasedReads;
    private final Newcomer newcomer;
    private final LogCutter cutter;
    private final SnapshotSource snapshots;
    private final RegionLife lifeSigns;
    private final MergeDriver merge;
    private final AutoSplit autoSplit;
    /** The loop asks its replica at the end of the turn. */
    boolean touched;
    /** The loop has it among those that tick. */
    boolean ticks;
    /** The loop has it among those in which somebody waits for the state machine. */
    boolean waits;
    private long peerId;
    /** Null unless it runs. */
    private Replica replica;
    private AppliedRegion applied;
    /** State machines of earlier lives have been replaced: their replicas do not begin any more. */
    private int opensFrom;
    private int owed;
    private boolean led;
    private boolean announced;
    /** Stores of senders that the record does not name; mostly null. */
    private TreeMap<Long, Long> heardFrom;
    private volatile int life;
    private volatile State state = State.WAITING;
    /** As of what is applied; null while the region waits for its first snapshot. */
    private volatile RegionRecord record;
    /** Why it is STOPPED. */
    private volatile String stopped = "";
    private volatile RegionStatus status;

    HostedRegion(long id, EventLoop loop, HostedStore store) {
        this.id = id;
        this.loop = loop;
        this.store = store;
        this.door = new RegionDoor(this, store);
        this.leasedReads = new LeasedReads(this, store);
        this.newcomer = new Newcomer(this, store);
        this.cutter = new LogCutter(this, store);
        this.snapshots = new SnapshotSource(this, store);
        this.lifeSigns = new RegionLife(this, store);
        this.merge = new MergeDriver(this, store);
        this.autoSplit = new AutoSplit(this, store);
        publish();
    }

    // ---- what it is, for any flow --------------------------------------------------------------------------------

    RegionStatus status() {
        return status;
    }

    RegionRecord record() {
        return record;
    }

    State state() {
        return state;
    }

    int life() {
        return life;
    }

    boolean isServing() {
        return state == State.SERVING || state == State.FROZEN;
    }

    long peerId() {
        return peerId;
    }

    // ---- what it is, on the loop ---------------------------------------------------------------------------------

    /** Null unless it runs. */
    Replica replica() {
        return replica;
    }

    boolean isLeader() {
        return replica != null && replica.isLeader();
    }

    boolean isAwake() {
        return lifeSigns.isAwake();
    }

    RegionDoor door() {
        return door;
    }

    LeasedReads leasedReads() {
        return leasedReads;
    }

    Requests requests() {
        return requests;
    }

    RegionLife lifeSigns() {
        return lifeSigns;
    }

    MergeDriver merge() {
        return merge;
    }

    AutoSplit autoSplit() {
        return autoSplit;
    }

    SnapshotSource snapshots() {
        return snapshots;
    }

    LogCutter cutter() {
        return cutter;
    }

    AppliedRegion applied() {
        return applied;
    }

    /** The store that leads it, by all that is known here; 0 when nobody knows. */
    long leaderStore() {
        return replica == null ? newcomer.leaderStore() : storeOf(replica.leader());
    }

    /** 0 when unknown. */
    long storeOf(long peer) {
        RegionRecord now = record;
        Peer known = now == null ? null : now.region().peer(peer);
        if (known != null) {
            return known.storeId();
        }
        return heardFrom == null ? 0 : heardFrom.getOrDefault(peer, 0L);
    }

    private void heard(long peer, long fromStore) {
        heardFrom = heardFrom == null ? new TreeMap<>() : heardFrom;
        if (heardFrom.size() < 16) {
            heardFrom.put(peer, fromStore);
        }
    }

    long now() {
        return store.clock().monotonicNanos();
    }

    // ---- life ----------------------------------------------------------------------------------------------------

    /** It is known by its id alone and waits for a snapshot, for {@code peer}. */
    void expect(long peer) {
        peerId = peer;
    }

    /**
     * Its state machine is being brought here or replaced: nothing runs meanwhile.
     *
     * @param newLife the replica of a state machine of an earlier life, which somebody may be about to open, does not begin any more
     */
    void opening(int newLife) {
        opensFrom = newLife;
        leasedReads.withdraw();
        if (replica != null) {
            replica = null;
            requests.end("the replica is being replaced", new RegionRefusal.NotLeader(id, 0));
            announce(false);
        }
        life = 0;
        state = State.OPENING;
        loop.touch(this);
    }

    /**
     * The replica runs from now on.
     *
     * @param fresh it never ran on this store: it has promised nothing to anybody
     * @param campaign whether it is to lead, if it can
     */
    void open(AppliedRegion machine, Restored restored, boolean fresh, boolean campaign) {
        Peer own = machine.region().peerOn(store.storeId());
        if (own == null || state == State.STOPPED || machine.life < opensFrom) {
            return;
        }
        peerId = own.id();
        applied = machine;
        owed = 0;
        life = machine.life;
        record = machine.record;
        state = machine.record.frozen() == null ? State.SERVING : State.FROZEN;
        // It may have voted since the log was read, as long as it was not here.
        replica = new Replica(peerId, store.options().replica(), store.entropy(),
                restored.with(store.logs().hardState(id)), this, now());
        if (fresh) {
            replica.promisedNothing();
        }
        lifeSigns.opened();
        store.heart().peersChanged();
        merge.changed();
        if (campaign) {
            replica.campaign(now());
        }
        newcomer.opened().forEach(message -> replica.receive(message, now()));
        loop.touch(this);
    }

    /** Something that cannot be mended has happened; the region takes no part any more. */
    void stop(String why) {
        stopped = why;
        leasedReads.withdraw();
        state = State.STOPPED;
        lifeSigns.end();
        life = 0;
        replica = null;
        announce(false);
        requests.end(why, degraded());
        merge.settle(new TopologyOutcome.Unknown(why));
        loop.touch(this);
    }

    /** What a restart found cannot be used: it has its range, serves nothing, and waits to be removed. */
    void degrade(RegionRecord as, String why) {
        Peer own = as.region().peerOn(store.storeId());
        peerId = own == null ? 0 : own.id();
        record = as;
        store.heart().peersChanged();
        stop(why);
    }

    /** To whoever asks something of it while it is STOPPED. */
    RegionRefusal degraded() {
        return new RegionRefusal.Degraded(id, stopped);
    }

    /** It is not here any more, or will not be soon: nobody gets anything from it. */
    void ended() {
        opensFrom = Integer.MAX_VALUE;
        leasedReads.withdraw();
        life = 0;
        replica = null;
        state = State.OPENING;
        lifeSigns.end();
        announce(false);
        requests.end("the replica left the store", new RegionRefusal.RegionNotFound(id));
    }

    private void announce(boolean leads) {
        if (announced != leads) {
            announced = leads;
            store.observer().leads(record.region(), replica == null ? 0 : replica.term(), leads);
        }
    }

    // ---- messages ------------------------------------------------------------------------------------------------

    void received(long fromStore, RegionEpoch epoch, Message message) {
        if (replica == null) {
            newcomer.received(fromStore, epoch, message);
            loop.touch(this);
            return;
        }
        RegionDescriptor region = record.region();
        if (region.peer(message.from()) == null) {
            if (epoch.confVersion() < region.epoch().confVersion()) {
                store.sendStale(fromStore, id, message.from(), region, false);
                return;
            }
            heard(message.from(), fromStore);
        }
        if (message.to() != peerId) {
            store.counters().droppedUnknown.increment();
            return;
        }
        if (!lifeSigns.admits(message)) {
            return;
        }
        try {
            if (!(message instanceof Message.InstallSnapshot install) || !newcomer.fetches(fromStore, install)) {
                replica.receive(message, now());
            }
        } catch (RuntimeException | Error e) {
            store.stopped(this, e);
        }
        loop.touch(this);
    }

    void unreachable(long toStore) {
        Peer peer = replica == null ? null : record.region().peerOn(toStore);
        if (peer != null) {
            replica.unreachable(peer.id());
            loop.touch(this);
        }
    }

    /** Says {@code message} in the name of the replica, or of what will become one. */
    void send(Message message) {
        long to = storeOf(message.to());
        if (to != 0) {
            send(to, message);
        }
    }

    void send(long toStore, Message message) {
        RegionRecord now = record;
        loop.outbox().add(toStore, id, now == null ? NO_EPOCH : now.region().epoch(), message);
    }

    // ---- the replica's owner -------------------------------------------------------------------------------------

    void tick() {
        if (replica == null) {
            newcomer.tick();
            return;
        }
        try {
            replica.tick(now());
            long leased = leasedReads.takeCount();
            if (leased > 0) {
                autoSplit.asked(leased);
                lifeSigns.busy();
            }
            int expired = requests.expire(loop.ticks());
            store.counters().timedOut.add(expired);
            lifeSigns.tick();
            merge.tick();
            snapshots.tick();
            autoSplit.tick();
        } catch (RuntimeException | Error e) {
            store.stopped(this, e);
        }
        loop.touch(this);
    }

    /** Takes what the replica wants done. */
    void collect() {
        if (replica == null) {
            return;
        }
        try {
            for (Ready ready = replica.ready(); ready != null;) {
                leasedReads.publish(replica, state);
                carryOut(ready);
                // One that commits nothing has all there was to do.
                ready = ready.committed().isEmpty() ? null : replica.ready();
            }
            leasedReads.publish(replica, state);
            serve();
            if (waitsForApplied()) {
                loop.waits(this);
            }
            boolean leads = replica.isLeader();
            if (led != leads) {
                led = leads;
                lifeSigns.leadershipChanged();
            }
            announce(leads && replica.termAt(replica.applied()) == replica.term());
        } catch (RuntimeException | Error e) {
            store.stopped(this, e);
        }
    }

    private void carryOut(Ready ready) {
        Invariant.check(ready.snapshot() == null, "snapshots are installed before the replica hears of them");
        ready.messages().forEach(this::send);
        if (ready.persists() || !ready.afterPersist().isEmpty()) {
            if (ready.mustSync() || owed > 0) {
                owed++;
                loop.persist(this, life, ready);
            } else {
                // A commit index alone may be written with whatever comes next.
                replica.persisted(ready.number());
                ready.afterPersist().forEach(this::send);
            }
        }
        if (!ready.committed().isEmpty()) {
            handOver(ready);
        }
        ready.reads().forEach(read -> requests.decided(read, door.notLeader()));
    }

    private void handOver(Ready ready) {
        long bytes = Entry.bytes(ready.committed());
        if (store.backpressure().handedOver(bytes)) {
            replica.holdBack(true);
            store.counters().applyPauses.increment();
            loop.heldBack(this);
        }
        loop.apply(new ApplyFlow.Entries(applied, ready.committed(),
                requests.committed(ready.committed(), door.notLeader()),
                ready.membership(), bytes));
    }

    /** There is room for what it commits again. */
    void goOn() {
        if (replica != null) {
            replica.holdBack(false);
            loop.touch(this);
        }
    }

    void persisted(int ofLife, Ready ready) {
        if (ofLife != life || replica == null) {
            return;
        }
        owed--;
        if (ready.persists()) {
            replica.persisted(ready.number());
        }
        ready.afterPersist().forEach(this::send);
        loop.touch(this);
    }

    /**
     * The state machine is at {@code index}.
     *
     * @param changed null when the region is as it was
     */
    void applied(int ofLife, long index, RegionRecord changed, long bytes) {
        if (ofLife != life || replica == null) {
            return;
        }
        try {
            if (changed != null) {
                record = changed;
                state = changed.frozen() == null ? State.SERVING : State.FROZEN;
                if (state == State.FROZEN) {
                    requests.refuseReads(new RegionRefusal.Frozen(id));
                }
            }
            replica.applied(index);
            if (changed != null) {
                // Members are to know of a new range as soon as this store does.
                replica.tellCommit();
            }
            serve();
            cutter.applied(bytes);
            autoSplit.wrote(bytes);
            if (changed != null) {
                store.heart().peersChanged();
                merge.changed();
                lifeSigns.changed();
            }
        } catch (RuntimeException | Error e) {
            store.stopped(this, e);
        }
        loop.touch(this);
    }

    /** Whether somebody waits for the state machine. */
    boolean waitsForApplied() {
        return requests.waitsForApplied();
    }

    private void serve() {
        if (requests.hasServable(replica.applied())) {
            int served = requests.serve(replica.applied(),
                    new RegionPermission(this, life, record.region(), replica.applied()));
            store.counters().reads.add(served);
        }
    }

    /** Children came to be; who led the parent wants to lead them. */
    void splitOff(List<AppliedRegion> children) {
        for (AppliedRegion child : children) {
            store.open(child, new StoreKeys.Applied(child.index, child.term), isLeader(), null);
        }
    }

    // ---- the log -------------------------------------------------------------------------------------------------

    @Override
    public List<Entry> entries(long from, long to, long maxBytes) {
        return store.logs().entries(id, from, to, maxBytes);
    }

    @Override
    public Snapshot snapshot() {
        return snapshots.current();
    }

    // ---- what it shows -------------------------------------------------------------------------------------------

    /** Makes what it is now known to everybody. */
    void publish() {
        Replica running = replica;
        RegionDescriptor region = record == null ? null : record.region();
        if (running == null) {
            status = new RegionStatus(id, region, peerId, state, Standing.FOLLOWER, 0, 0, 0, 0, 0, 0, isAwake());
        } else if (!isShown(running, region)) {
            status = new RegionStatus(id, region, peerId, state, running.standing(), running.term(), leaderStore(),
                    running.baseIndex() + 1, running.lastIndex(), running.committed(), running.applied(), isAwake());
        }
    }

    /** Whether {@link #status} says it all; most turns of a follower change nothing. */
    private boolean isShown(Replica running, RegionDescriptor region) {
        RegionStatus shown = status;
        return shown != null && shown.lastIndex() == running.lastIndex() && shown.committed() == running.committed()
                && shown.applied() == running.applied() && shown.term() == running.term()
                && shown.standing() == running.standing() && shown.leaderStoreId() == leaderStore()
                && shown.firstIndex() == running.baseIndex() + 1 && shown.region() == region
                && shown.state() == state && shown.peerId() == peerId && shown.awake() == isAwake();
    }
}
