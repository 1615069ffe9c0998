package io.nokv.sim.raft;

import io.nokv.base.port.Entropy;
import io.nokv.raft.core.LogSource;
import io.nokv.raft.core.PlantedBug;
import io.nokv.raft.core.Replica;
import io.nokv.raft.core.ReplicaOptions;
import io.nokv.raft.core.Restored;
import io.nokv.raft.core.Status;
import io.nokv.raft.membership.Membership;
import io.nokv.raft.quorum.Ballot;
import io.nokv.raft.quorum.VoteResult;
import io.nokv.sim.world.SimEntropy;
import io.nokv.sim.world.World;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/** The machines of one run, and what they have in common. */
final class RaftCluster {
    static final long TICK_NANOS = 10_000_000L;
    private static final int ELECTION_TICKS = 10;

    private final World world;
    private final PlantedBug bug;
    private final Storm storm;
    private final ReplicaOptions options;
    private final RaftRules rules;
    private final long syncNanos;
    private final List<RaftMachine> machines = new ArrayList<>();
    private final ArrayDeque<Consumer<RaftMachine>> ambushes = new ArrayDeque<>();
    private final ArrayDeque<Consumer<RaftMachine>> traps = new ArrayDeque<>();

    /** @param bug null for the real thing */
    RaftCluster(World world, PlantedBug bug) {
        this.world = world;
        this.bug = bug;
        SimEntropy random = world.entropy("raft");
        this.storm = Storm.drawn(random);
        boolean young = storm == Storm.LEADERS_DIE_YOUNG;
        int[] drifts = {1_000, 100_000, 400_000};
        long[] messages = {1, 60, 400, 4_000};
        int[] inflight = {1, 2, 8};
        ReplicaOptions.Budgets budgets = new ReplicaOptions.Budgets(
                young ? 1 : messages[random.nextInt(messages.length)],
                young ? 1 : inflight[random.nextInt(inflight.length)], random.between(100, 2_000),
                random.between(500, 20_000),
                random.between(50, 2_000), (int) random.between(2, 100));
        this.options = new ReplicaOptions(ELECTION_TICKS, (int) random.between(1, 4), ELECTION_TICKS * TICK_NANOS,
                storm == Storm.CLOCKS_LIE ? 400_000 : drifts[random.nextInt(drifts.length)],
                random.chance(0.5), budgets);
        this.rules = new RaftRules(budgets.uncommittedBytes());
        long[] syncs = {100_000, 1_000_000, 10_000_000};
        this.syncNanos = storm == Storm.DISKS_FORGET ? 10_000_000 : syncs[random.nextInt(syncs.length)];
        int count = (int) random.between(3, 5);
        int founders = random.chance(0.7) ? count : 3;
        Membership membership = Membership.of(LongStream.rangeClosed(1, founders).toArray());
        for (long id = 1; id <= count; id++) {
            RaftMachine machine = new RaftMachine(id, this, membership);
            machine.drift(random.between(-1, 1) * options.maxClockDriftPpm());
            machines.add(machine);
        }
    }

    World world() {
        return world;
    }

    Storm storm() {
        return storm;
    }

    ReplicaOptions options() {
        return options;
    }

    RaftRules rules() {
        return rules;
    }

    long syncNanos() {
        return syncNanos;
    }

    List<RaftMachine> machines() {
        return machines;
    }

    /** The machine of replica {@code id}. */
    RaftMachine machine(long id) {
        return machines.get((int) id - 1);
    }

    Replica replica(long id, Entropy entropy, Restored restored, LogSource source, long nowNanos) {
        return bug == null
                ? new Replica(id, options, entropy, restored, source, nowNanos)
                : bug.replica(id, options, entropy, restored, source, nowNanos);
    }

    /** The replica that leads in the latest term; null when none does. */
    RaftMachine leader() {
        RaftMachine latest = null;
        for (RaftMachine machine : machines) {
            Status status = machine.isUp() ? machine.replica().status() : null;
            if (status != null && status.isLeader()
                    && (latest == null || status.term() > latest.replica().status().term())) {
                latest = machine;
            }
        }
        return latest;
    }

    /** The next {@code count} machines that are elected meet {@code with}. */
    void ambush(int count, Consumer<RaftMachine> with) {
        for (int i = 0; i < count; i++) {
            ambushes.add(with);
        }
    }

    /** {@code machine} has just been elected. */
    void elected(RaftMachine machine) {
        Consumer<RaftMachine> waiting = ambushes.poll();
        if (waiting != null) {
            waiting.accept(machine);
        }
    }

    /** The next {@code count} machines that write what must be synced meet {@code with}. */
    void forget(int count, Consumer<RaftMachine> with) {
        for (int i = 0; i < count; i++) {
            traps.add(with);
        }
    }

    /** {@code machine} has just written something that must be synced, and has not synced it. */
    void wrote(RaftMachine machine) {
        Consumer<RaftMachine> waiting = traps.poll();
        if (waiting != null) {
            waiting.accept(machine);
        }
    }

    /** One machine in a run: as many as every group of three survives. */
    boolean mayRot() {
        return machines.stream().noneMatch(RaftMachine::isRotten);
    }

    /** True when the members that are well cannot agree on anything, because one is broken for good. */
    boolean isBeyondRepair() {
        Status furthest = null;
        for (RaftMachine machine : machines) {
            Status status = machine.isUp() ? machine.replica().status() : null;
            if (status != null && (furthest == null || status.applied() > furthest.applied())) {
                furthest = status;
            }
        }
        return furthest != null && machines.stream().anyMatch(RaftMachine::isBroken)
                && furthest.membership().quorum()
                        .vote(voter -> machine(voter).isBroken() ? Ballot.REFUSED : Ballot.GRANTED) != VoteResult.WON;
    }

    /** No more ambushes and traps. */
    void calm() {
        ambushes.clear();
        traps.clear();
    }

    /** Null when every member has applied the same, and all that is committed; else what is missing. */
    String notConverged() {
        RaftMachine leader = leader();
        if (leader == null) {
            StringBuilder all = new StringBuilder("nobody leads");
            machines.forEach(machine -> all.append("\n  ")
                    .append(machine.isUp() ? machine.replica().status() : machine.id() + " is down"));
            return all.toString();
        }
        Status led = leader.replica().status();
        if (led.committed() != led.lastIndex() || led.committed() < rules.committedIndex()) {
            return "the leader has uncommitted entries: " + led;
        }
        if (led.membership().autoLeave()) {
            return "the joint membership does not end: " + led;
        }
        for (long id : led.membership().members().toArray()) {
            RaftMachine machine = machine(id);
            if (machine.isBroken()) {
                continue;
            }
            if (!machine.isUp() || machine.machine().applied() != led.committed()) {
                return "member " + id + " is behind " + led + ": "
                        + (machine.isUp() ? machine.replica().status() + ", fed " + leader.replica().feed(id) : "down");
            }
        }
        return null;
    }
}
