package io.nokv.sim.store;

import io.nokv.lsm.Cursor;
import io.nokv.lsm.Engine;
import io.nokv.lsm.Family;
import io.nokv.lsm.Range;
import io.nokv.raft.region.KeyRange;
import io.nokv.raft.region.Peer;
import io.nokv.raft.store.PlantedStoreBug;
import io.nokv.raft.store.RaftStoreStats;
import io.nokv.raft.store.ReadMode;
import io.nokv.raft.store.RegionStatus;
import io.nokv.sim.Shrinking;
import io.nokv.sim.check.Linearizability;
import io.nokv.sim.check.Linearizability.Verdict;
import io.nokv.sim.world.SimEntropy;
import io.nokv.sim.world.SimNet;
import io.nokv.sim.world.SimulationFailure;
import io.nokv.sim.world.World;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/**
 * One run: a cluster of stores, clients, a storm; then everything is repaired, and within a bounded time all regions answer,
 * cover the key space, and are the same on all their stores. The rules hold all the time; the clients' history must be linearizable
 * and no acknowledged write lost.
 */
final class StoreStory {
    private static final long STORM_MILLIS = 6_000;
    private static final long RECOVERY_MILLIS = 30_000;
    private static final long MOST_CONFIGURATIONS = 300_000;

    /** What a run was like. */
    record Outcome(long virtualNanos, int faults, int elections, long applied, int acknowledged, boolean decided,
            Seen seen) {}

    /** What the stores counted in their last lives. */
    record Seen(long splits, long merges, long rollbacks, long installs, long removed, long sleeps, long autoSplits,
            long autoMerges) {
        static final Seen NOTHING = new Seen(0, 0, 0, 0, 0, 0, 0, 0);

        Seen and(RaftStoreStats stats) {
            return new Seen(splits + stats.splits(), merges + stats.merges(), rollbacks + stats.rollbacks(),
                    installs + stats.snapshotsInstalled(), removed + stats.removed(), sleeps + stats.hibernations(),
                    autoSplits + stats.autoSplits(), autoMerges + stats.autoMerges());
        }

        Seen and(Seen other) {
            return new Seen(splits + other.splits, merges + other.merges, rollbacks + other.rollbacks,
                    installs + other.installs, removed + other.removed, sleeps + other.sleeps,
                    autoSplits + other.autoSplits, autoMerges + other.autoMerges);
        }
    }

    private final World world;
    private final StoreCluster cluster;
    private final StoreClients clients;
    private final List<StoreFault> faults;
    private final SimEntropy random;
    private boolean decided;

    /**
     * @param bug null for the real thing
     * @param kept which faults of the seed's storm strike, by number; null: all
     */
    StoreStory(World world, PlantedStoreBug bug, List<Integer> kept) {
        this.world = world;
        this.cluster = new StoreCluster(world, bug);
        this.clients = new StoreClients(cluster);
        this.random = world.entropy("story");
        List<StoreFault> all = StoreFault.storm(world.entropy("storm"), cluster.machines().size(), STORM_MILLIS);
        this.faults = kept == null ? all : kept.stream().map(all::get).toList();
    }

    /**
     * Runs the storm of {@code seed}. When that fails, looks for a smaller one that does, and fails with it.
     *
     * @param kept as in the constructor
     */
    static Outcome run(long seed, String replay, PlantedStoreBug bug, List<Integer> kept) {
        StoreStory story = new StoreStory(new World(seed, replay), bug, kept);
        try {
            return story.run();
        } catch (SimulationFailure failure) {
            if (kept != null) {
                throw failure;
            }
            throw Shrinking.shrunk(failure, replay, story.faults.size(), some -> fails(seed, bug, some),
                    number -> story.faults.get(number).shown());
        }
    }

    private static boolean fails(long seed, PlantedStoreBug bug, List<Integer> kept) {
        try {
            new StoreStory(new World(seed, "none"), bug, kept).run();
            return false;
        } catch (SimulationFailure failure) {
            return true;
        }
    }

    List<StoreFault> faults() {
        return faults;
    }

    StoreCluster cluster() {
        return cluster;
    }

    Outcome run() {
        world.run(() -> {
            cluster.begin(random.chance(0.5));
            clients.start((int) random.between(1, 6), 200);
            long began = world.nowNanos();
            for (StoreFault fault : faults) {
                pauseUntil(began + fault.atMillis() * 1_000_000);
                fault.strike(cluster);
            }
            pauseUntil(began + STORM_MILLIS * 1_000_000);
            repair();
            clients.stop();
            recover();
            check();
        });
        return new Outcome(world.nowNanos(), faults.size(), cluster.rules().elections(), cluster.rules().applied(),
                clients.acknowledged().size(), decided, seen());
    }

    private Seen seen() {
        Seen all = Seen.NOTHING;
        for (StoreMachine machine : cluster.machines()) {
            all = all.and(machine.store().stats());
        }
        return all;
    }

    private void pauseUntil(long nanos) {
        long left = nanos - world.nowNanos();
        if (left > 0) {
            world.driver().scheduler().pause(left);
        }
    }

    private void repair() {
        world.net().heal();
        world.net().setUsual(SimNet.Link.good());
        for (StoreMachine machine : cluster.machines()) {
            machine.goOn();
            machine.slow(1);
            machine.drift(0);
            if (!machine.isOn()) {
                machine.start();
            }
        }
    }

