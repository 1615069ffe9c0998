package io.nokv.lsm;

import static io.nokv.lsm.TestWorld.b;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.system.ThreadScheduler;
import io.nokv.base.vfs.Vfs;
import io.nokv.base.vfs.VfsFile;
import io.nokv.lsm.transfer.Export;
import io.nokv.lsm.vfs.MemVfs;
import io.nokv.lsm.vfs.RealVfs;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ranges that leave one store as files and come into another. Crashes in between are {@link PowerLossTest}'s to show. */
class IngestTest {
    @TempDir
    Path directory;

    private static byte[] key(int n) {
        return b(String.format("row/%05d", n));
    }

    private static WriteBatch row(int n, String value) {
        return new WriteBatch().put(Family.WRITE, key(n), b(value));
    }

    private static Engine open(String path, Vfs vfs) {
        return Engine.open(path, EngineOptions.tiny(),
                TestWorld.ports(vfs, new StepScheduler(new TestWorld.Seeded(1))));
    }

    @Test
    void aRangeMovesFromStoreToStore() {
        try (ThreadScheduler scheduler = new ThreadScheduler(2)) {
            Vfs vfs = new RealVfs(directory);
            Export export;
            try (Engine engine = Engine.open("from", EngineOptions.tiny(), TestWorld.ports(vfs, scheduler))) {
                for (int i = 0; i < 3_000; i++) {
                    engine.write(row(i, "value of " + i).put(Family.LOCK, key(i), b("lock")), Durability.BUFFERED);
                }
                export = engine.export("moving", EnumSet.of(Family.WRITE, Family.LOCK),
                        new Range(key(500), key(2_500)), null);
                assertEquals(4_000, export.rows());
                assertTrue(export.tables() > 3 && export.bytes() > 10_000, export::toString);
            }
            for (Ingest how : List.of(Ingest.COPIED, Ingest.LINKED)) {
                try (Engine engine = Engine.open("to " + how.files(), EngineOptions.tiny(),
                        TestWorld.ports(vfs, scheduler))) {
                    engine.write(row(600, "older"), Durability.BUFFERED);
                    engine.write(row(499, "outside"), Durability.BUFFERED);
                    Snapshot before = engine.snapshot("before");
                    assertEquals(3, engine.ingest("moving", how));
                    assertEquals(4, engine.write(row(700, "newer"), Durability.FSYNC));
                    for (int opening = 0; opening < 2; opening++) {
                        assertArrayEquals(b("value of 600"), engine.get(Family.WRITE, key(600), null));
                        assertArrayEquals(b("newer"), engine.get(Family.WRITE, key(700), null));
                        assertArrayEquals(b("outside"), engine.get(Family.WRITE, key(499), null));
                        assertArrayEquals(b("lock"), engine.get(Family.LOCK, key(2_499), null));
                        assertNull(engine.get(Family.LOCK, key(2_500), null));
                        assertArrayEquals(b("older"), engine.get(Family.WRITE, key(600), before));
                        assertNull(engine.get(Family.WRITE, key(800), before));
                        engine.compact(Family.WRITE, Range.ALL);
                    }
                    assertEquals(1, engine.stats().transfers().ingests());
                    assertEquals(export.bytes(), engine.stats().transfers().ingestedBytes());
                }
            }
        }
    }

