package io.nokv.lsm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.lsm.vfs.MemVfs;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A failing device at the nth call: nothing acknowledged is lost, nothing is wrong, and the store opens again. */
class FaultTest {
    private static final EngineOptions OPTIONS = EngineOptions.tiny().withMemtableBytes(2_500)
            .withLevels(new EngineOptions.Levels(2, 6, 10, 2, 16 << 10, 3, 1 << 20, 64));

    @Test
    void oneFailedCall() {
        TestWorld.seeded(getClass(), random -> sweep(random, FaultVfs.Fault.EIO, 7));
    }

    @Test
    void aFullDisk() {
        TestWorld.seeded(getClass(), random -> sweep(random, FaultVfs.Fault.FULL, 11));
    }

    @Test
    void shortReadsAndWrites() {
        TestWorld.seeded(getClass(), random -> sweep(random, FaultVfs.Fault.SHORT, 41));
    }

    @Test
    @Tag("slow")
    void everythingAtEveryCall() {
        TestWorld.seeded(getClass(), random -> {
            for (FaultVfs.Fault fault : FaultVfs.Fault.values()) {
                System.out.println(sweep(random, fault, 1));
            }
        });
    }

    /** How it ended. */
    private static String sweep(TestWorld.Seeded random, FaultVfs.Fault fault, int step) {
        long seed = random.nextLong();
        FaultVfs whole = new FaultVfs(new MemVfs(), fault, 0);
        TestWorld.Seeded wholeRandom = new TestWorld.Seeded(seed);
        Workload complete = new Workload(wholeRandom, 60, OPTIONS);
        complete.run(whole, wholeRandom);
        complete.coverage().check(whole);
        int refused = 0;
        int points = 0;
        for (long at = 1 + random.nextInt(step); at <= whole.calls(); at += step) {
            points++;
            MemVfs disk = new MemVfs();
            FaultVfs failing = new FaultVfs(disk, fault, at);
            TestWorld.Seeded sameRandom = new TestWorld.Seeded(seed);
            Workload workload = new Workload(sameRandom, 60, OPTIONS);
            try {
                workload.run(failing, sameRandom);
            } catch (NokvException e) {
                refused++;
                assertTrue(failing.reached(), e::toString);
                assertTrue(fault != FaultVfs.Fault.SHORT, "short transfers are not failures: " + e);
                boolean named = e.code() == FailureCode.READ_ONLY || e.code() == FailureCode.IO_ERROR
                        || e.code() == FailureCode.NO_SPACE;
                assertTrue(named && e.getMessage().contains("injected"), e::toString);
            }
            try {
                if (random.nextInt(2) == 0) {
                    disk.crash(random);
                }
                workload.check(disk, random);
            } catch (AssertionError | NokvException e) {
                throw new AssertionError(fault + " at call " + at + " of " + whole.calls() + ": " + e, e);
            }
        }
        return fault + " at " + points + " of " + whole + ": the workload ended early " + refused + " times; "
                + complete.coverage();
    }

    /** Whatever cannot be read while a store is opened, tables and an ingest in the log included, is a device that fails and no damage. */
    @Test
    void anOpeningThatCannotReadFindsNoDamage() {
        TestWorld.seeded(getClass(), random -> {
            long seed = random.nextLong();
            FaultVfs counting = new FaultVfs(storeWithAnIngestInItsLog(seed), FaultVfs.Fault.EIO, 0);
            Engine.open("db", OPTIONS, TestWorld.ports(counting, new StepScheduler(random))).close();
            for (long at = 1; at <= counting.calls(); at++) {
                MemVfs disk = storeWithAnIngestInItsLog(seed);
                FaultVfs failing = new FaultVfs(disk, FaultVfs.Fault.EIO, at);
                try (Engine engine = Engine.open("db", OPTIONS,
                        TestWorld.ports(failing, new StepScheduler(random)))) {
                    engine.verify();
                } catch (NokvException e) {
                    boolean named = e.code() == FailureCode.READ_ONLY || e.code() == FailureCode.IO_ERROR;
                    assertTrue(named && e.getMessage().contains("injected"), e::toString);
                }
                try (Engine engine = Engine.open("db", OPTIONS, TestWorld.ports(disk, new StepScheduler(random)))) {
                    engine.verify();
                    assertEquals(60, rows(engine));
                }
            }
        });
    }

