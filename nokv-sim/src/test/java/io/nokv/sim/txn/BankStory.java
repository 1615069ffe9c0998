package io.nokv.sim.txn;

import io.nokv.base.codec.CounterRecord;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.port.Promise;
import io.nokv.fsmeta.txn.CommitOutcome;
import io.nokv.fsmeta.txn.Txn;
import io.nokv.fsmeta.txn.TxnRunner;
import io.nokv.fsmeta.txn.View;
import io.nokv.sim.check.SnapshotIsolation;
import io.nokv.sim.check.SnapshotIsolation.End;
import io.nokv.sim.world.SimEntropy;
import io.nokv.sim.world.SimNode;
import io.nokv.sim.world.World;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A bank over the transactional store. Transfers move money between accounts, auditors read all of them at one version:
 * the sum never changes. Every value names the transaction that wrote it, so the whole run is also checked for snapshot
 * isolation. Beside the accounts a counter grows by deltas, once per transfer: it must equal the number of commits.
 */
final class BankStory {
    private static final int ACCOUNTS = 6;
    private static final long OPENING = 100;
    private static final byte[] COUNTER = bytes("counter");

    private final World world;
    private final SimEntropy random;
    private final List<SnapshotIsolation.Txn> history = new ArrayList<>();
    private final List<Running> running = new ArrayList<>();
    private final Map<Long, Long> auditedCounters = new TreeMap<>();
    private boolean opened;
    /** The first version at which the accounts were seen. */
    private long openedAt;
    private int nextId;
    private long realTime;
    private int acknowledged;
    private int unknown;

    /** A transaction under way. */
    private static final class Running {
        final int id;
        final long invoked;
        final Map<String, String> reads = new LinkedHashMap<>();
        final Map<String, String> writes = new LinkedHashMap<>();
        long readVersion;
        boolean committing;

        Running(int id, long invoked) {
            this.id = id;
            this.invoked = invoked;
        }
    }

