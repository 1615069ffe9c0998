package io.nokv.lsm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.port.Ports;
import io.nokv.base.system.WaitFree;
import io.nokv.base.system.SystemClock;
import io.nokv.base.system.SystemEntropy;
import io.nokv.base.system.ThreadScheduler;
import io.nokv.base.vfs.Vfs;
import io.nokv.lsm.vfs.MemVfs;
import io.nokv.lsm.vfs.RealVfs;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract of {@link Engine}, one sentence at a time. */
class EngineBasicsTest {
    @TempDir
    Path directory;

    private final ThreadScheduler scheduler = new ThreadScheduler(2);

    @AfterEach
    void stop() {
        scheduler.close();
    }

    private Ports ports(Vfs vfs) {
        return new Ports(new SystemClock(), new SystemEntropy(), scheduler, vfs);
    }

    private static byte[] b(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static WriteBatch put(String key, String value) {
        return new WriteBatch().put(Family.DEFAULT, b(key), b(value));
    }

    @Test
    void whatWasAcknowledgedIsThereAfterReopening() {
        for (Vfs vfs : List.of(new MemVfs(), new RealVfs(directory))) {
            try (Engine engine = Engine.open("db", EngineOptions.defaults(), ports(vfs))) {
                for (int i = 0; i < 100; i++) {
                    assertEquals(i + 1, engine.write(put("k" + i, "v" + i), Durability.FSYNC));
                }
                assertEquals(100, engine.durableSequence());
                assertEquals(100, engine.visibleSequence());
            }
            for (int round = 0; round < 3; round++) {
                try (Engine engine = Engine.open("db", EngineOptions.defaults(), ports(vfs))) {
                    assertArrayEquals(b("v42"), engine.get(Family.DEFAULT, b("k42"), null));
                    assertNull(engine.get(Family.DEFAULT, b("k100"), null));
                    assertNull(engine.get(Family.WRITE, b("k42"), null));
                    assertEquals(100 + round, engine.visibleSequence());
                    engine.write(put("more", "x"), Durability.BUFFERED);
                }
            }
        }
    }

    @Test
    void aThreadThatNeverWaitsReadsWhatIsInMemoryAndNothingElse() throws InterruptedException {
        Vfs vfs = new RealVfs(directory);
        try (Engine engine = Engine.open("", EngineOptions.defaults(), ports(vfs))) {
            engine.write(put("old", "1"), Durability.FSYNC);
            engine.flush();
        }
        try (Engine engine = Engine.open("", EngineOptions.defaults(), ports(vfs))) {
            engine.write(put("new", "2"), Durability.BUFFERED);
            onLoop(() -> {
                assertArrayEquals(b("2"), engine.get(Family.DEFAULT, b("new"), null));
                assertThrows(WaitFree.WouldWait.class, () -> engine.get(Family.DEFAULT, b("old"), null));
                assertThrows(WaitFree.WouldWait.class, () -> engine.cursor(Family.DEFAULT, Range.ALL, null).close());
            });
            assertArrayEquals(b("1"), engine.get(Family.DEFAULT, b("old"), null));
            onLoop(() -> assertArrayEquals(b("1"), engine.get(Family.DEFAULT, b("old"), null)));
        }
    }

    /** Runs it on a thread that never waits, and rethrows what it throws. */
    private static void onLoop(Runnable reads) throws InterruptedException {
        class Loop extends Thread implements WaitFree {
            private Throwable failure;

            @Override
            public void run() {
                try {
                    reads.run();
                } catch (Throwable t) {
                    failure = t;
                }
            }
        }
        Loop loop = new Loop();
        loop.start();
        loop.join();
        if (loop.failure != null) {
            throw new AssertionError(loop.failure);
        }
    }

    @Test
    void aSnapshotDoesNotMove() {
        try (Engine engine = Engine.open("", EngineOptions.defaults(), ports(new MemVfs()))) {
            engine.write(put("a", "1").put(Family.DEFAULT, b("b"), b("1")), Durability.BUFFERED);
            try (Snapshot snapshot = engine.snapshot()) {
                engine.write(put("a", "2").delete(Family.DEFAULT, b("b")), Durability.BUFFERED);
                assertArrayEquals(b("1"), engine.get(Family.DEFAULT, b("a"), snapshot));
                assertArrayEquals(b("1"), engine.get(Family.DEFAULT, b("b"), snapshot));
                assertArrayEquals(b("2"), engine.get(Family.DEFAULT, b("a"), null));
                assertNull(engine.get(Family.DEFAULT, b("b"), null));
                byte[][] both = engine.multiGet(Family.DEFAULT, new byte[][]{b("a"), b("b")}, null);
                assertArrayEquals(b("2"), both[0]);
                assertNull(both[1]);
            }
        }
    }

    @Test
    void laterOperationsOfABatchWin() {
        try (Engine engine = Engine.open("", EngineOptions.defaults(), ports(new MemVfs()))) {
            engine.write(put("a", "1").delete(Family.DEFAULT, b("a")).put(Family.DEFAULT, b("a"), b("3")),
                    Durability.FSYNC);
            assertArrayEquals(b("3"), engine.get(Family.DEFAULT, b("a"), null));
        }
    }

    @Test
    void aCursorWalksBothWaysWithinItsBounds() {
        try (Engine engine = Engine.open("", EngineOptions.defaults(), ports(new MemVfs()))) {
            for (String key : List.of("a", "b", "c", "d", "e")) {
                engine.write(put(key, "old"), Durability.BUFFERED);
                engine.write(put(key, key.toUpperCase(java.util.Locale.ROOT)), Durability.BUFFERED);
            }
            engine.write(new WriteBatch().delete(Family.DEFAULT, b("c")), Durability.BUFFERED);
            try (Cursor cursor = engine.cursor(Family.DEFAULT, new Range(b("b"), b("e")), null)) {
                engine.write(put("bb", "unseen"), Durability.BUFFERED);
                List<String> seen = new ArrayList<>();
                for (cursor.seekToFirst(); cursor.isValid(); cursor.next()) {
                    seen.add(new String(cursor.key()) + new String(cursor.value()));
                }
                assertEquals(List.of("bB", "dD"), seen);
                cursor.seekToLast();
                assertEquals("d", new String(cursor.key()));
                cursor.prev();
                assertEquals("b", new String(cursor.key()));
                cursor.next();
                assertEquals("d", new String(cursor.key()));
                cursor.prev();
                cursor.prev();
                assertFalse(cursor.isValid());
                cursor.seekForPrev(b("c"));
                assertEquals("b", new String(cursor.key()));
                cursor.seekForPrev(b("zzz"));
                assertEquals("d", new String(cursor.key()));
                cursor.seek(b("a"));
                assertEquals("b", new String(cursor.key()));
                cursor.seek(b("e"));
                assertFalse(cursor.isValid());
            }
        }
    }

    @Test
    void oneOpenerAtATime() {
        for (Vfs vfs : List.of(new MemVfs(), new RealVfs(directory))) {
            try (Engine engine = Engine.open("db", EngineOptions.defaults(), ports(vfs))) {
                NokvException refused = assertThrows(NokvException.class,
                        () -> Engine.open("db", EngineOptions.defaults(), ports(vfs)));
                assertEquals(FailureCode.LOCKED, refused.code());
                assertTrue(refused.getMessage().contains("db/LOCK"), refused.getMessage());
                engine.write(put("a", "1"), Durability.FSYNC);
            }
        }
    }

    @Test
    void aClosedEngineRefuses() {
        Engine engine = Engine.open("", EngineOptions.defaults(), ports(new MemVfs()));
        engine.close();
        engine.close();
        assertEquals(FailureCode.CLOSED,
                assertThrows(NokvException.class, () -> engine.get(Family.DEFAULT, b("a"), null)).code());
        assertEquals(FailureCode.CLOSED, assertThrows(NokvException.class, () -> engine.submit(put("a", "1"))).code());
    }

    @Test
    void manyWritersShareSyncs() throws InterruptedException {
        int writers = 16;
        int each = 200;
        RealVfs vfs = new RealVfs(directory);
        try (Engine engine = Engine.open("db", EngineOptions.defaults(), ports(vfs))) {
            List<Thread> threads = new ArrayList<>();
            for (int w = 0; w < writers; w++) {
                int writer = w;
                threads.add(Thread.ofVirtual().start(() -> {
                    for (int i = 0; i < each; i++) {
                        long sequence = engine.write(put(writer + "/" + i, "v"), Durability.FSYNC);
                        assertTrue(engine.durableSequence() >= sequence);
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertEquals(writers * each, engine.durableSequence());
            EngineStats.Log log = engine.stats().log();
            assertEquals(writers * each, log.batches());
            assertTrue(log.syncs() < log.batches() / 2, log::toString);
        }
        try (Engine engine = Engine.open("db", EngineOptions.defaults(), ports(vfs))) {
            for (int w = 0; w < writers; w++) {
                for (int i = 0; i < each; i++) {
                    assertArrayEquals(b("v"), engine.get(Family.DEFAULT, b(w + "/" + i), null));
                }
            }
        }
    }
}
