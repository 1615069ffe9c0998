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

    /** The state must equal the base with some prefix of the batches, in log order, that covers the acknowledged ones. */
    private void checkAfterCrash(Engine engine) {
        TreeMap<String, String> found = read(engine);
        List<Written> inOrder = new ArrayList<>(sinceOpen);
        inOrder.removeIf(w -> w.sequence == 0);
        inOrder.sort((a, b) -> Long.compare(a.sequence, b.sequence));
        int mustHave = 0;
        for (int i = 0; i < inOrder.size(); i++) {
            mustHave = inOrder.get(i).acknowledged ? i + 1 : mustHave;
        }
        TreeMap<String, String> state = new TreeMap<>(base);
        boolean matches = mustHave == 0 && state.equals(found);
        for (int i = 0; i < inOrder.size() && !matches; i++) {
            for (String key : inOrder.get(i).keys) {
                state.put(key, inOrder.get(i).value);
            }
            matches = i + 1 >= mustHave && state.equals(found);
        }
        if (!matches) {
            throw new AssertionError(
                    "after a crash the engine holds " + found + ", which no prefix of " + inOrder.size()
                            + " batches with the first " + mustHave + " gives");
        }
        base = found;
        sinceOpen = new ArrayList<>();
        world.note("recovered", found.size(), mustHave, inOrder.size());
    }

    private void checkNow(Engine engine) {
        TreeMap<String, String> expected = new TreeMap<>(base);
        sinceOpen.sort((a, b) -> Long.compare(a.sequence, b.sequence));
        sinceOpen.forEach(w -> w.keys.forEach(key -> expected.put(key, w.value)));
        if (!expected.equals(read(engine))) {
            throw new AssertionError("the engine holds " + read(engine) + " instead of " + expected);
        }
        // A clean close keeps everything: from here on all of it counts as acknowledged.
        sinceOpen.forEach(w -> w.acknowledged = true);
    }
}
