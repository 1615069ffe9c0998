package io.nokv.sim.raft;

import io.nokv.raft.core.Entry;
import io.nokv.raft.core.LogSource;
import io.nokv.raft.core.Message;
import io.nokv.raft.core.ProposeOutcome;
import io.nokv.raft.core.ReadAdmission;
import io.nokv.raft.core.ReadOutcome;
import io.nokv.raft.core.Ready;
import io.nokv.raft.core.Replica;
import io.nokv.raft.core.Restored;
import io.nokv.raft.core.Snapshot;
import io.nokv.raft.core.Status;
import io.nokv.raft.membership.Membership;
import io.nokv.raft.wire.MessageCodec;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.port.Net;
import io.nokv.sim.world.SimEntropy;
import io.nokv.sim.world.SimNode;
import io.nokv.sim.world.World;
import java.util.ArrayDeque;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * One machine with its disk, its clock and the process that owns a replica: it persists, applies and sends as the
 * replica says, each with delays of its own, and may be killed, paused and slowed down at any moment.
 */
final class RaftMachine implements LogSource {
    /** How a request ended: the register's former value, refused, or lost for sure. Null: nobody knows. */
    sealed interface Answer {
        record Done(long value) implements Answer {}

        record Refused(long leader) implements Answer {}

        record Lost() implements Answer {}
    }

    private record Proposal(long term, Consumer<Answer> client) {}

    private record Read(RegisterCall.Get call, long index, Consumer<Answer> client) {}

    private final long id;
    private final RaftCluster cluster;
    private final World world;
    private final SimEntropy random;
    private final RaftDisk disk;

    private SimNode node;
    private Net net;
    private Replica replica;
    private RegisterMachine machine;
    private final ArrayDeque<Ready> writing = new ArrayDeque<>();
    private final ArrayDeque<Ready> applying = new ArrayDeque<>();
    private final TreeMap<Long, Proposal> proposals = new TreeMap<>();
    private final TreeMap<Long, Read> reads = new TreeMap<>();
    private final ArrayDeque<Read> confirmed = new ArrayDeque<>();
    private final ArrayDeque<Runnable> backlog = new ArrayDeque<>();
    private long contexts;
    private boolean persisting;
    private boolean checkpointDue;
    private boolean applyScheduled;
    private long pausedUntilNanos;
    private long slowness = 1;
    private long driftPpm;
    private boolean rotten;
    private boolean broken;

    RaftMachine(long id, RaftCluster cluster, Membership founders) {
        this.id = id;
        this.cluster = cluster;
        this.world = cluster.world();
        this.random = world.entropy("machine " + id);
        this.disk = new RaftDisk(world, "m" + id, founders, cluster.syncNanos());
    }

    // ---- life ----------------------------------------------------------------------------------------------------

    /** Whether its process runs; it may still be opening what it has. */
    boolean isOn() {
        return node != null;
    }

    boolean isUp() {
        return replica != null;
    }

    /** Whether bits of what it keeps have rotted. */
    boolean isRotten() {
        return rotten;
    }

    /** Whether it found that out, and stays off for good. */
    boolean isBroken() {
        return broken;
    }

    /** While it is off. */
    void rot() {
        rotten = true;
        disk.rot();
    }

    /** Something that it keeps cannot be read. Nothing but rust may do that; an operator would replace the machine. */
    private void breakDown(RuntimeException cause) {
        FailureCode code = cause instanceof NokvException failure ? failure.code() : null;
        if (!rotten || code != FailureCode.CORRUPTION && code != FailureCode.READ_ONLY) {
            throw cause;
        }
        world.note("broken", id, 0, 0);
        broken = true;
        kill();
    }

    void start() {
        if (broken) {
            return;
        }
        SimNode life = disk.boot("m" + id);
        node = life;
        disk.slow(slowness);
        life.scheduler().execute("start", () -> {
            Restored restored;
            try {
                restored = disk.open(life, this::fetched, this::breakDown);
            } catch (NokvException e) {
                breakDown(e);
                return;
            }
            net = world.net().of(life);
            machine = disk.checkpoint().copy();
            contexts = 0;
            replica = cluster.replica(id, life.entropy(), restored, this, now());
            listen();
            tickLater();
            checkpointLater();
        });
    }

    /** Entries that were not at hand are. */
    private void fetched() {
        if (replica != null) {
            input(() -> {});
        }
    }

    private void listen() {
        net.listen(id, new Net.Inbox() {
            @Override
            public void received(long fromNode, byte[] message) {
                input(() -> replica.receive(MessageCodec.decode(message), now()));
            }

            @Override
            public void disconnected(long other) {
                input(() -> replica.unreachable(other));
            }
        });
    }

