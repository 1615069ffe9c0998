package io.nokv.sim.raft;

import io.nokv.base.port.Promise;
import io.nokv.base.port.Scheduler;
import io.nokv.sim.check.History;
import io.nokv.sim.world.SimEntropy;
import io.nokv.sim.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Clients of the registers: they ask any machine, often one that was the leader a moment ago, and write down what they
 * were told. None asks again for what may have happened.
 */
final class RaftClients {
    private static final int REGISTERS = 3;
    private static final int MOST_REFUSALS = 30;

    private final RaftCluster cluster;
    private final World world;
    private final History<RegisterCall, Long> history = new History<>();
    private final TreeSet<Long> acknowledged = new TreeSet<>();
    private final List<Promise<Void>> running = new ArrayList<>();
    private long operations;
    private final long pauseNanos;
    private final long patienceNanos;
    private boolean stopped;

    RaftClients(RaftCluster cluster) {
        this.cluster = cluster;
        this.world = cluster.world();
        boolean hurry = cluster.storm() == Storm.CLOCKS_LIE;
        long[] pauses = {5_000_000, 20_000_000, 60_000_000};
        long[] patiences = {30_000_000, 100_000_000, 400_000_000};
        this.patienceNanos = patiences[hurry ? 0 : world.entropy("patience").nextInt(patiences.length)];
        this.pauseNanos = pauses[hurry ? 0 : world.entropy("clients").nextInt(pauses.length)];
    }

    History<RegisterCall, Long> history() {
        return history;
    }

    /** Numbers of the writes that clients were told are done. */
    TreeSet<Long> acknowledged() {
        return acknowledged;
    }

    void start(int count, int most) {
        for (int i = 1; i <= count; i++) {
            int client = i;
            SimEntropy random = world.entropy("client " + i);
            running.add(world.driver().scheduler().start("client", () -> {
                for (int n = 0; n < most && !stopped; n++) {
                    world.driver().scheduler().pause(random.around(pauseNanos));
                    call(client, random, randomCall(random));
                }
            }));
        }
    }

    void stop() {
        stopped = true;
        running.forEach(Promise::await);
    }

    private RegisterCall randomCall(SimEntropy random) {
        int register = random.nextInt(REGISTERS);
        return switch (random.nextInt(6)) {
            case 0, 1 -> new RegisterCall.Put(register, operations + 1);
            case 2 -> new RegisterCall.Swap(register, Math.max(0, operations - random.nextInt(4)), operations + 1);
            case 3 -> new RegisterCall.Get(register, RegisterCall.How.QUORUM);
            default -> new RegisterCall.Get(register, RegisterCall.How.LEASE);
        };
    }

    /** One operation until it is answered, lost or given up; true when it was answered. */
    boolean call(int client, SimEntropy random, RegisterCall call) {
        long operation = ++operations;
        int id = history.invoke(client, call);
        RaftMachine at = somebody(random);
        for (int refusals = 0; refusals < MOST_REFUSALS; refusals++) {
            RaftMachine.Answer answer = ask(at, operation, call);
            switch (answer) {
                case null -> {
                    if (call instanceof RegisterCall.Get) {
                        history.lost(id);
                    }
                    return false;
                }
                case RaftMachine.Answer.Done(long value) -> {
                    history.returned(id, value);
                    if (!(call instanceof RegisterCall.Get)) {
                        acknowledged.add(operation);
                    }
                    return true;
                }
                case RaftMachine.Answer.Lost _ -> {
                    history.lost(id);
                    return false;
                }
                case RaftMachine.Answer.Refused(long leader) -> {
                    world.driver().scheduler().pause(random.around(5_000_000));
                    at = leader == 0 || random.chance(0.3) ? somebody(random) : cluster.machine(leader);
                }
            }
        }
        history.lost(id);
        return false;
    }

    private RaftMachine somebody(SimEntropy random) {
        return cluster.machine(random.between(1, cluster.machines().size()));
    }

    /** Null when no answer came in time. */
    private RaftMachine.Answer ask(RaftMachine machine, long operation, RegisterCall call) {
        Promise<RaftMachine.Answer> answer = world.driver().scheduler().promise();
        Scheduler.Timer timer = world.driver().scheduler().after(patienceNanos, "patience",
                () -> answer.complete(null));
        machine.request(operation, call, answer::complete);
        RaftMachine.Answer got = answer.await();
        timer.cancel();
        return got;
    }
}
