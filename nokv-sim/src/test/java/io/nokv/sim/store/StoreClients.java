package io.nokv.sim.store;

import io.nokv.base.port.Promise;
import io.nokv.base.port.Scheduler;
import io.nokv.lsm.Engine;
import io.nokv.lsm.Family;
import io.nokv.raft.region.RegionHeader;
import io.nokv.raft.region.RegionRefusal;
import io.nokv.raft.store.ProposalOutcome;
import io.nokv.raft.store.RaftStore;
import io.nokv.raft.store.ReadMode;
import io.nokv.raft.store.ReadOutcome;
import io.nokv.raft.store.ReadPermission;
import io.nokv.raft.store.RegionStatus;
import io.nokv.sim.check.History;
import io.nokv.sim.world.SimEntropy;
import io.nokv.sim.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Clients of the registers: they route by what some store told them once, ask any store, and write down what they were told.
 * None asks again for what may have happened.
 */
final class StoreClients {
    /** How an attempt ended. */
    private sealed interface Answer {
        record Done(long value) implements Answer {}

        record Refused(RegionRefusal why) implements Answer {}

        record Unknown() implements Answer {}
    }

    private static final int MOST_REFUSALS = 40;

    private final StoreCluster cluster;
    private final World world;
    private final History<RegisterCall, Long> history = new History<>();
    private final TreeMap<Long, Integer> acknowledged = new TreeMap<>();
    private final List<Promise<Void>> running = new ArrayList<>();
    private final long pauseNanos;
    private final long patienceNanos;
    private long operations;
    private boolean stopped;

    StoreClients(StoreCluster cluster) {
        this.cluster = cluster;
        this.world = cluster.world();
        SimEntropy random = world.entropy("clients");
        long[] pauses = {5_000_000, 20_000_000, 60_000_000};
        long[] patiences = {100_000_000, 400_000_000, 1_000_000_000};
        this.pauseNanos = pauses[random.nextInt(pauses.length)];
        this.patienceNanos = patiences[random.nextInt(patiences.length)];
    }

    History<RegisterCall, Long> history() {
        return history;
    }

    /** The writes that clients were told are done, and the register of each. */
    TreeMap<Long, Integer> acknowledged() {
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
        int register = random.nextInt(StoreCluster.REGISTERS);
        return switch (random.nextInt(6)) {
            case 0, 1 -> new RegisterCall.Put(register, operations + 1);
            case 2 -> new RegisterCall.Swap(register, Math.max(0, operations - random.nextInt(4)), operations + 1);
            case 3 -> new RegisterCall.Get(register, ReadMode.READ_INDEX);
            default -> new RegisterCall.Get(register, ReadMode.LEASE);
        };
    }

    /** One operation until it is answered, lost or given up; true when it was answered. */
    boolean call(int client, SimEntropy random, RegisterCall call) {
        long operation = ++operations;
        int id = history.invoke(client, call);
        StoreMachine at = somebody(random);
        for (int refusals = 0; refusals < MOST_REFUSALS; refusals++) {
            switch (ask(at, operation, call)) {
                case Answer.Unknown() -> {
                    if (call instanceof RegisterCall.Get) {
                        history.lost(id);
                    }
                    return false;
                }
                case Answer.Done(long value) -> {
                    history.returned(id, value);
                    if (!(call instanceof RegisterCall.Get)) {
                        acknowledged.put(operation, call.register());
                    }
                    return true;
                }
                case Answer.Refused(RegionRefusal why) -> {
                    world.driver().scheduler().pause(random.around(5_000_000));
                    at = why instanceof RegionRefusal.NotLeader(_, long leader) && leader > 0 && random.chance(0.7)
                            ? cluster.machine(leader)
                            : somebody(random);
                }
            }
        }
        history.lost(id);
        return false;
    }

    private StoreMachine somebody(SimEntropy random) {
        return cluster.machine(random.between(1, cluster.machines().size()));
    }

    private Answer ask(StoreMachine machine, long operation, RegisterCall call) {
        if (!machine.isUp()) {
            return new Answer.Refused(new RegionRefusal.RegionNotFound(0));
        }
        RegionHeader header = route(machine.store(), call.register());
        if (header == null) {
            return new Answer.Refused(new RegionRefusal.RegionNotFound(0));
        }
        Promise<Answer> answer = world.driver().scheduler().promise();
        Scheduler.Timer timer = world.driver().scheduler().after(patienceNanos, "patience",
                () -> answer.complete(new Answer.Unknown()));
        if (call instanceof RegisterCall.Get get) {
            read(machine, header, get, answer);
        } else {
            machine.store().propose(header, call.encode(operation)).whenDone((outcome, _) -> answer
                    .complete(switch (outcome) {
                        case ProposalOutcome.Applied(_, byte[] before) ->
                            new Answer.Done(RegisterApplier.value(before));
                        case ProposalOutcome.Refused(RegionRefusal why) -> new Answer.Refused(why);
                        case ProposalOutcome.Unknown _ -> new Answer.Unknown();
                    }));
        }
        Answer got = answer.await();
        timer.cancel();
        return got;
    }

    /** What the store thinks covers the register; others may know better. */
    private static RegionHeader route(RaftStore store, int register) {
        byte[] key = RegisterApplier.valueKey(register);
        for (RegionStatus status : store.regions()) {
            if (status.region() != null && status.region().range().contains(key)) {
                return status.region().header();
            }
        }
        return null;
    }

    private void read(StoreMachine machine, RegionHeader header, RegisterCall.Get get, Promise<Answer> answer) {
        Engine engine = machine.engine();
        Scheduler scheduler = machine.node().scheduler();
        machine.store().read(header, get.how()).whenDone((outcome, _) -> {
            switch (outcome) {
                case ReadOutcome.Permitted(ReadPermission permission) -> scheduler.execute("read", () -> {
                    long value = RegisterApplier
                            .value(engine.get(Family.DEFAULT, RegisterApplier.valueKey(get.register()), null));
                    answer.complete(permission.holds()
                            ? new Answer.Done(value)
                            : new Answer.Refused(new RegionRefusal.RegionNotFound(header.regionId())));
                });
                case ReadOutcome.Refused(RegionRefusal why) -> answer.complete(new Answer.Refused(why));
            }
        });
    }
}
