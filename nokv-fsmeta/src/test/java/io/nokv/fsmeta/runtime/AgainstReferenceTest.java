package io.nokv.fsmeta.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nokv.base.codec.CounterRecord;
import io.nokv.base.codec.CounterRecord.Delta;
import io.nokv.base.error.NokvException;
import io.nokv.base.port.Entropy;
import io.nokv.base.port.Ports;
import io.nokv.base.system.ThreadScheduler;
import io.nokv.fsmeta.txn.CommitOutcome;
import io.nokv.fsmeta.txn.ManualClock;
import io.nokv.fsmeta.txn.ReferenceTxnRunner;
import io.nokv.fsmeta.txn.SeededEntropy;
import io.nokv.fsmeta.txn.Txn;
import io.nokv.fsmeta.txn.View;
import io.nokv.kv.KvOptions;
import io.nokv.lsm.EngineOptions;
import io.nokv.lsm.vfs.MemVfs;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Interleaved random transactions go to this store and to the reference store, which is right by inspection; every read
 * and every outcome must be the same, also after power losses and garbage collections.
 */
class AgainstReferenceTest {
    private static final int STEPS = 6_000;
    private static final int KEYS = 14;

    private final long seed = Long.getLong("nokv.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final ManualClock clock = new ManualClock();
    private final ThreadScheduler scheduler = new ThreadScheduler(1);
    private final MemVfs disk = new MemVfs();
    private final Entropy entropy = new SeededEntropy(seed);
    private final ReferenceTxnRunner reference = new ReferenceTxnRunner(new Ports(clock, entropy, scheduler, disk));
    private KvTxnRunner store;
    private int step;

    private record Pair(Txn real, Txn model, List<int[]> marks) {}

    private record Views(View real, View model) {}

    private KvTxnRunner open() {
        return KvTxnRunner.open("data", EngineOptions.defaults().withMemtableBytes(1 << 16), KvOptions.defaults(),
                new Ports(clock, entropy, scheduler, disk.machine()));
    }

    private String where() {
        return "step " + step + ", -Dnokv.seed=" + seed;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4})
    void everyAnswerIsTheSame(int splits) {
        store = open();
        for (int i = 0; i < splits; i++) {
            store.kv().split(key(1 + i * KEYS / splits), i + 2);
        }
        List<Pair> running = new ArrayList<>();
        List<Views> views = new ArrayList<>();
        int committed = 0;
        for (step = 0; step < STEPS; step++) {
            int roll = random.nextInt(100);
            if (roll < 12 && running.size() < 4) {
                running.add(new Pair(store.begin(), reference.begin(), new ArrayList<>()));
            } else if (roll < 20 && !running.isEmpty()) {
                if (end(running.remove(random.nextInt(running.size())), splits)) {
                    committed++;
                }
            } else if (roll < 22) {
                clock.passMillis(random.nextInt(400));
            } else if (roll < 24) {
                views.add(new Views(store.latest(), reference.latest()));
                if (views.size() > 6) {
                    views.removeFirst();
                }
            } else if (roll < 30 && !views.isEmpty()) {
                Views at = views.get(random.nextInt(views.size()));
                read(at.real, at.model);
            } else if (random.nextInt(400) == 0) {
                interrupt(running, views);
            } else if (!running.isEmpty()) {
                act(running.get(random.nextInt(running.size())));
            }
        }
        assertEquals(true, committed > STEPS / 60, committed + " commits, " + where());
        assertEquals(rows(reference.latest(), new byte[0], null, false),
                rows(store.latest(), new byte[0], null, false), where());
        store.close();
        scheduler.close();
    }

    private byte[] key(int number) {
        // Keys that are beginnings of others, with zero bytes between.
        return (number % 3 == 0 ? "k" : "k" + (char) 0).concat("x".repeat(number / 3)).concat("" + number % 3)
                .getBytes(StandardCharsets.UTF_8);
    }

    private byte[] someKey() {
        return key(random.nextInt(KEYS));
    }

    private byte[] someValue() {
        // Rows are counters, so that deltas can go anywhere; some are too long for the write record.
        long[] slots = new long[random.nextInt(12) == 0 ? CounterRecord.MAX_SLOTS : 1];
        Arrays.setAll(slots, _ -> slots.length > 1 ? random.nextLong() : random.nextInt(20));
        byte[] header = new byte[slots.length > 1 ? 255 : 1];
        slots[0] = random.nextInt(20);
        return new CounterRecord(header, slots).encode();
    }

