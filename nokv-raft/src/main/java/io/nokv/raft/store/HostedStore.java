package io.nokv.raft.store;

import io.nokv.base.error.NokvException;
import io.nokv.base.port.Clock;
import io.nokv.base.port.Entropy;
import io.nokv.base.port.Net;
import io.nokv.base.port.Promise;
import io.nokv.base.port.Scheduler;
import io.nokv.base.vfs.Vfs;
import io.nokv.lsm.Engine;
import io.nokv.lsm.Family;
import io.nokv.raft.core.Restored;
import io.nokv.raft.region.RegionDescriptor;
import io.nokv.raft.region.RegionHeader;
import io.nokv.raft.region.RegionRefusal;
import io.nokv.raft.storage.RaftLogs;
import io.nokv.raft.store.ExecutionStatus.AdmissionClass;
import io.nokv.raft.store.RegionStatus.State;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** The store: what its parts share, and the door to them. Thread-safe. */
final class HostedStore implements RaftStore, RaftLogs.Listener {
    private static final int MOST_COMMAND_BYTES = 64 << 20;

    private final RaftStoreSetup setup;
    private final StoreRules rules;
    private final Consumer<Throwable> alarm;
    private final Counters counters = new Counters();
    private final Ledger ledger;
    private final List<EventLoop> loops = new ArrayList<>();
    private final LogSync sync;
    private final ApplyFlow apply;
    private final SnapshotMaker snapshots;
    private final SnapshotInstaller installer;
    private final Topology topology;
    private final Archives archives;
    private final AutoMerge autoMerge;
    private final StoreHeart heart;
    private final StoreInbox inbox;
    private final LogRoom logRoom;
    private final Backpressure backpressure;
    private final ConcurrentSkipListMap<Long, HostedRegion> regions = new ConcurrentSkipListMap<>();
    private final ConcurrentSkipListMap<Long, Tombstone> tombstones = new ConcurrentSkipListMap<>();
    private final AtomicInteger lives = new AtomicInteger();
    private volatile Throwable failure;
    private volatile boolean closed;

    /** @param alarm hears of everything that stops a region or the store, and of what listeners throw */
    HostedStore(RaftStoreSetup setup, StoreRules rules, Consumer<Throwable> alarm) {
        this.setup = setup;
        this.alarm = alarm;
        this.rules = rules;
        this.ledger = new Ledger(setup.ports().clock());
        for (int i = 0; i < setup.options().loops(); i++) {
            loops.add(new EventLoop(this, new Outbox(setup.storeId(), setup.net(),
                    setup.options().limits().frameBytes(), counters)));
        }
        this.sync = new LogSync(setup.logs(), setup.ports().scheduler(), List.copyOf(loops), this::failed,
                counters.syncs);
        this.apply = new ApplyFlow(this);
        this.snapshots = new SnapshotMaker(this);
        this.installer = new SnapshotInstaller(this);
        this.topology = new Topology(this);
        this.archives = new Archives(this);
        this.autoMerge = new AutoMerge(this);
        this.heart = new StoreHeart(this);
        this.inbox = new StoreInbox(this);
        this.logRoom = new LogRoom(setup.ports().scheduler(), setup.logs());
        this.backpressure = new Backpressure(setup.options().limits(), counters, logRoom,
                () -> loops.forEach(loop -> loop.post(loop::goOn)));
    }

    // ---- life ----------------------------------------------------------------------------------------------------

    /** Waits: brings back what is here, then begins to listen. */
    void start() {
        logs().open(engine(), this);
        new Comeback(this).run();
        setup.net().listen(storeId(), inbox);
        tickLater();
    }

    /** The next tick is set when this one is through, so that two never overlap. */
    private void tickLater() {
        scheduler().after(options().tickNanos(), "raft-tick", () -> {
            if (!closed) {
                try {
                    loops.forEach(EventLoop::tickLater);
                    heart.tick();
                    autoMerge.tick();
                    logRoom.tick();
                } finally {
                    tickLater();
                }
            }
        });
    }