    /** What a follower that fell behind does: its range is the leader's afterwards, and a crash leaves the one or the other. */
    @Test
    void aRangeIsReplaced() {
        MemVfs vfs = new MemVfs();
        try (Engine leader = open("leader", vfs)) {
            for (int i = 0; i < 100; i += 2) {
                leader.write(row(i, "leader"), Durability.BUFFERED);
            }
            leader.export("snapshot", Set.of(Family.WRITE), new Range(key(10), key(90)), null);
        }
        Engine follower = open("follower", vfs);
        for (int i = 0; i < 100; i++) {
            follower.write(row(i, "follower").put(Family.LOCK, key(i), b("own")), Durability.BUFFERED);
        }
        Snapshot before = follower.snapshot("before");
        assertEquals(102, follower.ingest("snapshot", Ingest.LINKED.replacing()), "a deletion and what comes in");
        follower.write(row(11, "later"), Durability.FSYNC);
        for (int stage = 0; stage < 4; stage++) {
            for (int i = 0; i < 100; i++) {
                String expected = i < 10 || i >= 90 ? "follower" : i == 11 ? "later" : i % 2 == 0 ? "leader" : null;
                byte[] found = follower.get(Family.WRITE, key(i), null);
                assertEquals(expected, found == null ? null : new String(found), "row " + i + " at stage " + stage);
                assertArrayEquals(b("own"), follower.get(Family.LOCK, key(i), null));
                if (stage < 2) {
                    assertArrayEquals(b("follower"), follower.get(Family.WRITE, key(i), before));
                }
            }
            switch (stage) {
                case 0 -> follower.flush();
                case 1 -> {
                    before.close();
                    follower.close();
                    follower = open("follower", vfs);
                }
                default -> follower.compact(Family.WRITE, Range.ALL);
            }
        }
        assertEquals(0, follower.stats().levels().stream().mapToLong(EngineStats.Level::rangeDeletions).sum());
        follower.close();
    }

    /** What a follower notes about the range that came in is there exactly when the range is. */
    @Test
    void whatIsWrittenBesideComesWithIt() {
        MemVfs vfs = new MemVfs();
        try (Engine leader = open("leader", vfs)) {
            leader.write(row(5, "leader"), Durability.BUFFERED);
            leader.export("snapshot", Set.of(Family.WRITE), new Range(key(0), key(50)), null);
        }
        Engine follower = open("follower", vfs);
        follower.write(row(7, "follower").put(Family.LOCAL, b("applied"), b("3")).put(Family.LOCAL, b("gone"), b("x")),
                Durability.BUFFERED);
        for (WriteBatch wrong : List.of(row(7, "in the range"),
                new WriteBatch().deleteRange(Family.LOCK, null, null))) {
            assertEquals(FailureCode.INVALID_ARGUMENT, assertThrows(NokvException.class,
                    () -> follower.ingest("snapshot", Ingest.LINKED, wrong)).code());
        }
        Snapshot before = follower.snapshot("before");
        WriteBatch beside = new WriteBatch().put(Family.LOCAL, b("applied"), b("9")).delete(Family.LOCAL, b("gone"))
                .put(Family.WRITE, key(50), b("behind the range"));
        assertEquals(3, follower.ingest("snapshot", Ingest.LINKED.replacing(), beside));
        assertArrayEquals(b("3"), follower.get(Family.LOCAL, b("applied"), before));
        before.close();
        Engine now = follower;
        for (int stage = 0; stage < 4; stage++) {
            assertArrayEquals(b("9"), now.get(Family.LOCAL, b("applied"), null), "stage " + stage);
            assertNull(now.get(Family.LOCAL, b("gone"), null), "stage " + stage);
            assertNull(now.get(Family.WRITE, key(7), null), "stage " + stage);
            assertArrayEquals(b("leader"), now.get(Family.WRITE, key(5), null), "stage " + stage);
            assertArrayEquals(b("behind the range"), now.get(Family.WRITE, key(50), null), "stage " + stage);
            try (Cursor rows = now.cursor(Family.LOCAL, Range.ALL, null)) {
                rows.seekToFirst();
                assertArrayEquals(b("applied"), rows.key());
                rows.next();
                assertTrue(!rows.isValid());
            }
            switch (stage) {
                case 0 -> {
                    now.close();
                    now = open("follower", vfs);
                }
                case 1 -> now.flush();
                default -> now.compact(Family.WRITE, Range.ALL);
            }
        }
        now.close();
    }

    private static int[] tablesByLevel(Engine engine) {
        return engine.stats().levels().stream().mapToInt(EngineStats.Level::tables).toArray();
    }