    void kill() {
        disk.crash(node);
        node.kill();
        node = null;
        replica = null;
        writing.clear();
        applying.clear();
        proposals.clear();
        reads.clear();
        confirmed.clear();
        backlog.clear();
        persisting = false;
        checkpointDue = false;
        applyScheduled = false;
        pausedUntilNanos = 0;
    }

    /** Nothing happens here for {@code nanos}, as in a long collection of garbage. */
    void pause(long nanos) {
        if (node != null) {
            pausedUntilNanos = world.nowNanos() + nanos;
            node.scheduler().after(nanos, "resume", () -> {
                if (world.nowNanos() >= pausedUntilNanos) {
                    for (Runnable next = backlog.poll(); next != null; next = backlog.poll()) {
                        next.run();
                    }
                }
            });
        }
    }

    /** How many times longer its disk takes. */
    void slowDisk(long times) {
        slowness = times;
        disk.slow(times);
    }

    void drift(long ppm) {
        world.clock("m" + id).drift(ppm);
        driftPpm = ppm;
    }

    private long now() {
        return node.clock().monotonicNanos();
    }

    private void tickLater() {
        long period = RaftCluster.TICK_NANOS * 1_000_000 / (1_000_000 + driftPpm);
        node.scheduler().after(period, "tick", () -> {
            if (world.nowNanos() >= pausedUntilNanos) {
                input(() -> replica.tick(now()));
            }
            tickLater();
        });
    }

    private void checkpointLater() {
        node.scheduler().after(random.around(300_000_000), "checkpoint", () -> {
            if (world.nowNanos() >= pausedUntilNanos) {
                checkpointDue = true;
                persistLater();
            }
            checkpointLater();
        });
    }

    /** The state machine was written; entries it covers may go, for the log has it before it has that. */
    private void compact() {
        long to = Math.min(disk.checkpoint().applied() - random.nextInt(30), replica.status().applied());
        if (to >= replica.status().firstIndex()) {
            long term = replica.termAt(to);
            replica.compact(to);
            disk.compact(to, term);
        }
    }

    // ---- the replica's owner -------------------------------------------------------------------------------------

    /** Something happens, unless the process stands still; then it happens later. */
    private void input(Runnable what) {
        if (world.nowNanos() < pausedUntilNanos) {
            backlog.add(() -> input(what));
            return;
        }
        Status before = replica.status();
        what.run();
        work();
        cluster.rules().step(replica, before.committed());
        if (!before.isLeader() && replica.status().isLeader()) {
            cluster.elected(this);
        }
    }

    private void work() {
        for (Ready ready = replica.ready(); ready != null; ready = replica.ready()) {
            cluster.rules().ready(replica, ready);
            ready.messages().forEach(this::send);
            if (ready.persists() && ready.mustSync()) {
                cluster.wrote(this);
            }
            if (ready.persists() || !ready.afterPersist().isEmpty()) {
                writing.add(ready);
            }
            if (!ready.committed().isEmpty()) {
                applying.add(ready);
            }
            ready.reads().forEach(this::decided);
        }
        persistLater();
        applyLater();
    }

    private void send(Message message) {
        net.send(id, message.to(), MessageCodec.encode(message));
        if (message instanceof Message.InstallSnapshot && random.chance(0.7)) {
            boolean arrived = random.chance(0.7);
            node.scheduler().after(random.around(20_000_000), "report",
                    () -> input(() -> replica.snapshotDone(message.to(), arrived)));
        }
    }

    /** One flow at a time writes to the disk, and waits for it; one sync covers everything written before it began. */
    private void persistLater() {
        if (persisting || writing.isEmpty() && !checkpointDue) {
            return;
        }
        persisting = true;
        node.scheduler().execute("persist", () -> {
            try {
                persist();
            } catch (NokvException e) {
                breakDown(e);
            }
        });
    }

    private void persist() {
        boolean checkpointed = checkpointDue;
        checkpointDue = false;
        if (checkpointed) {
            disk.checkpoint(machine.copy());
        }
        long number = 0;
        long position = 0;
        for (Ready ready : List.copyOf(writing)) {
            number = ready.number();
            if (ready.persists()) {
                position = disk.write(ready);
            }
        }
        disk.awaitDurable(position);
        long upTo = number;
        input(() -> persisted(upTo, checkpointed));
    }

    private void persisted(long number, boolean checkpointed) {
        persisting = false;
        while (!writing.isEmpty() && writing.peek().number() <= number) {
            Ready ready = writing.poll();
            if (ready.snapshot() != null) {
                install(ready.snapshot());
            }
            replica.persisted(ready.number());
            ready.afterPersist().forEach(this::send);
        }
        if (checkpointed) {
            compact();
        }
    }