    /** The replica of {@code machine} starts; {@code then} is settled when it has. */
    void open(AppliedRegion machine, StoreKeys.Applied at, boolean campaign, Promise<Void> then) {
        scheduler().execute("raft-open", () -> {
            try {
                boolean fresh = !logs().has(machine.id);
                Restored restored = logs().restore(machine.id, at.index(), at.term(), machine.record.membership());
                machine.owner.loop.post(() -> {
                    machine.owner.open(machine, restored, fresh, campaign);
                    if (then != null) {
                        then.complete(null);
                    }
                });
            } catch (RuntimeException | Error e) {
                stopped(machine.owner, e);
                if (then != null) {
                    then.fail(e);
                }
            }
        });
    }

    /** The region with {@code regionId}, made when there is none. */
    HostedRegion adopt(long regionId) {
        return regions.computeIfAbsent(regionId, id -> new HostedRegion(id, loopOf(id), this));
    }

    /** The replica of {@code region} goes, with its rows. On its loop. */
    void leave(HostedRegion region, Tombstone tombstone) {
        region.ended();
        region.snapshots().drop();
        apply.step(() -> {
            AppliedRegion machine = apply.regions().remove(region.id);
            apply.batch().delete(Family.LOCAL, StoreKeys.record(region.id))
                    .delete(Family.LOCAL, StoreKeys.applied(region.id))
                    .put(Family.LOCAL, StoreKeys.tombstone(region.id), tombstone.encode());
            if (machine != null) {
                machine.ended = true;
                setup.applier().families().stream().sorted().forEach(family -> apply.batch().deleteRange(family,
                        machine.region().range().from(), machine.region().range().to()));
            }
            counters.removed.increment();
            apply.afterwards(() -> left(region, tombstone));
        });
    }

    /** Nothing of {@code region} is here any more but its log. On any flow. */
    void left(HostedRegion region, Tombstone tombstone) {
        tombstones.put(region.id, tombstone);
        region.loop.post(() -> {
            region.ended();
            region.snapshots().drop();
            region.merge().ended(tombstone);
            logs().remove(region.id);
            ledger.mended(region.id);
            regions.remove(region.id, region);
            observer().gone(tombstone.last());
        });
    }

    /** A region that never got to know its range is given up. On its loop. */
    void forget(HostedRegion region) {
        if (region.replica() == null && region.record() == null) {
            region.lifeSigns().end();
            regions.remove(region.id, region);
        }
    }

    /** A bug or damage: {@code region} stops, the others go on. */
    void stopped(HostedRegion region, Throwable why) {
        ledger.degraded(region.id, why.toString());
        region.loop.post(() -> region.stop(why.toString()));
        alarm.accept(why);
    }

    /** The log or the engine has failed, so that nothing can become durable any more; or something that no region can be blamed for. */
    void failed(Throwable why) {
        if (failure == null && !closed) {
            failure = why;
            ledger.degraded(0, why.toString());
            regions.values().forEach(region -> region.loop.post(() -> region.stop("the store failed: " + why)));
            alarm.accept(why);
        }
    }

    /** Something went wrong that is tried again. */
    void noted(String what, long regionId, Throwable why) {
        ledger.transition(what, regionId, new TopologyOutcome.Unknown(why.toString()));
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        setup.transfer().close();
        List<Promise<Void>> ends = new ArrayList<>();
        for (EventLoop loop : loops) {
            Promise<Void> end = scheduler().promise();
            ends.add(end);
            loop.post(() -> {
                regions.values().stream().filter(region -> region.loop == loop)
                        .forEach(region -> region.stop("the store is closed"));
                end.complete(null);
            });
        }
        ends.forEach(Promise::await);
        Promise<Void> applied = scheduler().promise();
        apply.step(() -> applied.complete(null));
        applied.await();
    }

    // ---- what parts share ----------------------------------------------------------------------------------------

    @Override
    public long storeId() {
        return setup.storeId();
    }

    RaftStoreOptions options() {
        return setup.options();
    }

    StoreRules rules() {
        return rules;
    }

    Engine engine() {
        return setup.engine();
    }

    RaftLogs logs() {
        return setup.logs();
    }

