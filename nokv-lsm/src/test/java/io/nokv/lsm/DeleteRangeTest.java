package io.nokv.lsm;

import static io.nokv.lsm.TestWorld.b;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.system.ThreadScheduler;
import io.nokv.lsm.vfs.MemVfs;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What a deletion of a range does, step by step; random histories of them are in {@link EngineModelTest} and others. */
class DeleteRangeTest {
    private static byte[] key(int n) {
        return b(String.format("row/%05d", n));
    }

    private static Engine open(MemVfs vfs) {
        return Engine.open("db", EngineOptions.tiny(),
                TestWorld.ports(vfs, new StepScheduler(new TestWorld.Seeded(1))));
    }

    private static void put(Engine engine, int from, int to) {
        for (int i = from; i < to; i++) {
            engine.write(new WriteBatch().put(Family.WRITE, key(i), b("value " + i)), Durability.BUFFERED);
        }
    }

    private static long delete(Engine engine, int from, int to) {
        return engine.write(new WriteBatch().deleteRange(Family.WRITE, key(from), key(to)), Durability.BUFFERED);
    }

    private static int rows(Engine engine, Snapshot at) {
        int forward = 0;
        int backward = 0;
        try (Cursor cursor = engine.cursor(Family.WRITE, Range.ALL, at)) {
            for (cursor.seekToFirst(); cursor.isValid(); cursor.next()) {
                forward++;
            }
            for (cursor.seekToLast(); cursor.isValid(); cursor.prev()) {
                backward++;
            }
        }
        assertEquals(forward, backward);
        return forward;
    }

    /** The same picture wherever the rows and the deletion are: in memory, in level 0, below, and after a restart. */
    @Test
    void oneDeletionOnItsWayDown() {
        MemVfs vfs = new MemVfs();
        Engine engine = open(vfs);
        put(engine, 0, 1_000);
        engine.compact(Family.WRITE, Range.ALL);
        Snapshot before = engine.snapshot("before");
        delete(engine, 100, 900);
        put(engine, 500, 510);
        engine.write(new WriteBatch().put(Family.LOCK, key(300), b("of another family")), Durability.BUFFERED);
        for (int stage = 0; stage < 4; stage++) {
            assertEquals(210, rows(engine, null), "stage " + stage);
            assertNull(engine.get(Family.WRITE, key(100), null));
            assertArrayEquals(b("value 99"), engine.get(Family.WRITE, key(99), null));
            assertArrayEquals(b("value 505"), engine.get(Family.WRITE, key(505), null));
            assertArrayEquals(b("value 900"), engine.get(Family.WRITE, key(900), null));
            assertArrayEquals(b("of another family"), engine.get(Family.LOCK, key(300), null));
            byte[][] found = engine.multiGet(Family.WRITE, new byte[][]{key(99), key(499), key(500), key(899)}, null);
            assertTrue(found[0] != null && found[1] == null && found[2] != null && found[3] == null);
            if (stage < 2) {
                assertEquals(1_000, rows(engine, before));
                assertArrayEquals(b("value 100"), engine.get(Family.WRITE, key(100), before));
            }
            switch (stage) {
                case 0 -> engine.flush();
                case 1 -> engine.compact(Family.WRITE, Range.ALL);
                case 2 -> {
                    before.close();
                    engine.close();
                    engine = open(vfs);
                }
                default -> engine.compact(Family.WRITE, Range.ALL);
            }
        }
        assertEquals(0, engine.stats().levels().stream().mapToLong(EngineStats.Level::rangeDeletions).sum(),
                "nothing is left to delete");
        assertEquals(211, engine.stats().levels().stream().mapToLong(EngineStats.Level::entries).sum());
        engine.close();
    }