    /** Where nothing is in the way, a range that comes in costs no compaction; where something is, it lies above it. */
    @Test
    void tablesGoAsLowAsTheyMay() {
        MemVfs vfs = new MemVfs();
        EngineOptions quiet = EngineOptions.tiny().withLevels(new EngineOptions.Levels(100, 200, 300, 8, 1 << 20, 8,
                1 << 30, 4 << 10));
        StepScheduler scheduler = new StepScheduler(new TestWorld.Seeded(1));
        try (Engine from = open("from", vfs)) {
            for (int i = 0; i < 2_000; i++) {
                from.write(row(i, "value of " + i * 7919), Durability.BUFFERED);
            }
            from.export("low", Set.of(Family.WRITE), new Range(null, key(1_000)), null);
            from.export("high", Set.of(Family.WRITE), new Range(key(1_000), null), null);
        }
        try (Engine engine = Engine.open("to", quiet, TestWorld.ports(vfs, scheduler))) {
            engine.ingest("low", Ingest.LINKED);
            engine.flush();
            int low = tablesByLevel(engine)[6];
            assertTrue(low > 1);
            engine.ingest("high", Ingest.LINKED.replacing());
            engine.flush();
            int both = tablesByLevel(engine)[6];
            assertTrue(both > low, "it replaces nothing, so it needs no deletion");
            engine.ingest("low", Ingest.LINKED.replacing());
            engine.flush();
            int[] now = tablesByLevel(engine);
            assertEquals(both, now[6]);
            assertEquals(low + 1, now[0], "above what it replaces, with the deletion");
            assertEquals(2_000, rows(engine));
            engine.compact(Family.WRITE, Range.ALL);
            assertEquals(0, tablesByLevel(engine)[0]);
            assertEquals(2_000, rows(engine));
        }
    }

    private static int rows(Engine engine) {
        int rows = 0;
        try (Cursor cursor = engine.cursor(Family.WRITE, Range.ALL, null)) {
            for (cursor.seekToFirst(); cursor.isValid(); cursor.next()) {
                rows++;
            }
        }
        return rows;
    }

    @Test
    void anExportShowsItsSnapshotAndAnEmptyOneChangesNothing() {
        MemVfs vfs = new MemVfs();
        try (Engine engine = open("db", vfs)) {
            engine.write(row(1, "first"), Durability.BUFFERED);
            try (Snapshot then = engine.snapshot("then")) {
                engine.write(row(1, "second"), Durability.BUFFERED);
                assertEquals(1, engine.export("then", Set.of(Family.WRITE), Range.ALL, then).sequence());
            }
            assertEquals(0, engine.export("nothing", Set.of(Family.RAFT), Range.ALL, null).rows());
            engine.ingest("nothing", Ingest.LINKED);
            assertArrayEquals(b("second"), engine.get(Family.WRITE, key(1), null));
            engine.ingest("then", Ingest.LINKED);
            assertArrayEquals(b("first"), engine.get(Family.WRITE, key(1), null));
            assertEquals(FailureCode.FILE_EXISTS, assertThrows(NokvException.class,
                    () -> engine.export("then", Set.of(Family.WRITE), Range.ALL, null)).code());
            assertEquals(FailureCode.FILE_NOT_FOUND,
                    assertThrows(NokvException.class, () -> engine.ingest("never", Ingest.LINKED)).code());
        }
    }

