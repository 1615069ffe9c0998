package io.nokv.sim.engine;

import io.nokv.base.port.Promise;
import io.nokv.lsm.Cursor;
import io.nokv.lsm.Durability;
import io.nokv.lsm.Engine;
import io.nokv.lsm.EngineOptions;
import io.nokv.lsm.Family;
import io.nokv.lsm.Range;
import io.nokv.lsm.WriteBatch;
import io.nokv.sim.world.SimEntropy;
import io.nokv.sim.world.SimNode;
import io.nokv.sim.world.World;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Writers over an engine that dies now and then. Each batch puts its own number under a few keys, so that what survives
 * shows which batches did: the state after a crash must be what some prefix of the log gives, and no shorter than what
 * was acknowledged.
 */
final class EngineStory {
    private static final int KEYS = 40;

    /** One batch: what it wrote, where it stands in the log, and whether its writer was told that it is durable. */
    private static final class Written {
        final List<String> keys = new ArrayList<>();
        final String value;
        long sequence;
        boolean acknowledged;

        Written(String value) {
            this.value = value;
        }
    }

    private final World world;
    private final SimEntropy random;
    private final EngineOptions options;
    private List<Written> sinceOpen = new ArrayList<>();
    private TreeMap<String, String> base = new TreeMap<>();
    private long firstSequence = 1;
    private int number;

    EngineStory(World world) {
        this.world = world;
        this.random = world.entropy("story");
        this.options = EngineOptions.defaults().withMemtableBytes(random.between(2_000, 60_000))
                .withWalSegmentBytes(random.between(4_000, 60_000)).withBlockCacheBytes(random.between(0, 1) * 100_000);
    }

    /** One life: open, check what is there, write with {@code writers} flows until the life ends. */
    void live(SimNode node, int writers, int batchesEach) {
        Engine engine = Engine.open("db", options, node.ports());
        checkAfterCrash(engine);
        List<Promise<Void>> ends = new ArrayList<>();
        for (int w = 0; w < writers; w++) {
            ends.add(node.scheduler().start("writer", () -> {
                for (int i = 0; i < batchesEach; i++) {
                    writeOne(engine);
                }
            }));
        }
        ends.forEach(Promise::await);
        checkNow(engine);
        engine.close();
    }

    private void writeOne(Engine engine) {
        Written written = new Written("v" + number++ + "x".repeat(random.nextInt(60)));
        WriteBatch batch = new WriteBatch();
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            String key = "k" + random.nextInt(KEYS);
            written.keys.add(key);
            batch.put(Family.DEFAULT, bytes(key), bytes(written.value));
        }
        sinceOpen.add(written);
        var ticket = engine.submit(batch);
        written.sequence = ticket.sequence();
        if (random.nextInt(4) > 0) {
            ticket.awaitDurable();
            written.acknowledged = true;
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static TreeMap<String, String> read(Engine engine) {
        TreeMap<String, String> out = new TreeMap<>();
        try (Cursor cursor = engine.cursor(Family.DEFAULT, Range.ALL, null)) {
            for (cursor.seekToFirst(); cursor.isValid(); cursor.next()) {
                out.put(new String(cursor.key(), StandardCharsets.UTF_8),
                        new String(cursor.value(), StandardCharsets.UTF_8));
            }
        }
        return out;
    }

    /**
     * The state must equal the base with some prefix of the batches, in log order, that covers the acknowledged ones. A
     * writer that died inside submit does not know its place in the log: every way to fill the gaps is tried.
     */
    private void checkAfterCrash(Engine engine) {
        TreeMap<String, String> found = read(engine);
        List<Written> nowhere = new ArrayList<>(sinceOpen);
        nowhere.removeIf(w -> w.sequence != 0);
        int mustHave = -1;
        for (List<Written> order : orders(nowhere)) {
            List<Written> log = inLogOrder(order);
            mustHave = log.stream().filter(w -> w.acknowledged).mapToInt(log::indexOf).max().orElse(-1) + 1;
            if (isPrefix(log, mustHave, found)) {
                base = found;
                sinceOpen = new ArrayList<>();
                firstSequence = engine.visibleSequence() + 1;
                world.note("recovered", found.size(), mustHave, log.size());
                return;
            }
        }
        TreeMap<String, String> all = new TreeMap<>(base);
        inLogOrder(nowhere).forEach(w -> w.keys.forEach(key -> all.put(key, w.value + " at " + w.sequence)));
        List<String> different = new ArrayList<>();
        all.forEach((key, value) -> {
            if (!value.startsWith(found.getOrDefault(key, "nothing") + " at ") && !value.equals(found.get(key))) {
                different.add(key + " = " + found.get(key) + " instead of " + value);
            }
        });
        throw new AssertionError("no prefix of " + sinceOpen.size() + " batches with the first " + mustHave
                + " gives what the engine holds after a crash; against all of them it has " + different);
    }

    private static List<List<Written>> orders(List<Written> some) {
        if (some.isEmpty()) {
            return List.of(List.of());
        }
        List<List<Written>> out = new ArrayList<>();
        for (Written first : some) {
            List<Written> others = new ArrayList<>(some);
            others.remove(first);
            for (List<Written> rest : orders(others)) {
                List<Written> order = new ArrayList<>(List.of(first));
                order.addAll(rest);
                out.add(order);
            }
        }
        return out;
    }

    /** Sequence numbers have no gaps: where one is missing, the next of {@code nowhere} stands. */
    private List<Written> inLogOrder(List<Written> nowhere) {
        TreeMap<Long, Written> known = new TreeMap<>();
        sinceOpen.stream().filter(w -> w.sequence != 0).forEach(w -> known.put(w.sequence, w));
        List<Written> log = new ArrayList<>();
        ArrayDeque<Written> rest = new ArrayDeque<>(nowhere);
        long last = known.isEmpty() ? 0 : known.lastKey();
        for (long sequence = firstSequence; sequence <= last; sequence++) {
            Written here = known.get(sequence);
            here = here == null ? rest.poll() : here;
            if (here == null) {
                throw new AssertionError("nobody wrote sequence number " + sequence);
            }
            log.add(here);
        }
        log.addAll(rest);
        return log;
    }

    private boolean isPrefix(List<Written> log, int atLeast, TreeMap<String, String> found) {
        TreeMap<String, String> state = new TreeMap<>(base);
        boolean matches = atLeast == 0 && state.equals(found);
        for (int i = 0; i < log.size() && !matches; i++) {
            for (String key : log.get(i).keys) {
                state.put(key, log.get(i).value);
            }
            matches = i + 1 >= atLeast && state.equals(found);
        }
        return matches;
    }

    private void checkNow(Engine engine) {
        TreeMap<String, String> expected = new TreeMap<>(base);
        sinceOpen.sort((a, b) -> Long.compare(a.sequence, b.sequence));
        sinceOpen.forEach(w -> w.keys.forEach(key -> expected.put(key, w.value)));
        if (!expected.equals(read(engine))) {
            throw new AssertionError("the engine holds " + read(engine) + " instead of " + expected);
        }
    }
}