    private void recover() {
        long deadline = world.nowNanos() + RECOVERY_MILLIS * 1_000_000;
        boolean[] answered = new boolean[StoreCluster.REGISTERS];
        String missing = "no answer";
        while (missing != null) {
            if (world.nowNanos() > deadline) {
                throw new AssertionError(
                        "no progress after " + RECOVERY_MILLIS + " ms without faults: " + missing + state());
            }
            for (int register = 0; register < answered.length; register++) {
                answered[register] |= clients.call(0, random, new RegisterCall.Put(register, (1L << 40) + register));
            }
            world.driver().scheduler().pause(50_000_000);
            if (!cluster.changesByItself() || world.nowNanos() > deadline - RECOVERY_MILLIS * 900_000) {
                // Regions that split and merge by themselves do not hinder recovery for a while, and must not hinder the checks.
                cluster.rest();
            }
            missing = cluster.isResting() ? notConverged() : "regions still change";
            for (int register = 0; register < answered.length; register++) {
                missing = answered[register] ? missing : "register " + register + " does not answer";
            }
        }
        for (int register = 0; register < StoreCluster.REGISTERS; register++) {
            clients.call(0, random, new RegisterCall.Get(register, ReadMode.READ_INDEX));
        }
    }

    private String state() {
        StringBuilder out = new StringBuilder();
        for (StoreMachine machine : cluster.machines()) {
            out.append("\n  store ").append(machine.id());
            if (machine.isUp()) {
                machine.store().regions().forEach(status -> out.append("\n    ").append(status));
                out.append("\n    ").append(machine.store().stats());
            }
        }
        return out.toString();
    }

    /** Null when the leaders cover everything once, and all members of each region are as far as its leader. */
    private String notConverged() {
        TreeMap<Long, RegionStatus> led = new TreeMap<>();
        for (RegionStatus status : cluster.leaders()) {
            RegionStatus other = led.put(status.regionId(), status);
            if (other != null) {
                return "two lead region " + status.regionId();
            }
        }
        List<RegionStatus> byRange = new ArrayList<>(led.values());
        byRange.sort((x, y) -> Arrays.compareUnsigned(x.region().range().from(), y.region().range().from()));
        byte[] end = new byte[0];
        for (RegionStatus status : byRange) {
            KeyRange range = status.region().range();
            if (end == null || !Arrays.equals(end, range.from())) {
                return "gap or overlap before " + status.region();
            }
            end = range.to();
        }
        if (end != null || byRange.isEmpty()) {
            return "the end is not covered";
        }
        for (RegionStatus leader : byRange) {
            if (leader.committed() != leader.lastIndex()) {
                return "the leader has uncommitted entries: " + leader;
            }
            for (Peer peer : leader.region().peers()) {
                if (peer.role() != Peer.Role.VOTER && peer.role() != Peer.Role.LEARNER) {
                    return "a joint membership does not end: " + leader;
                }
                StoreMachine machine = cluster.machine(peer.storeId());
                RegionStatus member = machine.isUp() ? machine.store().status(leader.regionId()) : null;
                if (member == null || member.peerId() != peer.id() || member.applied() != leader.committed()
                        || !leader.region().equals(member.region())) {
                    return "member " + peer + " is behind " + leader + ": " + member;
                }
            }
        }
        for (StoreMachine machine : cluster.machines()) {
            if (!machine.isUp()) {
                return "store " + machine.id() + " has not come back";
            }
            for (RegionStatus status : machine.store().regions()) {
                RegionStatus leader = led.get(status.regionId());
                if (leader == null || leader.region().peer(status.peerId()) == null) {
                    return "store " + machine.id() + " still has " + status;
                }
            }
        }
        return null;
    }

    private void check() {
        for (RegionStatus leader : cluster.leaders()) {
            TreeMap<Long, Integer> rows = new TreeMap<>();
            for (Peer peer : leader.region().peers()) {
                rows.put(peer.storeId(), digest(cluster.machine(peer.storeId()).engine(), leader.region().range()));
            }
            StoreRulebook.rule(rows.values().stream().distinct().count() == 1, "equal rows everywhere",
                    leader.region() + ": " + rows);
        }
        clients.acknowledged().forEach((operation, register) -> {
            byte[] key = RegisterApplier.operationKey(register, operation);
            RegionStatus leader = cluster.leading(key);
            StoreRulebook.rule(
                    cluster.leader(leader.regionId()).engine().get(Family.WRITE, key, null) != null,
                    "no acknowledged write lost", "operation " + operation + " of register " + register);
        });
        switch (Linearizability.check(new RegisterModel(), clients.history().operations(), RegisterCall::register,
                MOST_CONFIGURATIONS)) {
            case Verdict.Explained _ -> decided = true;
            case Verdict.Undecided _ -> decided = false;
            case Verdict.Violation violation -> throw new AssertionError(violation.report());
        }
    }

    private static int digest(Engine engine, KeyRange range) {
        int hash = 1;
        for (Family family : List.of(Family.DEFAULT, Family.WRITE)) {
            try (Cursor cursor = engine.cursor(family, new Range(range.from(), range.to()), null)) {
                for (cursor.seekToFirst(); cursor.isValid(); cursor.next()) {
                    hash = (hash * 31 + Arrays.hashCode(cursor.key())) * 31 + Arrays.hashCode(cursor.value());
                }
            }
        }
        return hash;
    }
}