    /** Each byte of each file of an export in turn: it is refused by the name of the file, and nothing is left behind. */
    @Test
    void damagedFilesAreRefused() {
        TestWorld.seeded(getClass(), random -> {
            MemVfs vfs = new MemVfs();
            try (Engine engine = open("db", vfs)) {
                for (int i = 0; i < 300; i++) {
                    engine.write(row(i, "value of " + i * 7919), Durability.BUFFERED);
                }
                engine.export("moving", Set.of(Family.WRITE), Range.ALL, null);
            }
            try (Engine engine = open("to", vfs)) {
                List<String> before = vfs.list("to");
                for (String name : vfs.list("moving")) {
                    for (int offset = 0; offset < vfs.size("moving/" + name); offset++) {
                        int at = offset;
                        int mask = 1 << random.nextInt(8);
                        vfs.damage("moving/" + name, at, mask);
                        NokvException refused = assertThrows(NokvException.class,
                                () -> engine.ingest("moving", at % 2 == 0 ? Ingest.LINKED : Ingest.COPIED),
                                () -> name + " flipped at " + at);
                        assertEquals(FailureCode.CORRUPTION, refused.code(), refused::toString);
                        assertTrue(refused.getMessage().startsWith("moving/" + name), refused::getMessage);
                        vfs.damage("moving/" + name, at, mask);
                    }
                }
                assertEquals(0, engine.visibleSequence());
                assertEquals(before, vfs.list("to"));
                String table = "moving/000001.sst";
                long size = vfs.size(table);
                try (VfsFile file = vfs.open(table, Vfs.Mode.READ_WRITE)) {
                    file.truncate(size - 3);
                }
                assertEquals(FailureCode.CORRUPTION,
                        assertThrows(NokvException.class, () -> engine.ingest("moving", Ingest.LINKED)).code());
                vfs.delete(table);
                assertEquals(FailureCode.CORRUPTION,
                        assertThrows(NokvException.class, () -> engine.ingest("moving", Ingest.LINKED)).code());
            }
        });
    }

    /** Files that are whole, but not those that the description means. */
    @Test
    void filesOfAnotherExportAreRefused() {
        MemVfs vfs = new MemVfs();
        try (Engine engine = open("db", vfs)) {
            engine.write(row(1, "one"), Durability.BUFFERED);
            engine.export("first", Set.of(Family.WRITE), Range.ALL, null);
            engine.export("second", Set.of(Family.WRITE), Range.ALL, null);
            vfs.rename("first/000001.sst", "second/000001.sst");
            NokvException refused = assertThrows(NokvException.class, () -> engine.ingest("second", Ingest.LINKED));
            assertEquals(FailureCode.CORRUPTION, refused.code());
        }
    }

    /** Readers see all rows of an ingest or none, while it is flushed and compacted beneath them. */
    @Test
    void readersBesideIngests() throws InterruptedException {
        try (ThreadScheduler scheduler = new ThreadScheduler(2)) {
            MemVfs vfs = new MemVfs();
            try (Engine engine = Engine.open("db", EngineOptions.tiny(), TestWorld.ports(vfs, scheduler))) {
                int rows = 200;
                for (int generation = 0; generation < 30; generation++) {
                    WriteBatch all = new WriteBatch();
                    for (int i = 0; i < rows; i++) {
                        all.put(Family.WRITE, key(i), b("generation " + generation));
                    }
                    engine.write(all, Durability.BUFFERED);
                    engine.export("generation" + generation, Set.of(Family.WRITE), Range.ALL, null);
                }
                AtomicBoolean done = new AtomicBoolean();
                AtomicBoolean torn = new AtomicBoolean();
                Thread reader = Thread.ofPlatform().start(() -> {
                    while (!done.get()) {
                        try (Cursor cursor = engine.cursor(Family.WRITE, new Range(key(0), key(rows)), null)) {
                            cursor.seekToFirst();
                            String first = new String(cursor.value());
                            int seen = 0;
                            for (; cursor.isValid(); cursor.next()) {
                                seen += first.equals(new String(cursor.value())) ? 1 : 0;
                            }
                            torn.compareAndSet(false, seen != rows);
                        }
                    }
                });
                Thread writer = Thread.ofPlatform().start(() -> {
                    for (int i = 0; !done.get(); i = (i + 1) % 1000) {
                        engine.write(row(rows + i, "beside"), Durability.BUFFERED);
                    }
                });
                for (int generation = 0; generation < 30; generation++) {
                    engine.ingest("generation" + generation, Ingest.LINKED);
                    assertArrayEquals(b("generation " + generation), engine.get(Family.WRITE, key(7), null));
                    if (generation % 10 == 9) {
                        engine.compact(Family.WRITE, Range.ALL);
                    }
                }
                done.set(true);
                reader.join();
                writer.join();
                assertTrue(!torn.get(), "a reader saw part of an ingest");
            }
        }
    }
}
