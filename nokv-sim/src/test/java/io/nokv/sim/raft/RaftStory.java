package io.nokv.sim.raft;

import io.nokv.raft.core.PlantedBug;
import io.nokv.sim.check.Linearizability;
import io.nokv.sim.check.Linearizability.Verdict;
import io.nokv.sim.world.SimEntropy;
import io.nokv.sim.world.SimNet;
import io.nokv.sim.world.World;
import java.util.List;

/**
 * One run: a cluster, clients, a storm of faults; then everything is repaired, and within a bounded time the cluster must
 * have converged and answer. The rules hold all the time; at the end the clients' history must be linearizable and no
 * acknowledged write lost.
 */
final class RaftStory {
    private static final long STORM_MILLIS = 6_000;
    private static final long RECOVERY_MILLIS = 20_000;
    private static final long MOST_CONFIGURATIONS = 300_000;

    /** What a run was like. */
    record Outcome(long virtualNanos, int faults, int elections, long entries, int acknowledged, boolean decided) {}

    private final World world;
    private final RaftCluster cluster;
    private final RaftClients clients;
    private final List<RaftFault> faults;
    private final SimEntropy random;
    private boolean decided;

    /**
     * @param bug null for the real thing
     * @param faults null for the storm of the seed
     */
    RaftStory(World world, PlantedBug bug, List<RaftFault> faults) {
        this.world = world;
        this.cluster = new RaftCluster(world, bug);
        this.clients = new RaftClients(cluster);
        this.random = world.entropy("story");
        this.faults = faults == null ? storm() : faults;
    }

    private List<RaftFault> storm() {
        SimEntropy plan = world.entropy("storm");
        return RaftFault.storm(plan, cluster.machines().size(), (int) plan.around(60), STORM_MILLIS);
    }

    List<RaftFault> faults() {
        return faults;
    }

    Outcome run() {
        world.run(() -> {
            cluster.machines().forEach(RaftMachine::start);
            clients.start((int) random.between(1, 6), 200);
            for (RaftFault fault : faults) {
                pauseUntil(fault.atMillis());
                fault.strike(cluster);
            }
            pauseUntil(STORM_MILLIS);
            repair();
            clients.stop();
            recover();
            check();
        });
        return new Outcome(world.nowNanos(), faults.size(), cluster.rules().elections(),
                cluster.rules().committedIndex(), clients.acknowledged().size(), decided);
    }

    private void pauseUntil(long millis) {
        long left = millis * 1_000_000 - world.nowNanos();
        if (left > 0) {
            world.driver().scheduler().pause(left);
        }
    }

    /** No operator decides anything here: cuts end, disks and clocks are well, machines are up. */
    private void repair() {
        world.net().heal();
        world.net().setUsual(SimNet.Link.good());
        for (RaftMachine machine : cluster.machines()) {
            machine.slowDisk(1);
            machine.drift(0);
            if (!machine.isUp()) {
                machine.start();
            }
        }
    }

    private void recover() {
        long deadline = world.nowNanos() + RECOVERY_MILLIS * 1_000_000;
        boolean answered = false;
        String missing = "no answer";
        while (!answered || missing != null) {
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
        RegisterMachine state = cluster.leader().machine();
        for (long operation : clients.acknowledged()) {
            if (!state.hasOperation(operation)) {
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
