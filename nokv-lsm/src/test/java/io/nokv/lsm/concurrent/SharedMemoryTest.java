package io.nokv.lsm.concurrent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.system.ThreadScheduler;
import io.nokv.lsm.Cursor;
import io.nokv.lsm.Durability;
import io.nokv.lsm.Engine;
import io.nokv.lsm.EngineOptions;
import io.nokv.lsm.Family;
import io.nokv.lsm.Range;
import io.nokv.lsm.Snapshot;
import io.nokv.lsm.TestWorld;
import io.nokv.lsm.WriteBatch;
import io.nokv.lsm.vfs.MemVfs;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/**
 * Memory of cached blocks and of memtables is used again: threads read in every way there is while others write, everything is
 * flushed and compacted all the time and the cache is much smaller than the store. A value says whose it is in every byte,
 * so one that was read from memory that somebody else has by now gives itself away.
 */
class SharedMemoryTest {
    private static final Family FAMILY = Family.WRITE;
    private static final int KEYS = 2_000;
    private static final int STEPS = 4_000;

    private final AtomicReference<Throwable> failed = new AtomicReference<>();
    private final AtomicInteger cursorsRead = new AtomicInteger();

    private static byte[] key(int i) {
        return TestWorld.b(String.format("key/%06d", i));
    }

    private static byte[] value(int i, TestWorld.Seeded random) {
        byte[] value = new byte[20 + random.nextInt(300)];
        Arrays.fill(value, (byte) (i * 31 + 7));
        return value;
    }

    private static void check(int i, byte[] array, int offset, int length) {
        assertTrue(length >= 20 && length < 320, () -> "a value of " + length + " bytes of key " + i);
        for (int at = offset; at < offset + length; at++) {
            assertEquals((byte) (i * 31 + 7), array[at], () -> "a byte of key " + i);
        }
    }

    private interface Step {
        void run(TestWorld.Seeded random, int number);
    }

    private Thread thread(long seed, AtomicBoolean stop, Step step) {
        TestWorld.Seeded random = new TestWorld.Seeded(seed);
        return Thread.ofPlatform().start(() -> {
            try {
                for (int i = 0; i < STEPS && !stop.get(); i++) {
                    step.run(random, i);
                }
            } catch (RuntimeException | AssertionError e) {
                failed.compareAndSet(null, e);
                stop.set(true);
            }
        });
    }

    private static void write(Engine engine, TestWorld.Seeded random) {
        WriteBatch batch = new WriteBatch();
        for (int i = 0; i < 5; i++) {
            int number = random.nextInt(KEYS);
            batch.put(FAMILY, key(number), value(number, random));
        }
        engine.write(batch, Durability.BUFFERED);
    }

    private void scan(Engine engine, TestWorld.Seeded random, Snapshot snapshot) {
        int begin = random.nextInt(KEYS);
        boolean forward = random.nextInt(3) > 0;
        try (Cursor cursor = engine.cursor(FAMILY, new Range(key(begin), null), snapshot)) {
            if (forward) {
                cursor.seekToFirst();
            } else {
                cursor.seekToLast();
            }
            int at = forward ? begin : KEYS - 1;
            for (int rows = random.nextInt(200); rows > 0 && cursor.isValid(); rows--) {
                assertEquals(new String(key(at), StandardCharsets.UTF_8),
                        new String(cursor.key(), StandardCharsets.UTF_8));
                check(at, cursor.valueArray(), cursor.valueOffset(), cursor.valueLength());
                if (forward) {
                    cursor.next();
                    at++;
                } else {
                    cursor.prev();
                    at--;
                }
            }
            cursorsRead.incrementAndGet();
        }
    }

    private static void readMany(Engine engine, TestWorld.Seeded random) {
        int first = random.nextInt(KEYS - 60);
        byte[][] keys = new byte[50][];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = key(first + i);
        }
        byte[][] found = engine.multiGet(FAMILY, keys, null);
        for (int i = 0; i < keys.length; i++) {
            check(first + i, found[i], 0, found[i].length);
        }
    }

    private void read(Engine engine, TestWorld.Seeded random) {
        int number = random.nextInt(1 + random.nextInt(KEYS));
        switch (random.nextInt(20)) {
            case 0 -> readMany(engine, random);
            case 1, 2 -> scan(engine, random, null);
            case 3 -> {
                try (Snapshot snapshot = engine.snapshot("reader")) {
                    scan(engine, random, snapshot);
                    byte[] value = engine.get(FAMILY, key(number), snapshot);
                    check(number, value, 0, value.length);
                }
            }
            case 4, 5, 6, 7, 8 -> engine.first(FAMILY, key(number), null, (_, array, offset, length) -> {
                check(number, array, offset, length);
                return null;
            });
            default -> {
                byte[] value = engine.get(FAMILY, key(number), null);
                check(number, value, 0, value.length);
            }
        }
    }

    @Test
    void nobodyReadsWhatHasGone() {
        TestWorld.seeded(getClass(), random -> {
            EngineOptions options = EngineOptions.tiny().withMemtableBytes(48 << 10)
                    .withBlockCacheBytes(random.nextInt(2) == 0 ? 100 << 10 : 300 << 10);
            try (ThreadScheduler scheduler = new ThreadScheduler(2);
                    Engine engine = Engine.open("db", options, TestWorld.ports(new MemVfs(), scheduler))) {
                for (int i = 0; i < KEYS; i++) {
                    engine.write(new WriteBatch().put(FAMILY, key(i), value(i, random)), Durability.BUFFERED);
                }
                AtomicBoolean stop = new AtomicBoolean();
                List<Thread> threads = new ArrayList<>();
                threads.add(thread(random.nextLong(), stop, (own, number) -> {
                    write(engine, own);
                    if (number % 500 == 499) {
                        engine.compact(FAMILY, Range.ALL);
                    }
                }));
                for (int t = 0; t < 4; t++) {
                    threads.add(thread(random.nextLong(), stop, (own, _) -> read(engine, own)));
                }
                for (Thread thread : threads) {
                    thread.join();
                }
                if (failed.get() != null) {
                    throw new AssertionError("a reader met something else", failed.get());
                }
                assertNull(engine.stats().failure());
                assertTrue(engine.stats().reads().cacheMisses() > 1_000 && cursorsRead.get() > 100,
                        () -> engine.stats().toString());
            }
        });
    }
}