    @Test
    void theOrderWithinABatchCounts() {
        try (Engine engine = open(new MemVfs())) {
            put(engine, 0, 3);
            engine.write(new WriteBatch().put(Family.WRITE, key(1), b("lost")).put(Family.LOCK, key(1), b("kept"))
                    .deleteRange(Family.WRITE, null, null).put(Family.WRITE, key(2), b("again")),
                    Durability.FSYNC);
            for (int stage = 0; stage < 2; stage++) {
                assertNull(engine.get(Family.WRITE, key(1), null));
                assertArrayEquals(b("again"), engine.get(Family.WRITE, key(2), null));
                assertArrayEquals(b("kept"), engine.get(Family.LOCK, key(1), null));
                assertEquals(1, rows(engine, null));
                engine.flush();
            }
        }
    }

    @Test
    void anEmptyRangeDeletesNothing() {
        try (Engine engine = open(new MemVfs())) {
            put(engine, 0, 3);
            engine.write(new WriteBatch().deleteRange(Family.WRITE, key(2), key(2)), Durability.BUFFERED);
            engine.write(new WriteBatch().deleteRange(Family.WRITE, key(2), key(1)), Durability.BUFFERED);
            engine.flush();
            assertEquals(3, rows(engine, null));
        }
    }

    /** A store that holds nothing but deletions goes through all of its life. */
    @Test
    void deletionsAlone() {
        MemVfs vfs = new MemVfs();
        try (Engine engine = open(vfs)) {
            for (int i = 0; i < 50; i++) {
                delete(engine, i, i + 60);
                engine.flush();
            }
            assertEquals(0, rows(engine, null));
        }
        try (Engine engine = open(vfs)) {
            delete(engine, 7, 900);
            assertNull(engine.get(Family.WRITE, key(20), null));
            engine.compact(Family.WRITE, Range.ALL);
            assertEquals(0, engine.stats().levels().stream().mapToInt(EngineStats.Level::tables).sum());
        }
    }

    /** Tables that are covered as a whole are not read: their blocks may be damaged. */
    @Test
    void whatIsWhollyCoveredIsNotTouched() {
        MemVfs vfs = new MemVfs();
        Engine engine = open(vfs);
        put(engine, 0, 2_000);
        engine.compact(Family.WRITE, Range.ALL);
        engine.close();
        List<String> tables = vfs.list("db").stream().filter(name -> name.endsWith(".sst")).toList();
        assertTrue(tables.size() > 5);
        tables.forEach(name -> vfs.damage("db/" + name, 20, 4));
        try (Engine again = open(vfs)) {
            again.write(new WriteBatch().deleteRange(Family.WRITE, null, null), Durability.BUFFERED);
            assertEquals(0, rows(again, null));
            assertNull(again.get(Family.WRITE, key(1), null));
            again.compact(Family.WRITE, Range.ALL);
            assertEquals(0, again.stats().levels().stream().mapToInt(EngineStats.Level::tables).sum());
        }
    }

    /** A queue whose head is deleted by ranges: a reader beside it sees all rows of a moment or none of those deleted. */
    @Test
    void readersBesideDeletions() throws InterruptedException {
        try (ThreadScheduler scheduler = new ThreadScheduler(2)) {
            try (Engine engine = Engine.open("db", EngineOptions.tiny(), TestWorld.ports(new MemVfs(), scheduler))) {
                AtomicBoolean done = new AtomicBoolean();
                AtomicBoolean torn = new AtomicBoolean();
                Thread reader = Thread.ofPlatform().start(() -> {
                    while (!done.get()) {
                        int seen = rows(engine, null);
                        torn.compareAndSet(false, seen % 50 != 0);
                    }
                });
                for (int round = 0; round < 200; round++) {
                    WriteBatch fifty = new WriteBatch();
                    for (int i = 0; i < 50; i++) {
                        fifty.put(Family.WRITE, key(round * 50 + i), b("value"));
                    }
                    engine.write(fifty, Durability.BUFFERED);
                    if (round % 3 == 2) {
                        delete(engine, (round - 2) * 50, (round - 1) * 50);
                    }
                    if (round % 60 == 59) {
                        engine.compact(Family.WRITE, Range.ALL);
                    }
                }
                done.set(true);
                reader.join();
                assertTrue(!torn.get(), "a reader saw part of a deletion");
                assertEquals((200 - 66) * 50, rows(engine, null));
            }
        }
    }
}
