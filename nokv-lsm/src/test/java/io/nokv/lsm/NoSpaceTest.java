package io.nokv.lsm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.lsm.vfs.MemVfs;
import org.junit.jupiter.api.Test;

/** A full device: writes are refused by name, reads go on, and with space the engine goes on by itself. */
class NoSpaceTest {
    private static final EngineOptions OPTIONS = EngineOptions.tiny();
    private static final long NEVER = 1_000_000;

    private final MemVfs disk = new MemVfs();
    private final FullVfs full = new FullVfs(disk);

    private static byte[] key(long i) {
        return TestWorld.b(String.format("key-%08d", i));
    }

    private static byte[] value(long i) {
        return TestWorld.b("value-" + i + "-".repeat(100));
    }

    private static void put(Engine engine, long i) {
        engine.write(new WriteBatch().put(Family.DEFAULT, key(i), value(i)), Durability.FSYNC);
    }

    /** Writes until it is refused; the number of what was acknowledged. */
    private static long fill(Engine engine, long from) {
        for (long i = from; i < NEVER; i++) {
            try {
                put(engine, i);
            } catch (NokvException e) {
                assertEquals(FailureCode.NO_SPACE, e.code(), e.toString());
                return i;
            }
        }
        throw new AssertionError("the device never got full");
    }

    private static void reads(Engine engine, long count) {
        for (long i = 0; i < count; i++) {
            assertArrayEquals(value(i), engine.get(Family.DEFAULT, key(i), null), "key " + i);
        }
        assertNull(engine.get(Family.DEFAULT, key(count), null), "a refused write was made");
        long seen = 0;
        try (Cursor cursor = engine.cursor(Family.DEFAULT, Range.ALL, null)) {
            for (cursor.seekToFirst(); cursor.isValid(); cursor.next()) {
                seen++;
            }
        }
        assertEquals(count, seen);
    }

    /** Tries until it is taken: the delays of the scheduler pass at once, so a few tries do. */
    private static void taken(Engine engine, long i, StepScheduler scheduler) {
        for (int tries = 0;; tries++) {
            scheduler.runSome();
            try {
                put(engine, i);
                return;
            } catch (NokvException e) {
                assertEquals(FailureCode.NO_SPACE, e.code(), e.toString());
                assertTrue(tries < 10_000, "writes are still refused");
            }
        }
    }

    @Test
    void tablesThatFoundNoSpaceAreWrittenWhenThereIsSome() {
        TestWorld.seeded(getClass(), random -> {
            StepScheduler scheduler = new StepScheduler(random);
            long count;
            try (Engine engine = Engine.open("db", OPTIONS, TestWorld.ports(full, scheduler))) {
                full.tablesFail = true;
                count = fill(engine, 0);
                assertTrue(count > 0);
                assertNotNull(engine.stats().failure());
                assertTrue(engine.stats().failure().contains("no space left on device"), engine.stats().failure());
                reads(engine, count);
                NokvException flush = assertThrows(NokvException.class, engine::flush);
                assertEquals(FailureCode.NO_SPACE, flush.code(), flush.toString());
                for (int steps = 0; full.refused < 5; steps++) {
                    assertTrue(steps < 10_000, "was not tried again");
                    scheduler.runSome();
                }
                long tables = disk.list("db").stream().filter(name -> name.endsWith(".sst")).count();
                full.tablesFail = false;
                taken(engine, count, scheduler);
                assertNull(engine.stats().failure());
                for (long i = count + 1; i < count + 500; i++) {
                    put(engine, i);
                }
                count += 500;
                engine.flush();
                engine.compact(Family.DEFAULT, Range.ALL);
                assertTrue(tables <= 1, tables + " tables were left by failed tries");
                reads(engine, count);
            }
            reopened(count);
        });
    }

    /** Space is looked at before it is needed: nothing fails, and the log can take what it took on. */
    @Test
    void writesStopWhileThereIsRoomForTheLog() {
        TestWorld.seeded(getClass(), random -> {
            StepScheduler scheduler = new StepScheduler(random);
            long count;
            try (Engine engine = Engine.open("db", OPTIONS, TestWorld.ports(full, scheduler))) {
                for (long i = 0; i < 300; i++) {
                    put(engine, i);
                }
                full.free = 1_000;
                count = fill(engine, 300);
                assertTrue(count < 400, "took " + count + " writes");
                reads(engine, count);
                NokvException e = assertThrows(NokvException.class, () -> put(engine, NEVER));
                assertTrue(e.getMessage().contains("1000 bytes are free"), e.getMessage());
                engine.write(new WriteBatch().put(Family.LOCAL, TestWorld.b("fence"), TestWorld.b("1")),
                        Durability.FSYNC);
                full.free = Long.MAX_VALUE;
                taken(engine, count, scheduler);
                count++;
                reads(engine, count);
            }
            reopened(count);
        });
    }

    @Test
    void aStoreThatIsClosedWhileFullOpensWithEverything() {
        TestWorld.seeded(getClass(), random -> {
            full.tablesFail = true;
            Engine engine = Engine.open("db", OPTIONS, TestWorld.ports(full, new StepScheduler(random)));
            long count = fill(engine, 0);
            engine.close();
            full.tablesFail = false;
            reopened(count);
        });
    }

    private void reopened(long count) {
        TestWorld.seeded(getClass(), random -> {
            try (Engine engine = Engine.open("db", OPTIONS, TestWorld.ports(disk, new StepScheduler(random)))) {
                reads(engine, count);
            }
        });
    }
}
