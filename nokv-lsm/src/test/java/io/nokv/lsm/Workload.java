package io.nokv.lsm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.codec.Bytes;
import io.nokv.base.error.NokvException;
import io.nokv.base.vfs.Vfs;
import io.nokv.lsm.transfer.Checkpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A recorded run of small batches with everything a store goes through: rotation, flush, compaction, manifest rewrites and
 * reopening. It remembers what was submitted and what was acknowledged, so that whatever is found afterwards can be judged:
 * it must be the state after some prefix of the batches that contains every one acknowledged as durable.
 */
final class Workload {
    static final String DIRECTORY = "db";
    private static final String CHECKPOINTS = "checkpoints";

    private record Change(Family family, byte[] key, byte[] value) {}

    private final List<List<Change>> batches = new ArrayList<>();
    private final EngineOptions options;
    private long submitted;
    private long acknowledged;
    /** The sequence numbers of those that were completed. */
    private final Set<Long> checkpoints = new TreeSet<>();

    Workload(TestWorld.Seeded random, int batchCount, EngineOptions options) {
        this.options = options;
        for (int i = 0; i < batchCount; i++) {
            List<Change> batch = new ArrayList<>();
            for (int j = 1 + random.nextInt(6); j > 0; j--) {
                Family family = random.nextInt(3) == 0 ? Family.LOCK : Family.WRITE;
                byte[] key = TestWorld.b("key/" + random.nextInt(60));
                boolean delete = random.nextInt(4) == 0;
                byte[] value = delete ? null : new byte[random.nextInt(120)];
                if (value != null && value.length > 8) {
                    value[0] = (byte) i;
                    value[5] = (byte) j;
                }
                batch.add(new Change(family, key, value));
            }
            batches.add(batch);
        }
    }

    /** Runs to the end, or to the first failure, which it throws. */
    void run(Vfs vfs, TestWorld.Seeded random) {
        Engine engine = null;
        try {
            StepScheduler scheduler = new StepScheduler(random);
            engine = Engine.open(DIRECTORY, options, TestWorld.ports(vfs, scheduler));
            for (List<Change> changes : batches) {
                submitted++;
                WriteTicket ticket = engine.submit(batch(changes));
                assertEquals(submitted, ticket.sequence());
                if (random.nextInt(3) == 0) {
                    ticket.awaitDurable();
                    acknowledge(submitted);
                }
                scheduler.runSome();
                switch (random.nextInt(60)) {
                    case 0 -> engine.flush();
                    case 1 -> engine.compact(Family.WRITE, Range.ALL);
                    case 2 -> {
                        Engine old = engine;
                        engine = null;
                        old.close();
                        acknowledge(submitted);
                        engine = Engine.open(DIRECTORY, options, TestWorld.ports(vfs, scheduler));
                    }
                    case 3, 4 -> {
                        String target = CHECKPOINTS + "/" + submitted;
                        if (!vfs.exists(target)) {
                            Checkpoint made = engine.checkpoint(target);
                            assertEquals(submitted, made.sequence());
                            checkpoints.add(submitted);
                        }
                    }
                    default -> {
                    }
                }
                acknowledged = Math.max(acknowledged, engine.durableSequence());
            }
            Engine last = engine;
            engine = null;
            last.close();
            acknowledge(submitted);
        } catch (NokvException e) {
            if (engine != null) {
                acknowledged = Math.max(acknowledged, engine.durableSequence());
                closeAfterFailure(engine);
            }
            throw e;
        }
    }

    /** Closing may fail too, or even succeed in making the rest durable; either way nothing more is promised. */
    private static void closeAfterFailure(Engine engine) {
        try {
            engine.close();
        } catch (NokvException _) {
            assertTrue(engine.durableSequence() <= engine.visibleSequence());
        }
    }

    private void acknowledge(long sequence) {
        acknowledged = Math.max(acknowledged, sequence);
    }

    private static WriteBatch batch(List<Change> changes) {
        WriteBatch batch = new WriteBatch();
        for (Change c : changes) {
            if (c.value == null) {
                batch.delete(c.family, c.key);
            } else {
                batch.put(c.family, c.key, c.value);
            }
        }
        return batch;
    }

    /** Compares what {@code engine} holds with the state after all batches. */
    void checkComplete(Engine engine) {
        assertEquals(submitted, engine.visibleSequence());
        checkState(engine, submitted, 0);
    }

    /** Opens what is there and judges it. */
    void check(Vfs vfs, TestWorld.Seeded random) {
        StepScheduler scheduler = new StepScheduler(random);
        checkCheckpoints(vfs, scheduler);
        for (int opening = 0; opening < 2; opening++) {
            try (Engine engine = Engine.open(DIRECTORY, options, TestWorld.ports(vfs, scheduler))) {
                long found = engine.visibleSequence();
                assertTrue(found >= acknowledged,
                        () -> "batches up to " + acknowledged + " were acknowledged, found up to " + found);
                assertTrue(found <= submitted + opening, "more batches than were submitted: " + found);
                checkState(engine, Math.min(found, submitted), opening);
                if (opening == 0) {
                    assertTrue(vfs.list(DIRECTORY).stream().noneMatch(name -> name.endsWith(".building")));
                    acknowledged = found;
                    submitted = found;
                    engine.write(new WriteBatch().put(Family.LOCAL, TestWorld.b("second life"), Bytes.EMPTY),
                            Durability.FSYNC);
                    acknowledged++;
                }
            }
        }
    }

    /** Each one completed is there, and each one that is there is whole. */
    private void checkCheckpoints(Vfs vfs, StepScheduler scheduler) {
        List<String> found = vfs.exists(CHECKPOINTS) ? vfs.list(CHECKPOINTS) : List.of();
        checkpoints.forEach(c -> assertTrue(found.contains(c.toString()), () -> "checkpoint " + c + " is gone"));
        for (String name : found) {
            try (Engine engine = Engine.open(CHECKPOINTS + "/" + name, options, TestWorld.ports(vfs, scheduler))) {
                assertEquals(name, Long.toString(engine.visibleSequence()));
                checkState(engine, engine.visibleSequence(), 0);
            }
        }
    }

    private void checkState(Engine engine, long upTo, int opening) {
        for (Family family : Family.values()) {
            TreeMap<byte[], byte[]> model = new TreeMap<>(Bytes.ORDER);
            for (List<Change> changes : batches.subList(0, (int) upTo)) {
                for (Change c : changes) {
                    if (c.family == family && c.value != null) {
                        model.put(c.key, c.value);
                    } else if (c.family == family) {
                        model.remove(c.key);
                    }
                }
            }
            if (family == Family.LOCAL && opening == 1) {
                model.put(TestWorld.b("second life"), Bytes.EMPTY);
            }
            try (Cursor cursor = engine.cursor(family, Range.ALL, null)) {
                cursor.seekToFirst();
                for (Map.Entry<byte[], byte[]> expected : model.entrySet()) {
                    assertTrue(cursor.isValid(), () -> "missing " + Bytes.show(expected.getKey()));
                    assertEquals(Bytes.show(expected.getKey()), Bytes.show(cursor.key()));
                    assertArrayEquals(expected.getValue(), cursor.value());
                    assertArrayEquals(expected.getValue(), engine.get(family, expected.getKey(), null));
                    cursor.next();
                }
                assertTrue(!cursor.isValid(), "more keys than there should be");
            }
        }
    }
}
