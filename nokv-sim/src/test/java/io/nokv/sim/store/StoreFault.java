package io.nokv.sim.store;

import io.nokv.raft.region.Peer;
import io.nokv.raft.region.Peer.Role;
import io.nokv.raft.region.RegionDescriptor;
import io.nokv.raft.store.PeerChange;
import io.nokv.raft.store.RaftStore;
import io.nokv.raft.store.RegionStatus;
import io.nokv.sim.world.SimEntropy;
import io.nokv.sim.world.SimNet;
import java.util.ArrayList;
import java.util.List;

/** Something that goes wrong, or that an operator does, at a point of virtual time. */
record StoreFault(long atMillis, Kind kind, long a, long b, long millis) {
    /** What it is; {@code a} and {@code b} are machines, registers, or numbers that mean what each says. */
    enum Kind {
        /** Machine a loses its power, or its process, and comes back after a while. */
        CRASH,
        /** All machines do. */
        CRASH_ALL,
        /** Machine a stands still for a while, with all that runs on it. */
        PAUSE,
        /** The machine that leads the region of register a does. */
        PAUSE_LEADER,
        /** Messages from a to b are lost until the network heals. */
        CUT,
        /** Nothing reaches machine a, and nothing from it arrives. */
        ISOLATE,
        /** All cuts end. */
        HEAL,
        /** Links lose a times 8 percent of the messages, repeat b times 5 percent, and are the slower the larger millis. */
        WEATHER,
        /** The clock of machine a runs b millionths of the bound off. */
        DRIFT,
        /** The disk of machine a takes b times as long. */
        DISK,
        /** The region of register a is handed over to store b. */
        TRANSFER,
        /** The members of the region of register a change. */
        CHANGE,
        /** The region of register a is cut before register b, when it can be. */
        SPLIT,
        /** The region of register a becomes a part of that of a neighbour. */
        MERGE
    }

    private static final Kind[] KINDS = Kind.values();

    /** The faults of a run that lasts {@code millis}, by time. */
    static List<StoreFault> storm(SimEntropy random, int machines, long millis) {
        List<Kind> kinds = new ArrayList<>();
        for (Kind kind : KINDS) {
            boolean ours = kind.ordinal() >= Kind.TRANSFER.ordinal();
            if (kind == Kind.HEAL || random.chance(ours ? 0.6 : 0.25)) {
                kinds.add(kind);
            }
        }
        long[] lengths = {20, 100, 600};
        long longest = lengths[random.nextInt(lengths.length)];
        List<StoreFault> out = new ArrayList<>();
        for (long left = random.around(60); left > 0; left--) {
            Kind kind = kinds.get(random.nextInt(kinds.size()));
            boolean ours = kind.ordinal() >= Kind.TRANSFER.ordinal();
            out.add(new StoreFault(random.between(0, millis), kind,
                    ours ? random.between(0, StoreCluster.REGISTERS - 1) : random.between(1, machines),
                    kind == Kind.SPLIT ? random.between(0, StoreCluster.REGISTERS - 1) : random.between(1, machines),
                    random.between(1, longest)));
        }
        out.sort((x, y) -> Long.compare(x.atMillis, y.atMillis));
        return out;
    }

    /** Makes it happen. */
    void strike(StoreCluster cluster) {
        SimNet net = cluster.world().net();
        cluster.world().note(kind.name(), a, b, millis);
        switch (kind) {
            case CRASH -> crash(cluster, cluster.machine(a));
            case CRASH_ALL -> cluster.machines().forEach(machine -> crash(cluster, machine));
            case PAUSE -> cluster.machine(a).pause(millis * 1_000_000);
            case PAUSE_LEADER -> {
                RegionStatus status = cluster.leading(RegisterApplier.valueKey((int) a % StoreCluster.REGISTERS));
                if (status != null) {
                    cluster.leader(status.regionId()).pause(millis * 1_000_000);
                }
            }
            case CUT -> {
                if (a != b) {
                    net.cut(a, b);
                }
            }
            case ISOLATE -> {
                for (StoreMachine other : cluster.machines()) {
                    if (other.id() != a) {
                        net.cut(a, other.id());
                        net.cut(other.id(), a);
                    }
                }
            }
            case HEAL -> net.heal();
            case WEATHER -> net.setUsual(new SimNet.Link(20_000 + millis * millis * 60, a * 0.08, b * 0.05));
            case DRIFT -> cluster.machine(a).drift((b - 3) * cluster.options().replica().maxClockDriftPpm() / 2);
            case DISK -> cluster.machine(a).slow(b * b);
            case TRANSFER, CHANGE, SPLIT, MERGE -> command(cluster);
        }
    }

    private void crash(StoreCluster cluster, StoreMachine machine) {
        if (!machine.isOn()) {
            return;
        }
        machine.crash();
        cluster.world().driver().scheduler().after(millis * 1_000_000, "restart", () -> {
            if (!machine.isOn()) {
                machine.start();
            }
        });
    }

    private void command(StoreCluster cluster) {
        RegionStatus status = cluster.leading(RegisterApplier.valueKey((int) a));
        if (status == null) {
            return;
        }
        RegionDescriptor region = status.region();
        RaftStore store = cluster.leader(status.regionId()).store();
        switch (kind) {
            case TRANSFER -> store.transferLeader(region.header(), b);
            case CHANGE -> {
                List<PeerChange> changes = changes(cluster, region);
                if (!changes.isEmpty()) {
                    store.changePeers(region.header(), changes);
                }
            }
            case SPLIT -> store.split(region.header(), List.of(StoreCluster.bound((int) b)));
            case MERGE -> {
                RegionStatus next = neighbour(cluster, region);
                if (next != null) {
                    store.merge(region.header(), next.regionId());
                }
            }
            default -> throw new AssertionError(kind);
        }
    }

    private RegionStatus neighbour(StoreCluster cluster, RegionDescriptor region) {
        if (b % 2 == 0 && region.range().to() != null) {
            return cluster.leading(region.range().to());
        }
        for (RegionStatus status : cluster.leaders()) {
            if (status.region().range().to() != null
                    && java.util.Arrays.equals(status.region().range().to(), region.range().from())) {
                return status;
            }
        }
        return null;
    }

    /** What brings a region nearer to, or farther from, three voters. */
    private List<PeerChange> changes(StoreCluster cluster, RegionDescriptor region) {
        Peer there = region.peerOn(b);
        long voters = region.peers().stream().filter(peer -> peer.role() == Role.VOTER).count();
        List<PeerChange> out = new ArrayList<>();
        if (there == null) {
            out.add(new PeerChange.AddLearner(b));
        } else if (there.role() == Role.LEARNER) {
            out.add(millis % 4 == 0 ? new PeerChange.Remove(b) : new PeerChange.Promote(b));
            if (millis % 3 == 0 && voters > 2) {
                region.peers().stream().filter(peer -> peer.role() == Role.VOTER && peer.storeId() != b).findFirst()
                        .ifPresent(peer -> out.add(new PeerChange.Remove(peer.storeId())));
            }
        } else if (voters > 2) {
            out.add(millis % 3 == 0 ? new PeerChange.Demote(b) : new PeerChange.Remove(b));
        }
        return out;
    }

    /** What a person reads. */
    String shown() {
        return atMillis + " ms " + kind + " " + a + " " + b + " " + millis;
    }
}