    private void act(Pair pair) {
        byte[] key = someKey();
        byte[] value = someValue();
        switch (random.nextInt(12)) {
            case 0, 1 -> both(pair, txn -> txn.put(key, value));
            case 2 -> both(pair, txn -> txn.insert(key, value));
            case 3 -> both(pair, txn -> txn.delete(key));
            case 4 -> {
                long ttl = 1 + random.nextInt(1_500);
                both(pair, txn -> txn.putExpiring(key, value, ttl));
            }
            case 5, 6 -> {
                List<Delta> deltas = List.of(random.nextInt(3) == 0
                        ? Delta.addBounded(0, random.nextInt(9) - 4, 0, 25)
                        : Delta.add(0, random.nextInt(9) - 4));
                both(pair, txn -> txn.add(key, deltas));
            }
            case 7 -> both(pair, txn -> txn.check(key));
            case 8 -> {
                if (pair.marks.isEmpty() || random.nextBoolean()) {
                    pair.marks.add(new int[]{pair.real.mark(), pair.model.mark()});
                } else {
                    int[] marks = pair.marks.removeLast();
                    pair.real.rollbackTo(marks[0]);
                    pair.model.rollbackTo(marks[1]);
                }
            }
            default -> read(pair.real, pair.model);
        }
        assertEquals(pair.model.size(), pair.real.size(), where());
    }

    private interface Step {
        void on(Txn txn);
    }

    private void both(Pair pair, Step action) {
        assertEquals(failure(pair.model, action), failure(pair.real, action), where());
    }

    private static String failure(Txn txn, Step action) {
        try {
            action.on(txn);
            return null;
        } catch (NokvException e) {
            return e.code().name();
        }
    }

    private void read(View real, View model) {
        byte[] key = someKey();
        assertEquals(hex(model.get(key)), hex(real.get(key)), where());
        assertEquals(model.versionOf(key) == 0, real.versionOf(key) == 0, where());
        List<byte[]> keys = List.of(someKey(), key, someKey(), someKey());
        assertEquals(model.multiGet(keys).stream().map(AgainstReferenceTest::hex).toList(),
                real.multiGet(keys).stream().map(AgainstReferenceTest::hex).toList(), where());
        byte[] from = random.nextInt(3) == 0 ? new byte[0] : someKey();
        byte[] to = random.nextInt(3) == 0 ? null : someKey();
        boolean reverse = random.nextBoolean();
        assertEquals(rows(model, from, to, reverse), rows(real, from, to, reverse), where());
    }

    private static List<String> rows(View view, byte[] from, byte[] to, boolean reverse) {
        List<String> out = new ArrayList<>();
        try (View.Rows rows = view.scan(from, to, reverse)) {
            while (rows.next()) {
                out.add(hex(rows.key()) + "=" + hex(rows.value()) + (rows.version() == 0 ? " own" : ""));
            }
        }
        return out;
    }

    private static String hex(byte[] bytes) {
        return bytes == null ? null : HexFormat.of().formatHex(bytes);
    }

    private boolean end(Pair pair, int splits) {
        if (random.nextInt(10) == 0) {
            pair.real.close();
            pair.model.close();
            return false;
        }
        CommitOutcome model = pair.model.commit();
        CommitOutcome real = pair.real.commit();
        // With several regions, another refusal of the same transaction may come first; a refusal it is.
        if (splits == 0 && !(model instanceof CommitOutcome.Conflict || real instanceof CommitOutcome.Missing)) {
            assertEquals(model.getClass(), real.getClass(), where());
        }
        assertEquals(model instanceof CommitOutcome.Committed, real instanceof CommitOutcome.Committed,
                model + " and " + real + ", " + where());
        return model instanceof CommitOutcome.Committed;
    }

    /** Ends all transactions, then cuts the power or collects garbage. */
    private void interrupt(List<Pair> running, List<Views> views) {
        running.forEach(pair -> {
            pair.real.close();
            pair.model.close();
        });
        running.clear();
        if (random.nextBoolean()) {
            store.kv().awaitBackground();
            disk.crash(entropy);
            store = open();
            // Timestamps after a crash begin ahead of the clock; let it catch up, so that both stores expire alike.
            clock.passMillis(10_000);
        } else {
            clock.passMillis(KvOptions.defaults().retentionMillis() + 1);
            store.kv().collectGarbage();
        }
        views.clear();
        assertEquals(rows(reference.latest(), new byte[0], null, true),
                rows(store.latest(), new byte[0], null, true), where());
    }
}
