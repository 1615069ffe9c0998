package io.nokv.raft.core;

import io.nokv.base.port.Entropy;
import io.nokv.raft.membership.Membership;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The owner of one replica, as simple as it can be: a log that is durable at once, or held back until a test says so; a
 * state machine that is the list of its commands.
 */
final class TestNode implements LogSource {
    static final long TICK_NANOS = 100_000_000L;

    final long id;
    final ReplicaOptions options;
    final ArrayList<Entry> log = new ArrayList<>();
    final ArrayList<Message> sent = new ArrayList<>();
    final ArrayList<ReadOutcome> reads = new ArrayList<>();
    final ArrayList<String> state = new ArrayList<>();
    private final ArrayDeque<Ready> held = new ArrayDeque<>();
    private final Entropy entropy;
    Replica replica;
    HardState hardState = HardState.INITIAL;
    Membership membership;
    long applied;
    long baseIndex;
    long baseTerm;
    /** While set, nothing becomes durable. */
    boolean holding;
    /** While set, nothing is applied. */
    boolean applyHolding;
    long nowNanos;

    TestNode(long id, Membership membership, ReplicaOptions options) {
        this.id = id;
        this.membership = membership;
        this.options = options;
        // The larger the id, the later it campaigns.
        this.entropy = () -> Long.divideUnsigned(-1L, 100) * (10 * (id - 1) + 5);
    }

    /** Starts with {@code terms} as the terms of its first entries. */
    TestNode withLog(long... terms) {
        for (long term : terms) {
            log.add(new Entry(term, log.size() + 1, Entry.Kind.EMPTY, new byte[0]));
            hardState = new HardState(Math.max(hardState.term(), term), 0, 0);
        }
        return this;
    }

    TestNode withTerm(long term) {
        hardState = new HardState(term, 0, hardState.commit());
        return this;
    }

    /** Begins to run, or runs again after a crash: what was not durable is gone. */
    TestNode start() {
        held.clear();
        sent.clear();
        reads.clear();
        Restored restored = new Restored(hardState, membership, applied, LogShape.of(baseIndex, baseTerm, log));
        replica = new Replica(id, options, entropy, restored, this, nowNanos);
        return this;
    }

    /** As {@link #start}, long after whatever it promised before. */
    TestNode startLate() {
        start();
        nowNanos += options.promiseNanos();
        return this;
    }

    // ---- what happens --------------------------------------------------------------------------------------------

    void tick(int count) {
        for (int i = 0; i < count; i++) {
            nowNanos += TICK_NANOS;
            replica.tick(nowNanos);
            work();
        }
    }

    void receive(Message message) {
        replica.receive(message, nowNanos);
        work();
    }

    void campaign() {
        replica.campaign(nowNanos);
        work();
    }

    ProposeOutcome propose(String... commands) {
        List<byte[]> bytes = new ArrayList<>();
        for (String command : commands) {
            bytes.add(command.getBytes(StandardCharsets.UTF_8));
        }
        ProposeOutcome outcome = replica.propose(bytes);
        work();
        return outcome;
    }

    /** Takes Readys until there is none. */
    void work() {
        for (Ready ready = replica.ready(); ready != null; ready = replica.ready()) {
            sent.addAll(ready.messages());
            reads.addAll(ready.reads());
            held.add(ready);
            if (!holding) {
                persistHeld();
            }
            apply(ready);
        }
    }

    /** Everything held back becomes durable. */
    void persist() {
        holding = false;
        persistHeld();
        work();
    }

    private void persistHeld() {
        for (Ready ready = held.poll(); ready != null; ready = held.poll()) {
            if (ready.snapshot() != null) {
                Snapshot snapshot = ready.snapshot();
                log.clear();
                baseIndex = snapshot.index();
                baseTerm = snapshot.term();
                applied = snapshot.index();
                membership = snapshot.membership();
                state.clear();
                state.addAll(List.of(new String(snapshot.data(), StandardCharsets.UTF_8).split(" ")));
            }
            if (!ready.entries().isEmpty()) {
                log.subList((int) (ready.entries().getFirst().index() - baseIndex - 1), log.size()).clear();
                log.addAll(ready.entries());
            }
            hardState = ready.hardState() == null ? hardState : ready.hardState();
            if (ready.persists()) {
                replica.persisted(ready.number());
            }
            sent.addAll(ready.afterPersist());
        }
    }

    private void apply(Ready ready) {
        if (ready.committed().isEmpty()) {
            return;
        }
        for (Entry entry : ready.committed()) {
            state.add(new String(entry.data(), StandardCharsets.UTF_8));
        }
        applied = ready.committed().getLast().index();
        membership = ready.membership() == null ? membership : ready.membership();
        if (!applyHolding) {
            replica.applied(applied);
        }
    }

    void compact(long index) {
        replica.compact(index);
        baseTerm = log.get((int) (index - baseIndex - 1)).term();
        log.subList(0, (int) (index - baseIndex)).clear();
        baseIndex = index;
    }

    // ---- what it answers -----------------------------------------------------------------------------------------

    @Override
    public List<Entry> entries(long from, long to, long maxBytes) {
        List<Entry> out = new ArrayList<>();
        long bytes = 0;
        for (long index = from; index <= to; index++) {
            Entry entry = log.get((int) (index - baseIndex - 1));
            bytes += entry.bytes();
            if (bytes > maxBytes && !out.isEmpty()) {
                break;
            }
            out.add(entry);
        }
        return out;
    }

    @Override
    public Snapshot snapshot() {
        return new Snapshot(applied, replica.termAt(applied), membership,
                String.join(" ", state).getBytes(StandardCharsets.UTF_8));
    }

    /** What was sent since this was last asked. */
    List<Message> takeSent() {
        List<Message> out = List.copyOf(sent);
        sent.clear();
        return out;
    }

    /** The messages of one kind sent since something was last taken. */
    <M extends Message> List<M> takeSent(Class<M> kind) {
        return takeSent().stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    Status status() {
        return replica.status();
    }
}
