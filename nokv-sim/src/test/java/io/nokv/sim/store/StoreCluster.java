package io.nokv.sim.store;

import io.nokv.raft.core.ReplicaOptions;
import io.nokv.raft.region.KeyRange;
import io.nokv.raft.region.Peer;
import io.nokv.raft.region.RegionDescriptor;
import io.nokv.raft.region.RegionEpoch;
import io.nokv.raft.store.ApplyObserver;
import io.nokv.raft.store.Ids;
import io.nokv.raft.store.PlantedStoreBug;
import io.nokv.raft.store.RaftStore;
import io.nokv.raft.store.RaftStoreOptions;
import io.nokv.raft.store.RaftStoreSetup;
import io.nokv.raft.store.RegionStatus;
import io.nokv.sim.world.SimEntropy;
import io.nokv.sim.world.SimNode;
import io.nokv.sim.world.World;
import java.util.ArrayList;
import java.util.List;

/** The machines of one run, and what they have in common. */
final class StoreCluster {
    static final long TICK_NANOS = 10_000_000L;
    static final int REGISTERS = 6;
    private static final int ELECTION_TICKS = 10;

    private final World world;
    private final PlantedStoreBug bug;
    private final RaftStoreOptions options;
    private final StoreRulebook rules = new StoreRulebook();
    private final long syncNanos;
    private final List<StoreMachine> machines = new ArrayList<>();
    private long nextId = 1_000;
    private boolean resting;

    /** @param bug null for the real thing */
    StoreCluster(World world, PlantedStoreBug bug) {
        this(world, bug, null);
    }

    /** @param topology when regions split and merge by themselves; null: drawn */
    StoreCluster(World world, PlantedStoreBug bug, RaftStoreOptions.Topology topology) {
        this.world = world;
        this.bug = bug;
        SimEntropy random = world.entropy("stores");
        long[] messages = {60, 400, 4_000};
        int[] inflight = {1, 2, 8};
        ReplicaOptions.Budgets budgets = new ReplicaOptions.Budgets(messages[random.nextInt(messages.length)],
                inflight[random.nextInt(inflight.length)], random.between(100, 2_000), random.between(500, 20_000),
                random.between(50, 2_000), (int) random.between(2, 100));
        int[] drifts = {1_000, 100_000};
        ReplicaOptions replica = new ReplicaOptions(ELECTION_TICKS, (int) random.between(1, 4),
                ELECTION_TICKS * TICK_NANOS, drifts[random.nextInt(drifts.length)],
                random.chance(0.7), budgets);
        long[] entries = {3, 20, 1_000};
        long cut = entries[random.nextInt(entries.length)];
        this.options = RaftStoreOptions.defaults().withLoops((int) random.between(1, 3)).withTicks(TICK_NANOS, replica)
                .withLogCuts(new RaftStoreOptions.LogCuts(cut, 64 << 20, random.between(0, cut)))
                .withLimits(new RaftStoreOptions.Limits(random.chance(0.3) ? 2_000 : 1 << 20, 1_000,
                        random.chance(0.3) ? 500 : 1 << 20, (int) random.between(100, 4_000), 60))
                .withSleepTicks(random.chance(0.5) ? 0 : (int) random.between(3, 30))
                .withTopology(topology == null ? topology(world.entropy("topology")) : topology);
        long[] syncs = {100_000, 1_000_000, 10_000_000};
        this.syncNanos = syncs[random.nextInt(syncs.length)];
        long count = random.between(3, 5);
        for (long id = 1; id <= count; id++) {
            StoreMachine machine = new StoreMachine(id, this);
            machine.drift(random.between(-1, 1) * replica.maxClockDriftPpm());
            machines.add(machine);
        }
    }

