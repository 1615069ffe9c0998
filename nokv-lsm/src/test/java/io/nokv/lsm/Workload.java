package io.nokv.lsm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.codec.Bytes;
import io.nokv.base.error.NokvException;
import io.nokv.base.vfs.Vfs;
import io.nokv.lsm.transfer.Checkpoint;
import io.nokv.lsm.transfer.Export;
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
    private static final String EXPORTS = "exports";
    private static final Range EXPORTED = new Range(TestWorld.b("key/2"), TestWorld.b("key/5"));

    /** Steps that every run of 40 batches or more makes besides what it draws. */
    private static final int SCRIPT = 9;
    /** Before all other keys, so that no deletion of a range covers it. */
    private static final byte[] OVERWRITTEN = TestWorld.b("beside");

    /** A put, a delete (no value) or a deletion of a range. */
    private record Change(Family family, byte[] key, byte[] value, Range range) {
        Change(Family family, byte[] key, byte[] value) {
            this(family, key, value, null);
        }
    }

    private final List<List<Change>> batches = new ArrayList<>();
    private final EngineOptions options;
    private final TestStream stream = new TestStream();
    private long submitted;
    /** How many steps of the script were made. */
    private int script;
    private long acknowledged;
    /** The sequence numbers of those that were completed. */
    private final Set<Long> checkpoints = new TreeSet<>();
    /** Those begun; the first {@link #exportsComplete} are complete, and one more may be. */
    private final List<Exported> exports = new ArrayList<>();
    private int exportsComplete;

    private final Coverage coverage = new Coverage();

    /** What happened on the way, over all lives. */
    static final class Coverage {
        private int openings;
        private long flushes;
        private long compactions;
        private long valueMoves;
        private long checkpoints;
        private long exports;
        private long ingests;
        private long rangeDeletions;
        private long verified;

        private void add(EngineStats stats) {
            flushes += stats.flushes().count();
            compactions += stats.compactions().count();
            valueMoves += stats.values().moves();
            checkpoints += stats.transfers().checkpoints();
            exports += stats.transfers().exports();
            ingests += stats.transfers().ingests();
        }

        /** A run must have met everything; {@code calls} are all of its calls. */
        void check(FaultVfs calls) {
            assertTrue(flushes > 1 && compactions > 0 && valueMoves > 0 && checkpoints > 0 && exports > 0 && ingests > 1
                    && rangeDeletions > 0 && openings > 1 && verified > 0, this::toString);
            assertTrue(calls.made("wal") + calls.made("spare") > openings, () -> "segments were turned: " + calls);
            assertTrue(calls.made("MANIFEST") > openings + checkpoints, () -> "a manifest was begun anew: " + calls);
            assertTrue(calls.made("vlog") > 1, () -> "values were written apart: " + calls);
        }

        @Override
        public String toString() {
            return openings + " openings, " + flushes + " flushes, " + compactions + " compactions, " + valueMoves
                    + " moves of values, " + checkpoints + " checkpoints, " + exports + " exports, " + ingests
                    + " ingests, " + rangeDeletions + " deletions of ranges, " + verified + " verifications";
        }
    }

    Coverage coverage() {
        return coverage;
    }

    private record Exported(String directory, TreeMap<byte[], byte[]> rows) {}

    Workload(TestWorld.Seeded random, int batchCount, EngineOptions options) {
        this.options = options.withLog(options.log().withConsumers(List.of(stream)));
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
                if (random.nextInt(25) == 0) {
                    int from = random.nextInt(60);
                    batch.add(new Change(family, key, null, new Range(TestWorld.b("key/" + from),
                            random.nextInt(4) == 0 ? null : TestWorld.b("key/" + (from + random.nextInt(10))))));
                } else {
                    batch.add(new Change(family, key, value));
                }
            }
            batches.add(batch);
        }
    }

    /** Runs to the end, or to the first failure, which it throws. */
    void run(Vfs vfs, TestWorld.Seeded random) {
        Engine engine = null;
        try {
            StepScheduler scheduler = new StepScheduler(random);
            engine = open(vfs, scheduler);
            while (submitted < batches.size()) {
                useStream(random);
                WriteTicket ticket = engine.submit(batch(batches.get((int) submitted++)));
                assertEquals(submitted, ticket.sequence());
                if (random.nextInt(3) == 0) {
                    ticket.awaitDurable();
                    acknowledge(submitted);
                }
                scheduler.runSome();
                int operation = random.nextInt(70);
                if (script < SCRIPT && submitted >= 4 * script + 3) {
                    operation = 100 + script++;
                }
                switch (operation) {
                    case 0 -> engine.flush();
                    case 1 -> engine.compact(Family.WRITE, Range.ALL);
                    case 2, 106 -> {
                        coverage.add(engine.stats());
                        Engine old = engine;
                        engine = null;
                        old.close();
                        acknowledge(submitted);
                        stream.acknowledge();
                        engine = open(vfs, scheduler);
                        stream.check(submitted);
                    }
                    case 3, 4, 103 -> {
                        String target = CHECKPOINTS + "/" + submitted;
                        if (!vfs.exists(target)) {
                            Checkpoint made = engine.checkpoint(target);
                            assertEquals(submitted, made.sequence());
                            checkpoints.add(submitted);
                        }
                    }
                    case 5, 6, 101 -> export(engine);
                    case 7, 8 -> {
                        if (!exports.isEmpty()) {
                            ingest(engine, exports.get(random.nextInt(exports.size())),
                                    new Ingest(Ingest.Files.values()[random.nextInt(2)], random.nextInt(2) == 0),
                                    random);
                        }
                    }
                    case 9, 10 -> engine.collectValues(0.1 * random.nextInt(5));
                    case 11, 107 -> {
                        engine.verify();
                        coverage.verified++;
                    }
                    case 100 -> {
                        write(engine, new Change(Family.WRITE, OVERWRITTEN, new byte[100]),
                                new Change(Family.WRITE, TestWorld.b("beside it"), new byte[102]));
                        engine.flush();
                    }
                    case 102 -> {
                        write(engine, new Change(Family.WRITE, OVERWRITTEN, new byte[101]));
                        engine.flush();
                        engine.compact(Family.WRITE, Range.ALL);
                        engine.collectValues(0);
                    }
                    case 104 -> ingest(engine, exports.getFirst(), Ingest.LINKED.replacing(), random);
                    case 105 -> {
                        write(engine, new Change(Family.WRITE, null, null, EXPORTED));
                        engine.flush();
                    }
                    case 108 -> ingest(engine, exports.getFirst(), Ingest.COPIED, random);
                    default -> {
                    }
                }
                acknowledged = Math.max(acknowledged, engine.durableSequence());
            }
            coverage.add(engine.stats());
            Engine last = engine;
            engine = null;
            last.close();
            acknowledge(submitted);
            stream.acknowledge();
        } catch (NokvException e) {
            if (engine != null) {
                acknowledged = Math.max(acknowledged, engine.durableSequence());
                closeAfterFailure(engine);
            }
            throw e;
        }
    }

    private void write(Engine engine, Change... changes) {
        batches.add((int) submitted++, List.of(changes));
        assertEquals(submitted, engine.submit(batch(List.of(changes))).sequence());
    }

    private void export(Engine engine) {
        String directory = EXPORTS + "/" + exports.size();
        exports.add(new Exported(directory, rows(Family.WRITE, submitted, EXPORTED)));
        Export made = engine.export(directory, Set.of(Family.WRITE), EXPORTED, null);
        assertEquals(submitted, made.sequence());
        assertEquals(exports.getLast().rows.size(), made.rows());
        exportsComplete++;
    }

    /** Changes that may be made in the same step as an ingest: of keys that it cannot hold. */
    private static List<Change> beside(TestWorld.Seeded random, long number) {
        List<Change> changes = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            Family family = random.nextInt(2) == 0 ? Family.LOCK : Family.WRITE;
            byte[] key = TestWorld.b((family == Family.LOCK ? "key/" : "key/6") + random.nextInt(60));
            changes.add(new Change(family, key,
                    random.nextInt(4) == 0 ? null : TestWorld.b("beside " + number + "/" + i)));
        }
        return changes;
    }

    /** What comes in by that is a batch like others. */
    private void ingest(Engine engine, Exported export, Ingest how, TestWorld.Seeded random) {
        List<Change> changes = new ArrayList<>();
        if (how.replaces()) {
            batches.add((int) submitted++, List.of());
            changes.add(new Change(Family.WRITE, null, null, EXPORTED));
        }
        export.rows.forEach((key, value) -> changes.add(new Change(Family.WRITE, key, value)));
        List<Change> beside = beside(random, submitted);
        changes.addAll(beside);
        batches.add((int) submitted++, changes);
        assertEquals(submitted, engine.ingest(export.directory, how, beside.isEmpty() ? null : batch(beside)));
        acknowledge(submitted);
    }

    private Engine open(Vfs vfs, StepScheduler scheduler) {
        stream.opening();
        Engine engine = Engine.open(DIRECTORY, options, TestWorld.ports(vfs, scheduler));
        stream.opened(engine);
        coverage.openings++;
        return engine;
    }

    private void useStream(TestWorld.Seeded random) {
        switch (random.nextInt(8)) {
            case 0, 1 -> stream.append(1 + random.nextInt(3), submitted);
            case 2 -> {
                stream.append(1, submitted);
                stream.awaitDurable();
                acknowledge(submitted);
            }
            case 3 -> stream.read(random);
            case 4 -> {
                if (random.nextInt(2) == 0) {
                    stream.drop(stream.dropped() + random.nextInt((int) (stream.submitted() - stream.dropped()) + 1));
                }
            }
            default -> {
            }
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

    private WriteBatch batch(List<Change> changes) {
        WriteBatch batch = new WriteBatch();
        for (Change c : changes) {
            if (c.range != null) {
                batch.deleteRange(c.family, c.range.from(), c.range.to());
                coverage.rangeDeletions++;
            } else if (c.value == null) {
                batch.delete(c.family, c.key);
            } else {
                batch.put(c.family, c.key, c.value);
            }
        }
        return batch;
    }

    /** Options that open a store of this workload; its records in the log are judged anew. */
    EngineOptions options() {
        stream.opening();
        return options;
    }

    /** Compares what {@code engine} holds with the state after all batches. */
    void checkComplete(Engine engine) {
        assertEquals(submitted, engine.visibleSequence());
        stream.checkComplete();
        checkState(engine, submitted, 0);
    }

    /** Opens what is there and judges it. */
    void check(Vfs vfs, TestWorld.Seeded random) {
        StepScheduler scheduler = new StepScheduler(random);
        checkCheckpoints(vfs, scheduler);
        checkExports(vfs, scheduler);
        for (int opening = 0; opening < 2; opening++) {
            stream.opening();
            try (Engine engine = Engine.open(DIRECTORY, options, TestWorld.ports(vfs, scheduler))) {
                stream.check(engine.visibleSequence());
                stream.settle();
                stream.opened(engine);
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

    /** Each one completed is there, and what is there can be ingested. */
    private void checkExports(Vfs vfs, StepScheduler scheduler) {
        for (int i = 0; i < exports.size(); i++) {
            Exported export = exports.get(i);
            assertTrue(i >= exportsComplete || vfs.exists(export.directory), () -> export.directory + " is gone");
            if (vfs.exists(export.directory)) {
                try (Engine engine = Engine.open("probe" + i, options, TestWorld.ports(vfs, scheduler))) {
                    engine.ingest(export.directory, Ingest.COPIED);
                    check(engine, Family.WRITE, export.rows);
                }
            }
        }
    }

    private TreeMap<byte[], byte[]> rows(Family family, long upTo, Range range) {
        TreeMap<byte[], byte[]> model = new TreeMap<>(Bytes.ORDER);
        for (List<Change> changes : batches.subList(0, (int) upTo)) {
            for (Change c : changes) {
                if (c.family == family && c.range != null) {
                    model.keySet().removeIf(c.range::contains);
                } else if (c.family == family && range.contains(c.key)) {
                    if (c.value == null) {
                        model.remove(c.key);
                    } else {
                        model.put(c.key, c.value);
                    }
                }
            }
        }
        return model;
    }

    private void checkState(Engine engine, long upTo, int opening) {
        for (Family family : Family.values()) {
            TreeMap<byte[], byte[]> model = rows(family, upTo, Range.ALL);
            if (family == Family.LOCAL && opening == 1) {
                model.put(TestWorld.b("second life"), Bytes.EMPTY);
            }
            check(engine, family, model);
        }
    }

    private static void check(Engine engine, Family family, TreeMap<byte[], byte[]> model) {
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