    Scheduler scheduler() {
        return setup.ports().scheduler();
    }

    Vfs vfs() {
        return setup.ports().vfs();
    }

    Clock clock() {
        return setup.ports().clock();
    }

    Entropy entropy() {
        return setup.ports().entropy();
    }

    Applier applier() {
        return setup.applier();
    }

    ApplyObserver observer() {
        return setup.observer();
    }

    SnapshotTransfer transfer() {
        return setup.transfer();
    }

    Ids ids() {
        return setup.ids();
    }

    Counters counters() {
        return counters;
    }

    Ledger ledger() {
        return ledger;
    }

    ApplyFlow apply() {
        return apply;
    }

    Backpressure backpressure() {
        return backpressure;
    }

    LogSync sync() {
        return sync;
    }

    SnapshotMaker snapshots() {
        return snapshots;
    }

    SnapshotInstaller installer() {
        return installer;
    }

    boolean isClosed() {
        return closed;
    }

    List<EventLoop> loops() {
        return loops;
    }

    EventLoop loopOf(long regionId) {
        long mixed = regionId * 0x9E3779B97F4A7C15L >>> 32;
        return loops.get((int) (mixed % loops.size()));
    }

    /** Null when nothing of it is here. */
    HostedRegion region(long regionId) {
        return regions.get(regionId);
    }

    Tombstone tombstone(long regionId) {
        return tombstones.get(regionId);
    }

    void bury(long regionId, Tombstone tombstone) {
        tombstones.put(regionId, tombstone);
    }

    /** For somebody outside: what his listeners throw does nothing to the flow that settles it. */
    <T> Promise<T> promise() {
        return scheduler().promise(broken -> {
            counters.listenersFailed.increment();
            alarm.accept(broken);
        });
    }

    int nextLife() {
        return lives.incrementAndGet();
    }

    void sendControl(long toStore, Control message) {
        send(toStore, Net.Lane.NORMAL, message.encode());
    }

    void send(long toStore, Net.Lane lane, byte[] message) {
        if (toStore > 0 && toStore != storeId()) {
            setup.net().send(storeId(), toStore, lane, message);
        }
    }

    StoreHeart heart() {
        return heart;
    }

    /** Every region that is here in some way. */
    Collection<HostedRegion> hosted() {
        return regions.values();
    }

    /** As {@link #sendControl}, also to this store itself. */
    void tell(long toStore, Control message) {
        if (toStore == storeId()) {
            scheduler().execute("raft-self", () -> inbox.control(toStore, message));
        } else {
            sendControl(toStore, message);
        }
    }

    void sendStale(long toStore, long regionId, long peer, RegionDescriptor now, boolean merged) {
        sendControl(toStore, new Control.Stale(regionId, peer, merged, now));
    }

    // ---- requests ------------------------------------------------------------------------------------------------

    @Override
    public Promise<Void> bootstrap(RegionDescriptor region) {
        return topology.bootstrap(region);
    }

    @Override
    public RegionRefusal admit(RegionHeader header) {
        HostedRegion region = regions.get(header.regionId());
        RegionStatus status = region == null ? null : region.status();
        if (status != null && status.state() == State.STOPPED && !closed) {
            return region.degraded();
        }
        if (status == null || status.region() == null || status.state() == State.STOPPED
                || status.state() == State.OPENING) {
            return new RegionRefusal.RegionNotFound(header.regionId());
        }
        if (status.region().epoch().version() != header.epoch().version()) {
            return new RegionRefusal.EpochMismatch(List.of(status.region()));
        }
        if (status.state() == State.FROZEN) {
            return new RegionRefusal.Frozen(header.regionId());
        }
        return status.isLeader() ? null : new RegionRefusal.NotLeader(header.regionId(), status.leaderStoreId());
    }