    BankStory(World world) {
        this.world = world;
        this.random = world.entropy("bank");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String account(int index) {
        return "account" + index;
    }

    private static long amount(String value) {
        return Long.parseLong(value.substring(0, value.indexOf(' ')));
    }

    /** One life: {@code clients} flows with {@code rounds} transactions each, then an audit. */
    void live(TxnRunner store, SimNode node, int clients, int rounds) {
        if (!opened) {
            open(store);
        }
        audit(store);
        List<Promise<Void>> ends = new ArrayList<>();
        for (int c = 0; c < clients; c++) {
            ends.add(node.scheduler().start("client", () -> {
                for (int i = 0; i < rounds; i++) {
                    if (random.nextInt(4) == 0) {
                        audit(store);
                    } else {
                        transfer(store);
                    }
                }
            }));
        }
        ends.forEach(Promise::await);
        audit(store);
    }

    /** The process died: what was committing may have happened, what was not has not. */
    void died() {
        for (Running txn : running) {
            if (txn.committing) {
                unknown++;
            }
            // Who died while it waited for its read version has not begun: there is nothing to judge.
            if (txn.readVersion != 0) {
                end(txn, txn.committing ? End.UNKNOWN : End.ABORTED, 0);
            }
        }
        running.clear();
    }

    /** Throws when the history breaks a promise. */
    void check() {
        List<String> wrong = SnapshotIsolation.violations(Map.of(), history);
        if (!wrong.isEmpty()) {
            throw new AssertionError(
                    wrong.size() + " violations, the first: " + wrong.subList(0, Math.min(5, wrong.size())));
        }
        world.note("bank-checked", history.size(), acknowledged, unknown);
    }

    int transactions() {
        return history.size();
    }

    private Running begin() {
        return new Running(nextId++, realTime++);
    }

    private void end(Running txn, End end, long version) {
        history.add(new SnapshotIsolation.Txn(txn.id, txn.readVersion, txn.reads, txn.writes, end, version, txn.invoked,
                realTime++));
    }

    /** A crash may have left an opening half-way; then its locks are in the way at first. */
    private void open(TxnRunner store) {
        while (!openOnce(store)) {
            world.note("opened again", 0, 0, 0);
        }
        openedAt = store.readVersion();
        opened = true;
    }

    private boolean openOnce(TxnRunner store) {
        Running txn = begin();
        running.add(txn);
        boolean done;
        try (Txn t = store.begin()) {
            txn.readVersion = t.version();
            for (int i = 0; i < ACCOUNTS; i++) {
                String before = read(t, txn, account(i));
                if (before == null) {
                    write(t, txn, account(i), OPENING);
                }
            }
            if (t.get(COUNTER) == null) {
                t.put(COUNTER, new CounterRecord(new byte[0], 0).encode());
            }
            done = commit(t, txn);
        }
        running.remove(txn);
        return done;
    }

    private static String read(View view, Running txn, String key) {
        byte[] value = view.get(bytes(key));
        String text = value == null ? null : new String(value, StandardCharsets.UTF_8);
        txn.reads.put(key, text);
        return text;
    }

    private static void write(Txn t, Running txn, String key, long amount) {
        String value = amount + " by " + txn.id + " in " + key;
        txn.writes.put(key, value);
        t.put(bytes(key), bytes(value));
    }

    private void transfer(TxnRunner store) {
        Running txn = begin();
        running.add(txn);
        try (Txn t = store.begin()) {
            txn.readVersion = t.version();
            int from = random.nextInt(ACCOUNTS);
            int to = (from + 1 + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS;
            long moved = random.between(1, 10);
            long fromHas = amount(read(t, txn, account(from)));
            long toHas = amount(read(t, txn, account(to)));
            write(t, txn, account(from), fromHas - moved);
            write(t, txn, account(to), toHas + moved);
            t.add(COUNTER, List.of(CounterRecord.Delta.add(0, 1)));
            commit(t, txn);
        }
        running.remove(txn);
    }

    /** False when it met a conflict. */
    private boolean commit(Txn t, Running txn) {
        txn.committing = true;
        switch (t.commit()) {
            case CommitOutcome.Committed committed -> {
                acknowledged += txn.writes.size() == 2 ? 1 : 0;
                end(txn, End.COMMITTED, committed.version());
                return true;
            }
            case CommitOutcome.Conflict _ -> {
                end(txn, End.ABORTED, 0);
                return false;
            }
            case CommitOutcome.AlreadyExists exists -> throw new AssertionError("nobody inserts: " + exists);
            case CommitOutcome.Missing missing -> throw new AssertionError("the counter is there: " + missing);
            case CommitOutcome.OutOfBounds outOfBounds -> throw new AssertionError("without bounds: " + outOfBounds);
        }
    }

    /**
     * Reads everything at one version, one way or the other; a version may become too old meanwhile. The lock of a transaction that a
     * crash left may be in the way for longer than a read waits: whoever is told so asks again.
     */
    private void audit(TxnRunner store) {
        for (boolean again = true; again;) {
            try {
                auditNow(store);
                again = false;
            } catch (NokvException e) {
                again = e.code() == FailureCode.OVERLOADED;
                if (!again && e.code() != FailureCode.VERSION_TOO_OLD) {
                    throw e;
                }
            }
        }
    }

    private void auditNow(TxnRunner store) {
        Running txn = begin();
        long atLeast = acknowledged;
        View view = random.nextInt(3) > 0 || history.isEmpty() ? store.latest() : store.viewAt(olderVersion(txn));
        boolean latest = txn.readVersion == 0;
        txn.readVersion = view.version();
        long sum = 0;
        try (View.Rows rows = view.scan(bytes("account"), bytes("b"), random.nextInt(2) == 0)) {
            while (rows.next()) {
                String value = new String(rows.value(), StandardCharsets.UTF_8);
                txn.reads.put(new String(rows.key(), StandardCharsets.UTF_8), value);
                sum += amount(value);
            }
        }
        if (sum != ACCOUNTS * OPENING) {
            throw new AssertionError("the sum is " + sum + " at " + (latest ? "the latest version " : "version ")
                    + view.version() + ", the bank opened at " + openedAt + ": " + txn.reads);
        }
        long counted = CounterRecord.decode(view.get(COUNTER)).slot(0);
        Long before = auditedCounters.putIfAbsent(view.version(), counted);
        boolean steady = before == null || before == counted;
        boolean complete = !latest || counted >= atLeast;
        if (!steady || !complete || counted > acknowledged + unknown + running.size()) {
            throw new AssertionError("the counter says " + counted + " at version " + view.version() + ", "
                    + acknowledged + " transactions are acknowledged, " + unknown + " unknown, " + running.size()
                    + " running; before it said " + before);
        }
        history.add(new SnapshotIsolation.Txn(txn.id, txn.readVersion, txn.reads, Map.of(), End.COMMITTED, 0,
                latest ? txn.invoked : 0, realTime++));
    }

    /** A version that was read before: its answers must be the same. Marks the audit as one of the past. */
    private long olderVersion(Running txn) {
        txn.readVersion = Math.max(openedAt, history.get(random.nextInt(history.size())).readVersion());
        return txn.readVersion;
    }
}
