package io.nokv.sim.raft;

import io.nokv.raft.core.PlantedBug;
import io.nokv.sim.Shrinking;
import io.nokv.sim.check.Linearizability;
import io.nokv.sim.check.Linearizability.Verdict;
import io.nokv.sim.world.SimEntropy;
import io.nokv.sim.world.SimNet;
import io.nokv.sim.world.SimulationFailure;
import io.nokv.sim.world.World;
import java.util.List;
import java.util.function.Predicate;

/**
 * One run: a cluster, clients, a storm of faults; then everything is repaired, and within a bounded time the cluster must
 * have converged and answer. The rules hold all the time; at the end the clients' history must be linearizable and no
 * acknowledged write lost.
 */
final class RaftStory {
    private static final long RECOVERY_MILLIS = 20_000;
    private static final long MOST_CONFIGURATIONS = 300_000;

    /** What a run was like. */
    record Outcome(long virtualNanos, int faults, int elections, long entries, int acknowledged, boolean decided,
            int rotten,
            int broken) {}

    private final World world;
    private final RaftCluster cluster;
    private final RaftClients clients;
    private final List<RaftFault> faults;
    private final SimEntropy random;
    private boolean decided;
    /** So many machines are broken for good that nobody can be asked any more. */
    private boolean beyondRepair;

    /**
     * @param bug null for the real thing
     * @param kept which faults of the seed's storm strike, by number; null: all
     */
    RaftStory(World world, PlantedBug bug, List<Integer> kept) {
        this.world = world;
        this.cluster = new RaftCluster(world, bug);
        this.clients = new RaftClients(cluster);
        this.random = world.entropy("story");
        List<RaftFault> all = cluster.storm().faults(world.entropy("storm"), cluster.machines().size());
        this.faults = kept == null ? all : kept.stream().map(all::get).toList();
    }

    List<RaftFault> faults() {
        return faults;
    }

    /**
     * Runs the storm of {@code seed}. When that fails, looks for a smaller one that does, and fails with it.
     *
     * @param kept as in the constructor
     */
    static Outcome run(long seed, String replay, PlantedBug bug, List<Integer> kept) {
        return run(seed, replay, bug, kept, _ -> true);
    }

    /** @param worthIt which failures are worth the many runs that looking for a smaller storm takes */
    static Outcome run(long seed, String replay, PlantedBug bug, List<Integer> kept,
            Predicate<SimulationFailure> worthIt) {
        RaftStory story = new RaftStory(new World(seed, replay), bug, kept);
        try {
            return story.run();
        } catch (SimulationFailure failure) {
            if (kept != null || !worthIt.test(failure)) {
                throw failure;
            }
            throw Shrinking.shrunk(failure, replay, story.faults.size(), some -> fails(seed, bug, some),
                    number -> story.faults.get(number).shown());
        }
    }

    private static boolean fails(long seed, PlantedBug bug, List<Integer> kept) {
        try {
            new RaftStory(new World(seed, "none"), bug, kept).run();
            return false;
        } catch (SimulationFailure failure) {
            return true;
        }
    }

    Outcome run() {
        world.run(() -> {
            cluster.machines().forEach(RaftMachine::start);
            clients.start((int) random.between(1, 6), 200);
            for (RaftFault fault : faults) {
                pauseUntil(fault.atMillis());
                fault.strike(cluster);
            }
            pauseUntil(Storm.MILLIS);
            repair();
            clients.stop();
            recover();
            check();
        });
        return new Outcome(world.nowNanos(), faults.size(), cluster.rules().elections(),
                cluster.rules().committedIndex(), clients.acknowledged().size(), decided,
                (int) cluster.machines().stream().filter(RaftMachine::isRotten).count(),
                (int) cluster.machines().stream().filter(RaftMachine::isBroken).count());
    }

    private void pauseUntil(long millis) {
        long left = millis * 1_000_000 - world.nowNanos();
        if (left > 0) {
            world.driver().scheduler().pause(left);
        }
    }

    /** No operator decides anything here: cuts end, disks and clocks are well, machines are up. */
    private void repair() {
        cluster.calm();
        world.net().heal();
        world.net().setUsual(SimNet.Link.good());
        for (RaftMachine machine : cluster.machines()) {
            machine.slowDisk(1);
            machine.drift(0);
            if (!machine.isOn()) {
                machine.start();
            }
        }
    }

    private void recover() {
        long deadline = world.nowNanos() + RECOVERY_MILLIS * 1_000_000;
        boolean answered = false;
        String missing = "no answer";
        while (!answered || missing != null) {
            if (cluster.isBeyondRepair()) {
                beyondRepair = true;
                return;
            }
            if (world.nowNanos() > deadline) {
                throw new AssertionError("no progress after " + RECOVERY_MILLIS + " ms without faults: " + missing);
            }
            answered = answered || clients.call(0, random, new RegisterCall.Put(0, Long.MAX_VALUE));
            world.driver().scheduler().pause(50_000_000);
            missing = cluster.notConverged();
        }
        for (int register = 0; register < 3; register++) {
            clients.call(0, random, new RegisterCall.Get(register, RegisterCall.How.QUORUM));
        }
    }

    private void check() {
        RegisterMachine state = beyondRepair ? null : cluster.leader().machine();
        for (long operation : clients.acknowledged()) {
            if (state != null && !state.hasOperation(operation)) {
                throw new AssertionError("acknowledged write lost: operation " + operation);
            }
        }
        switch (Linearizability.check(new RegisterModel(), clients.history().operations(), RegisterCall::register,
                MOST_CONFIGURATIONS)) {
            case Verdict.Explained _ -> decided = true;
            case Verdict.Undecided _ -> decided = false;
            case Verdict.Violation violation -> throw new AssertionError(violation.report());
        }
    }
}