    @Override
    public Promise<ProposalOutcome> propose(RegionHeader header, byte[] command) {
        if (command.length > MOST_COMMAND_BYTES) {
            throw NokvException.invalid("a command of " + command.length + " bytes is too long");
        }
        RegionRefusal refusal = admit(header);
        HostedRegion region = regions.get(header.regionId());
        if (refusal == null) {
            refusal = region == null
                    ? new RegionRefusal.RegionNotFound(header.regionId())
                    : backpressure.room(header.regionId(), region.loop, true);
        }
        ledger.admitted(AdmissionClass.WRITE, header.regionId(), refusal);
        if (refusal != null || closed) {
            return scheduler().completed(new ProposalOutcome.Refused(
                    refusal == null ? new RegionRefusal.RegionNotFound(header.regionId()) : refusal));
        }
        Promise<ProposalOutcome> promise = promise();
        region.loop.request(() -> region.door().propose(header.epoch().version(), command, promise));
        return promise;
    }

    @Override
    public Promise<ReadOutcome> read(RegionHeader header, ReadMode mode) {
        HostedRegion region = regions.get(header.regionId());
        ReadPermission leased = mode == ReadMode.LEASE && region != null && !closed
                ? region.leasedReads().get(header.epoch().version())
                : null;
        if (leased != null) {
            counters.reads.increment();
            ledger.admitted(AdmissionClass.READ, header.regionId(), (RegionRefusal) null);
            return scheduler().completed(new ReadOutcome.Permitted(leased));
        }
        RegionRefusal refusal = admit(header);
        if (refusal == null) {
            refusal = region == null
                    ? new RegionRefusal.RegionNotFound(header.regionId())
                    : backpressure.room(header.regionId(), region.loop, false);
        }
        ledger.admitted(AdmissionClass.READ, header.regionId(), refusal);
        if (refusal != null || closed) {
            return scheduler().completed(new ReadOutcome.Refused(
                    refusal == null ? new RegionRefusal.RegionNotFound(header.regionId()) : refusal));
        }
        Promise<ReadOutcome> promise = promise();
        region.loop.request(() -> region.door().read(header.epoch().version(), mode, promise));
        return promise;
    }

    @Override
    public Promise<TopologyOutcome> split(RegionHeader header, List<byte[]> keys) {
        return topology.split(header, keys);
    }

    @Override
    public Promise<TopologyOutcome> merge(RegionHeader source, long targetRegionId) {
        return topology.merge(source, targetRegionId);
    }

    @Override
    public Promise<TopologyOutcome> changePeers(RegionHeader header, List<PeerChange> changes) {
        return topology.changePeers(header, changes);
    }

    @Override
    public Promise<TopologyOutcome> transferLeader(RegionHeader header, long toStoreId) {
        return topology.transferLeader(header, toStoreId);
    }

    @Override
    public Promise<ExportOutcome> exportRegion(RegionHeader header) {
        return archives.export(header);
    }

    @Override
    public RegionImport importRegion(long regionId, long peerId) {
        return archives.begin(regionId, peerId);
    }

    // ---- what it shows -------------------------------------------------------------------------------------------

    @Override
    public RegionStatus status(long regionId) {
        HostedRegion region = regions.get(regionId);
        return region == null ? null : region.status();
    }

    @Override
    public List<RegionStatus> regions() {
        return regions.values().stream().map(HostedRegion::status).toList();
    }

    @Override
    public ExecutionStatus execution() {
        return ledger.status();
    }

    @Override
    public RaftStoreStats stats() {
        int leading = 0;
        for (HostedRegion region : regions.values()) {
            leading += region.status().isLeader() ? 1 : 0;
        }
        return counters.stats(regions.size(), leading, loops.stream().mapToInt(EventLoop::awakeCount).sum());
    }

    // ---- what the logs say ---------------------------------------------------------------------------------------

    @Override
    public void fetched(long region) {
        HostedRegion hosted = regions.get(region);
        if (hosted != null) {
            hosted.loop.post(() -> hosted.loop.touch(hosted));
        }
    }

    @Override
    public void compactionWanted(long region) {
        HostedRegion hosted = regions.get(region);
        if (hosted != null) {
            hosted.loop.post(() -> hosted.cutter().wanted());
        }
    }

    @Override
    public void failed(long region, RuntimeException cause) {
        HostedRegion hosted = regions.get(region);
        if (hosted != null) {
            stopped(hosted, cause);
        }
    }
}