    /** In half of the runs regions split and merge by themselves, all the time. */
    private static RaftStoreOptions.Topology topology(SimEntropy random) {
        if (random.chance(0.5)) {
            return new RaftStoreOptions.Topology(0, 0, 50);
        }
        long split = random.chance(0.5) ? random.between(1_000, 6_000) : 0;
        long load = random.chance(0.5) ? random.between(2, 20) : 0;
        long merge = random.chance(0.7) ? split > 0 ? random.between(1, split / 2) : random.between(500, 20_000) : 0;
        return new RaftStoreOptions.Topology(split, load, (int) random.between(20, 100), 50, merge,
                (int) random.between(10, 120), random.chance(0.5));
    }

    World world() {
        return world;
    }

    RaftStoreOptions options() {
        return options;
    }

    /** Regions stay as they are from now on, unless they are asked. */
    void rest() {
        resting = true;
    }

    /** Whether regions split or merge without being asked. */
    boolean changesByItself() {
        RaftStoreOptions.Topology topology = options.topology();
        return topology.splitBytes() > 0 || topology.splitRequestsPerSecond() > 0 || topology.mergeBytes() > 0;
    }

    boolean isResting() {
        return resting;
    }

    StoreRulebook rules() {
        return rules;
    }

    long syncNanos() {
        return syncNanos;
    }

    List<StoreMachine> machines() {
        return machines;
    }

    StoreMachine machine(long id) {
        return machines.get((int) id - 1);
    }

    RaftStore open(RaftStoreSetup setup) {
        return PlantedStoreBug.open(setup, bug, () -> resting, why -> {
            throw new AssertionError("a region of store " + setup.storeId() + " stopped", why);
        });
    }

    Ids ids(SimNode node) {
        return count -> {
            long[] out = new long[count];
            for (int i = 0; i < count; i++) {
                out[i] = nextId++;
            }
            return node.scheduler().completed(out);
        };
    }

    ApplyObserver watch(long storeId) {
        return rules.watch(storeId);
    }

    /** Starts all machines with one region, or one for each register, on the first three; waits. */
    void begin(boolean many) {
        machines.forEach(machine -> machine.start().await());
        int regions = many ? REGISTERS : 1;
        for (int r = 0; r < regions; r++) {
            byte[] from = r == 0 ? new byte[0] : bound(r);
            byte[] to = r == regions - 1 ? null : bound(r + 1);
            List<Peer> peers = new ArrayList<>();
            for (long store = 1; store <= 3; store++) {
                peers.add(new Peer(nextId++, store));
            }
            RegionDescriptor first = new RegionDescriptor(r + 1, new KeyRange(from, to), RegionEpoch.FIRST, peers);
            for (long store = 1; store <= 3; store++) {
                machine(store).store().bootstrap(first).await();
            }
        }
    }

    /** Where the rows of {@code register} begin. */
    static byte[] bound(int register) {
        return new byte[]{0, (byte) register};
    }

    /** The region on some machine that leads in the latest term of its region and covers {@code key}; null when none does. */
    RegionStatus leading(byte[] key) {
        RegionStatus best = null;
        for (RegionStatus status : leaders()) {
            if (status.region().range().contains(key)
                    && (best == null || status.region().epoch().version() > best.region().epoch().version()
                            || status.regionId() == best.regionId() && status.term() > best.term())) {
                best = status;
            }
        }
        return best;
    }

    /** All that think they lead. */
    List<RegionStatus> leaders() {
        List<RegionStatus> out = new ArrayList<>();
        for (StoreMachine machine : machines) {
            if (machine.isUp()) {
                machine.store().regions().stream().filter(RegionStatus::isLeader).forEach(out::add);
            }
        }
        return out;
    }

    /** The machine of the latest leader of {@code regionId}; null when there is none. */
    StoreMachine leader(long regionId) {
        StoreMachine best = null;
        for (StoreMachine machine : machines) {
            RegionStatus status = machine.isUp() ? machine.store().status(regionId) : null;
            if (status != null && status.isLeader()
                    && (best == null || status.term() > best.store().status(regionId).term())) {
                best = machine;
            }
        }
        return best;
    }
}