    private void install(Snapshot snapshot) {
        applying.removeIf(ready -> ready.committed().getLast().index() <= snapshot.index());
        machine = RegisterMachine.of(snapshot);
        cluster.rules().applied(id, machine.applied(), machine.chain());
        proposals.headMap(snapshot.index(), true).clear();
        serveConfirmed();
    }

    private void applyLater() {
        if (applyScheduled || applying.isEmpty()) {
            return;
        }
        applyScheduled = true;
        node.scheduler().after(random.around(cluster.syncNanos() / 2), "apply", () -> input(() -> {
            applyScheduled = false;
            // What was handed out before a snapshot and not applied when it came is dropped with it.
            Ready next = applying.poll();
            if (next != null) {
                apply(next);
            }
        }));
    }

    private void apply(Ready ready) {
        for (Entry entry : ready.committed()) {
            long answer = machine.apply(entry);
            cluster.rules().applied(id, entry.index(), machine.chain());
            Proposal proposal = proposals.remove(entry.index());
            if (proposal != null) {
                proposal.client.accept(
                        proposal.term == entry.term() ? new Answer.Done(answer) : new Answer.Lost());
            }
        }
        if (ready.membership() != null) {
            machine.membership(ready.membership());
        }
        replica.applied(machine.applied());
        serveConfirmed();
    }

    private void decided(ReadOutcome outcome) {
        Read read = reads.remove(outcome.context());
        switch (outcome) {
            case ReadOutcome.Confirmed(_, long index) -> confirmed.add(new Read(read.call, index, read.client));
            case ReadOutcome.Lost _ -> read.client.accept(new Answer.Lost());
        }
        serveConfirmed();
    }

    private void serveConfirmed() {
        while (!confirmed.isEmpty() && confirmed.peek().index <= machine.applied()) {
            Read read = confirmed.poll();
            read.client.accept(new Answer.Done(machine.get(read.call.register())));
        }
    }

    // ---- requests ------------------------------------------------------------------------------------------------

    /** {@code client} hears at most once how it ended; when the process dies or nobody knows, never. */
    void request(long operation, RegisterCall call, Consumer<Answer> client) {
        if (replica == null) {
            client.accept(new Answer.Refused(0));
            return;
        }
        input(() -> {
            if (call instanceof RegisterCall.Get get && get.how() != RegisterCall.How.LOG) {
                read(get, client);
            } else {
                propose(operation, call, client);
            }
        });
    }

    private void propose(long operation, RegisterCall call, Consumer<Answer> client) {
        ProposeOutcome outcome = replica.propose(List.of(call.encode(operation)));
        switch (outcome) {
            case ProposeOutcome.Accepted(long term, long index, _) -> {
                Proposal old = proposals.put(index, new Proposal(term, client));
                if (old != null) {
                    // A later term has its own entry there; the old one may still be committed elsewhere, or not.
                    world.note("overtaken", index, old.term, term);
                }
            }
            case ProposeOutcome.NotLeader(long leader) -> client.accept(new Answer.Refused(leader));
            case ProposeOutcome.Overloaded _,ProposeOutcome.Transferring _,ProposeOutcome.ChangeUnderWay _,ProposeOutcome.IllegalChange _ ->
                client.accept(new Answer.Refused(0));
        }
    }

    private void read(RegisterCall.Get call, Consumer<Answer> client) {
        long context = ++contexts;
        switch (replica.read(context, call.how() == RegisterCall.How.LEASE, now())) {
            case ReadAdmission.Now(long index) -> {
                confirmed.add(new Read(call, index, client));
                serveConfirmed();
            }
            case ReadAdmission.Pending() -> reads.put(context, new Read(call, 0, client));
            case ReadAdmission.NotLeader(long leader) -> client.accept(new Answer.Refused(leader));
            case ReadAdmission.Overloaded _ -> client.accept(new Answer.Refused(0));
        }
    }

    /** Does something to the replica that its clients do not see. */
    void command(Consumer<Replica> what) {
        if (replica != null) {
            input(() -> what.accept(replica));
        }
    }

    // ---- what it shows -------------------------------------------------------------------------------------------

    long id() {
        return id;
    }

    /** Null while it is down. */
    Replica replica() {
        return replica;
    }

    RegisterMachine machine() {
        return machine;
    }

    @Override
    public List<Entry> entries(long from, long to, long maxBytes) {
        return random.chance(0.02) ? List.of() : disk.read(from, to, maxBytes);
    }

    @Override
    public Snapshot snapshot() {
        return random.chance(0.2) ? null : disk.checkpoint().snapshot();
    }
}
