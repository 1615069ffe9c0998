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
import io.nokv.lsm.transfer.Checkpoint;
import io.nokv.lsm.vfs.MemVfs;
import io.nokv.lsm.vfs.RealVfs;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies of a store that share its tables. That no crash leaves half a copy is {@link PowerLossTest}'s to show. */
class CheckpointTest {
    @TempDir
    Path directory;

    private static WriteBatch row(int n, String value) {
        return new WriteBatch().put(Family.WRITE, b(String.format("row/%05d", n)), b(value));
    }

    @Test
    void originalAndCopyGoTheirOwnWays() {
        try (ThreadScheduler scheduler = new ThreadScheduler(2)) {
            Vfs vfs = new RealVfs(directory);
            try (Engine engine = Engine.open("db", EngineOptions.tiny(), TestWorld.ports(vfs, scheduler))) {
                for (int i = 0; i < 2_000; i++) {
                    engine.write(row(i, "before"), Durability.BUFFERED);
                }
                Checkpoint made = engine.checkpoint("backups/today/first");
                assertEquals(2_000, made.sequence());
                assertTrue(made.tables() > 1 && made.bytes() > 10_000, made::toString);
                assertEquals(1, engine.stats().transfers().checkpoints());
                for (int i = 0; i < 2_000; i++) {
                    engine.write(row(i, "after"), Durability.BUFFERED);
                }
                engine.compact(Family.WRITE, Range.ALL);
                try (Engine copy = Engine.open("backups/today/first", EngineOptions.tiny(),
                        TestWorld.ports(vfs, scheduler))) {
                    assertEquals(2_000, copy.visibleSequence());
                    copy.write(row(7, "only here"), Durability.FSYNC);
                    copy.compact(Family.WRITE, Range.ALL);
                    assertArrayEquals(b("only here"), copy.get(Family.WRITE, b("row/00007"), null));
                    assertArrayEquals(b("before"), copy.get(Family.WRITE, b("row/01999"), null));
                }
                assertArrayEquals(b("after"), engine.get(Family.WRITE, b("row/00007"), null));
            }
        }
    }

    /** While others write: what is in the copy is every batch up to its sequence number. */
    @Test
    void writersGoOnMeanwhile() throws InterruptedException {
        try (ThreadScheduler scheduler = new ThreadScheduler(2)) {
            MemVfs vfs = new MemVfs();
            try (Engine engine = Engine.open("db", EngineOptions.tiny(), TestWorld.ports(vfs, scheduler))) {
                Thread writer = Thread.ofPlatform().start(() -> {
                    for (int i = 1; i <= 6_000; i++) {
                        engine.write(row(i, "x"), Durability.BUFFERED);
                    }
                });
                for (int run = 0; run < 8; run++) {
                    long before = engine.visibleSequence();
                    Checkpoint made = engine.checkpoint("copy" + run);
                    assertTrue(made.sequence() >= before);
                    try (Engine copy = Engine.open("copy" + run, EngineOptions.tiny(),
                            TestWorld.ports(vfs, scheduler)); Cursor all = copy.cursor(Family.WRITE, Range.ALL, null)) {
                        long rows = 0;
                        for (all.seekToFirst(); all.isValid(); all.next()) {
                            assertEquals(String.format("row/%05d", ++rows), new String(all.key()));
                        }
                        assertEquals(made.sequence(), rows);
                    }
                }
                writer.join();
            }
        }
    }

    @Test
    void anEmptyStoreHasACheckpointToo() {
        MemVfs vfs = new MemVfs();
        StepScheduler scheduler = new StepScheduler(new TestWorld.Seeded(1));
        try (Engine engine = Engine.open("db", EngineOptions.tiny(), TestWorld.ports(vfs, scheduler))) {
            assertEquals(new Checkpoint("copy", 0, 0, 0), engine.checkpoint("copy"));
        }
        try (Engine copy = Engine.open("copy", EngineOptions.tiny(), TestWorld.ports(vfs, scheduler))) {
            assertNull(copy.get(Family.WRITE, b("a"), null));
        }
    }

    @Test
    void whatIsThereIsNotOverwritten() {
        MemVfs vfs = new MemVfs();
        try (Engine engine = Engine.open("db", EngineOptions.tiny(), TestWorld.ports(vfs,
                new StepScheduler(new TestWorld.Seeded(1))))) {
            vfs.makeDirectories("copy");
            for (String target : List.of("copy", "db", "")) {
                assertEquals(FailureCode.FILE_EXISTS,
                        assertThrows(NokvException.class, () -> engine.checkpoint(target)).code());
            }
            assertTrue(vfs.list("db").stream().noneMatch(name -> name.endsWith(".building")));
        }
    }

    /** The power goes at every call of the first opening of a copy: it can be opened afterwards. */
    @Test
    void theFirstOpeningMayBeInterrupted() {
        TestWorld.seeded(getClass(), random -> {
            for (int cut = 1; cut < 60; cut++) {
                MemVfs disk = new MemVfs();
                StepScheduler scheduler = new StepScheduler(random);
                try (Engine engine = Engine.open("db", EngineOptions.tiny(), TestWorld.ports(disk, scheduler))) {
                    engine.write(row(1, "here"), Durability.BUFFERED);
                    engine.checkpoint("copy");
                }
                FaultVfs cutting = new FaultVfs(disk, FaultVfs.Fault.POWER_CUT, cut);
                try {
                    Engine.open("copy", EngineOptions.tiny(), TestWorld.ports(cutting, scheduler)).close();
                } catch (NokvException _) {
                    assertTrue(cutting.reached());
                }
                disk.crash(random);
                try (Engine copy = Engine.open("copy", EngineOptions.tiny(), TestWorld.ports(disk, scheduler))) {
                    assertArrayEquals(b("here"), copy.get(Family.WRITE, b("row/00001"), null));
                }
            }
        });
    }
}
