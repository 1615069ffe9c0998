package io.nokv.lsm;

import static io.nokv.lsm.TestWorld.b;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.system.ThreadScheduler;
import io.nokv.base.vfs.Vfs;
import io.nokv.lsm.vfs.MemVfs;
import io.nokv.lsm.vfs.RealVfs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More data than memory tables hold, and more threads than one. */
class EngineScaleTest {
    @TempDir
    Path directory;

    private final EngineOptions options = EngineOptions.defaults().withMemtableBytes(1 << 20)
            .withWalSegmentBytes(1 << 20);

    @Test
    void aLargeScanBothWays() {
        TestWorld.seeded(getClass(), random -> {
            TreeMap<String, String> model = new TreeMap<>();
            try (ThreadScheduler scheduler = new ThreadScheduler(2);
                    Engine engine = Engine.open("db", options, TestWorld.ports(new MemVfs(), scheduler))) {
                for (int i = 0; i < 60_000; i++) {
                    String key = String.format("mount/%04d/name-%08d", random.nextInt(50), random.nextInt(40_000));
                    WriteBatch batch = new WriteBatch();
                    if (random.nextInt(5) == 0) {
                        model.remove(key);
                        batch.delete(Family.WRITE, b(key));
                    } else {
                        model.put(key, "value " + i);
                        batch.put(Family.WRITE, b(key), b("value " + i));
                    }
                    engine.write(batch, Durability.BUFFERED);
                }
                assertTrue(engine.stats().flushes().count() > 0);
                try (Cursor cursor = engine.cursor(Family.WRITE, Range.prefix(b("mount/")), null)) {
                    cursor.seekToFirst();
                    for (var expected : model.entrySet()) {
                        assertTrue(cursor.isValid());
                        assertEquals(expected.getKey(), new String(cursor.key()));
                        assertEquals(expected.getValue(), new String(cursor.value()));
                        cursor.next();
                    }
                    assertFalse(cursor.isValid());
                    cursor.seekToLast();
                    for (var expected : model.descendingMap().entrySet()) {
                        assertTrue(cursor.isValid());
                        assertEquals(expected.getKey(), new String(cursor.key()));
                        cursor.prev();
                    }
                    assertFalse(cursor.isValid());
                }
                byte[][] keys = model.keySet().stream().limit(2000).map(TestWorld::b).toArray(byte[][]::new);
                byte[][] values = engine.multiGet(Family.WRITE, keys, null);
                for (int i = 0; i < keys.length; i++) {
                    assertArrayEquals(b(model.get(new String(keys[i]))), values[i]);
                }
            }
        });
    }

    /** Writers bump all keys in one batch; whatever a reader sees, all keys have the same value. */
    @Test
    void readersNeverSeeHalfABatch() throws InterruptedException {
        for (Vfs vfs : List.of(new MemVfs(), new RealVfs(directory))) {
            AtomicReference<Throwable> failure = new AtomicReference<>();
            AtomicBoolean stop = new AtomicBoolean();
            try (ThreadScheduler scheduler = new ThreadScheduler(2);
                    Engine engine = Engine.open("db", EngineOptions.tiny(), TestWorld.ports(vfs, scheduler))) {
                write(engine, 0);
                List<Thread> threads = new ArrayList<>();
                for (int r = 0; r < 3; r++) {
                    boolean backward = r == 1;
                    threads.add(start(failure, () -> {
                        while (!stop.get()) {
                            readOnce(engine, backward);
                        }
                    }));
                }
                Thread writer = start(failure, () -> {
                    for (int i = 1; i <= 1500; i++) {
                        write(engine, i);
                    }
                });
                writer.join();
                stop.set(true);
                for (Thread thread : threads) {
                    thread.join();
                }
                assertEquals(null, failure.get());
                assertTrue(engine.stats().compactions().count() > 0);
            }
        }
    }

    private static Thread start(AtomicReference<Throwable> failure, Runnable work) {
        return Thread.ofPlatform().start(() -> {
            try {
                work.run();
            } catch (RuntimeException | Error e) {
                failure.compareAndSet(null, e);
            }
        });
    }

    private static void write(Engine engine, int value) {
        WriteBatch batch = new WriteBatch();
        for (int i = 0; i < 5; i++) {
            batch.put(Family.WRITE, b("key" + i), b(Integer.toString(value)));
        }
        engine.write(batch, value % 50 == 0 ? Durability.FSYNC : Durability.BUFFERED);
    }

    private static void readOnce(Engine engine, boolean backward) {
        try (Cursor cursor = engine.cursor(Family.WRITE, Range.ALL, null)) {
            int count = 0;
            String first = null;
            if (backward) {
                cursor.seekToLast();
            } else {
                cursor.seekToFirst();
            }
            while (cursor.isValid()) {
                String value = new String(cursor.value());
                first = first == null ? value : first;
                assertEquals(first, value);
                count++;
                if (backward) {
                    cursor.prev();
                } else {
                    cursor.next();
                }
            }
            assertEquals(5, count);
        }
    }

    /** A caller that is interrupted in the middle of everything takes nothing away from the others. */
    @Test
    void anInterruptedCallerHarmsNobody() throws InterruptedException {
        try (ThreadScheduler scheduler = new ThreadScheduler(2);
                Engine engine = Engine.open("db", EngineOptions.tiny(),
                        TestWorld.ports(new RealVfs(directory), scheduler))) {
            AtomicReference<Throwable> failure = new AtomicReference<>();
            AtomicBoolean stop = new AtomicBoolean();
            write(engine, 0);
            Thread nervous = start(failure, () -> {
                for (int i = 0; !stop.get(); i++) {
                    Thread.currentThread().interrupt();
                    engine.write(new WriteBatch().put(Family.LOCK, b("n" + i % 100), new byte[50]), Durability.FSYNC);
                    engine.get(Family.LOCK, b("n" + i % 77), null);
                    readOnce(engine, false);
                }
            });
            for (int i = 1; i < 400; i++) {
                write(engine, i);
            }
            stop.set(true);
            nervous.join();
            assertEquals(null, failure.get());
            write(engine, 1000);
            readOnce(engine, true);
            assertEquals(null, engine.stats().failure());
        }
    }

    @Test
    void aSlowReaderKeepsItsTables() {
        try (ThreadScheduler scheduler = new ThreadScheduler(2);
                Engine engine = Engine.open("db", EngineOptions.tiny().withBlockCacheBytes(0),
                        TestWorld.ports(new RealVfs(directory), scheduler))) {
            for (int i = 0; i < 2000; i++) {
                engine.write(new WriteBatch().put(Family.WRITE, b(String.format("k%05d", i)), b("first")),
                        Durability.BUFFERED);
            }
            try (Cursor cursor = engine.cursor(Family.WRITE, Range.ALL, null)) {
                cursor.seekToFirst();
                for (int i = 0; i < 2000; i++) {
                    engine.write(new WriteBatch().put(Family.WRITE, b(String.format("k%05d", i)), b("second")),
                            Durability.BUFFERED);
                }
                engine.compact(Family.WRITE, Range.ALL);
                int count = 0;
                for (; cursor.isValid(); cursor.next()) {
                    assertEquals("first", new String(cursor.value()));
                    count++;
                }
                assertEquals(2000, count);
            }
            assertArrayEquals(b("second"), engine.get(Family.WRITE, b("k00042"), null));
        }
    }
}