    /** A change of the manifest that was written and not synced is no damage to what the engine knows. */
    @Test
    void aManifestThatCouldNotBeWrittenIsNoDamage() {
        TestWorld.seeded(getClass(), random -> {
            for (FaultVfs.Fault fault : new FaultVfs.Fault[]{FaultVfs.Fault.EIO, FaultVfs.Fault.FULL}) {
                for (long at = 1; at <= 120; at++) {
                    MemVfs disk = new MemVfs();
                    FaultVfs failing = new FaultVfs(disk, fault, at + 20);
                    Engine engine = null;
                    try {
                        engine = Engine.open("db", OPTIONS, TestWorld.ports(failing, new StepScheduler(random)));
                        for (int i = 0; i < 8; i++) {
                            engine.write(put("key" + i), Durability.BUFFERED);
                            engine.flush();
                        }
                    } catch (NokvException e) {
                        assertTrue(e.getMessage().contains("injected"), e::toString);
                    }
                    if (engine != null) {
                        verifyAfterFailure(engine);
                    }
                }
            }
        });
    }

    /** Reading may meet the fault too; what it must not do is to find damage. */
    private static void verifyAfterFailure(Engine engine) {
        try (engine) {
            engine.verify();
        } catch (NokvException e) {
            assertTrue(e.code() != FailureCode.CORRUPTION, e::toString);
        }
    }

    private static MemVfs storeWithAnIngestInItsLog(long seed) {
        MemVfs disk = new MemVfs();
        try (Engine engine = Engine.open("db", OPTIONS.withMemtableBytes(1 << 20),
                TestWorld.ports(disk, new StepScheduler(new TestWorld.Seeded(seed))))) {
            for (int i = 0; i < 60; i++) {
                engine.write(put("key" + i), Durability.BUFFERED);
                if (i == 20) {
                    engine.flush();
                    engine.export("export", Set.of(Family.DEFAULT), Range.ALL, null);
                }
            }
            engine.ingest("export", Ingest.LINKED);
        }
        return disk;
    }

    private static int rows(Engine engine) {
        int rows = 0;
        try (Cursor cursor = engine.cursor(Family.DEFAULT, Range.ALL, null)) {
            for (cursor.seekToFirst(); cursor.isValid(); cursor.next()) {
                rows++;
            }
        }
        return rows;
    }

    /** After a failed sync the engine takes no writes, says why, and still reads. */
    @Test
    void aFailedSyncEndsWriting() {
        TestWorld.seeded(getClass(), random -> {
            MemVfs disk = new MemVfs();
            FaultVfs counting = new FaultVfs(disk, FaultVfs.Fault.EIO, 0);
            Engine probe = Engine.open("db", OPTIONS, TestWorld.ports(counting, new StepScheduler(random)));
            long afterOpening = counting.calls();
            probe.close();
            MemVfs fresh = new MemVfs();
            FaultVfs failing = new FaultVfs(fresh, FaultVfs.Fault.EIO, afterOpening + 4);
            Engine engine = Engine.open("db", OPTIONS, TestWorld.ports(failing, new StepScheduler(random)));
            NokvException first = null;
            for (int i = 0; first == null; i++) {
                WriteTicket ticket = engine.submit(put("key" + i));
                try {
                    ticket.awaitDurable();
                } catch (NokvException e) {
                    first = e;
                    NokvException again = assertThrows(NokvException.class,
                            ticket::awaitDurable);
                    assertEquals(FailureCode.READ_ONLY, again.code());
                }
            }
            assertEquals(FailureCode.READ_ONLY, first.code());
            assertTrue(first.getMessage().contains("injected EIO"), first.getMessage());
            NokvException refused = assertThrows(NokvException.class,
                    () -> engine.submit(put("later")));
            assertEquals(FailureCode.READ_ONLY, refused.code());
            assertEquals(1, engine.get(Family.DEFAULT, TestWorld.b("key0"), null).length);
            assertTrue(engine.stats().failure().contains("injected EIO"));
            assertEquals(FailureCode.READ_ONLY,
                    assertThrows(NokvException.class, engine::close).code());
        });
    }

    private static WriteBatch put(String key) {
        return new WriteBatch().put(Family.DEFAULT, TestWorld.b(key), new byte[1]);
    }
}
