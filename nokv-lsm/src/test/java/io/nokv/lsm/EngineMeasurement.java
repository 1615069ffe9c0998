package io.nokv.lsm;

import static io.nokv.lsm.TestWorld.b;

import io.nokv.base.system.ThreadScheduler;
import io.nokv.lsm.vfs.RealVfs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Prints what this machine reaches; asserts nothing about time. */
@Tag("slow")
class EngineMeasurement {
    private static final int KEYS = 500_000;

    @Test
    void rates() throws Exception {
        Path directory = Files.createTempDirectory(Path.of(System.getProperty("nokv.measure.dir", "target")),
                "measure");
        try (ThreadScheduler scheduler = new ThreadScheduler();
                Engine engine = Engine.open("db", EngineOptions.defaults().withMemtableBytes(32 << 20),
                        TestWorld.ports(new RealVfs(directory), scheduler))) {
            for (int writers : new int[]{1, 1, 4, 16, 64}) {
                durableWrites(engine, writers);
            }
            load(engine);
            engine.flush();
            points(engine, "memtable empty, tables warm");
            points(engine, "again");
            scans(engine);
            for (Family family : Family.values()) {
                engine.compact(family, Range.ALL);
            }
            points(engine, "compacted");
            scans(engine);
            System.out.println(engine.stats());
        }
    }

    private static void durableWrites(Engine engine, int writers) throws InterruptedException {
        long until = System.nanoTime() + 3_000_000_000L;
        AtomicLong done = new AtomicLong();
        long syncsBefore = engine.stats().log().syncs();
        List<Thread> threads = new ArrayList<>();
        long start = System.nanoTime();
        for (int w = 0; w < writers; w++) {
            int writer = w;
            threads.add(Thread.ofVirtual().start(() -> {
                for (int i = 0; System.nanoTime() < until; i++) {
                    engine.write(new WriteBatch().put(Family.DEFAULT, b("w" + writer + "/" + i), new byte[80]),
                            Durability.FSYNC);
                    done.incrementAndGet();
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf("durable writes of 100 B, %2d virtual threads: %,9.0f /s, %,7.0f syncs/s%n", writers,
                done.get() / seconds, (engine.stats().log().syncs() - syncsBefore) / seconds);
    }

    private static byte[] key(int i) {
        return b(String.format("mount/%04d/name-%08d", i / 1000, i));
    }

    private static void load(Engine engine) {
        TestWorld.Seeded random = new TestWorld.Seeded(1);
        long start = System.nanoTime();
        for (int i = 0; i < KEYS; i++) {
            engine.write(new WriteBatch().put(Family.WRITE, key(random.nextInt(KEYS)), new byte[100]),
                    Durability.BUFFERED);
        }
        System.out.printf("buffered writes, random keys: %,.0f /s%n", KEYS / ((System.nanoTime() - start) / 1e9));
    }

    private static void points(Engine engine, String what) {
        TestWorld.Seeded random = new TestWorld.Seeded(2);
        int count = 500_000;
        int found = 0;
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            found += engine.get(Family.WRITE, key(random.nextInt(KEYS)), null) != null ? 1 : 0;
        }
        System.out.printf("point gets, one thread, %s: %,.0f /s (%d%% found)%n", what,
                count / ((System.nanoTime() - start) / 1e9), found * 100L / count);
    }

    private static void scans(Engine engine) {
        for (int round = 0; round < 2; round++) {
            long start = System.nanoTime();
            int rows = 0;
            long bytes = 0;
            try (Cursor cursor = engine.cursor(Family.WRITE, Range.ALL, null)) {
                for (cursor.seekToFirst(); cursor.isValid(); cursor.next()) {
                    bytes += cursor.key().length + cursor.value().length;
                    rows++;
                }
            }
            System.out.printf("forward scan: %,.0f rows/s (%d rows, %d bytes)%n",
                    rows / ((System.nanoTime() - start) / 1e9), rows, bytes);
        }
        long start = System.nanoTime();
        int rows = 0;
        try (Cursor cursor = engine.cursor(Family.WRITE, Range.ALL, null)) {
            for (cursor.seekToLast(); cursor.isValid(); cursor.prev()) {
                rows += cursor.key().length > 0 ? 1 : 0;
            }
        }
        System.out.printf("backward scan: %,.0f rows/s%n", rows / ((System.nanoTime() - start) / 1e9));
        start = System.nanoTime();
        rows = 0;
        TestWorld.Seeded random = new TestWorld.Seeded(3);
        int directories = 2000;
        for (int i = 0; i < directories; i++) {
            byte[] prefix = b(String.format("mount/%04d/", random.nextInt(KEYS / 1000)));
            int limit = 100;
            try (Cursor cursor = engine.cursor(Family.WRITE, Range.prefix(prefix), null)) {
                for (cursor.seekToFirst(); cursor.isValid() && limit-- > 0; cursor.next()) {
                    rows += cursor.key().length + cursor.value().length > 0 ? 1 : 0;
                }
            }
        }
        System.out.printf("directory pages of 100 rows: %,.0f pages/s, %,.0f rows/s%n",
                directories / ((System.nanoTime() - start) / 1e9), rows / ((System.nanoTime() - start) / 1e9));
    }
}
