package io.nokv.lsm;

import io.nokv.base.system.ThreadScheduler;
import io.nokv.lsm.vfs.RealVfs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/**
 * Random inserts as fast as the engine takes them, for as long as asked, which is more than compaction keeps up with: prints
 * what writes had to wait, what was written per byte put in, and what reads cost meanwhile and afterwards.
 *
 * <pre>
 * StallMeasurement DIRECTORY [seconds=60] [writers=2] [keys=20000000] [value=100] [memtable=8] [base=64] [table=8]
 * </pre>
 */
final class StallMeasurement {
    private static final int READS = 200_000;

    private final long[] histogram = new long[64 * 16];
    private long longest;
    private long writes;
    private long bytes;

    private static long setting(String[] args, String name, long otherwise) {
        for (String arg : args) {
            if (arg.startsWith(name + "=")) {
                return Long.parseLong(arg.substring(name.length() + 1));
            }
        }
        return otherwise;
    }

    /** Sixteen buckets per power of two. */
    private static int bucket(long nanos) {
        int exponent = 63 - Long.numberOfLeadingZeros(nanos | 16);
        return exponent * 16 + (int) (nanos >>> exponent - 4 & 15);
    }

    private static long upperEnd(int bucket) {
        int exponent = bucket / 16;
        return 16L + bucket % 16 + 1 << exponent - 4;
    }

    private void note(long nanos, int written) {
        histogram[bucket(nanos)]++;
        longest = Math.max(longest, nanos);
        writes++;
        bytes += written;
    }

    private void add(StallMeasurement other) {
        for (int i = 0; i < histogram.length; i++) {
            histogram[i] += other.histogram[i];
        }
        longest = Math.max(longest, other.longest);
        writes += other.writes;
        bytes += other.bytes;
    }

    private double millis(double quantile) {
        long left = (long) (writes * quantile);
        for (int i = 0; i < histogram.length; i++) {
            left -= histogram[i];
            if (left < 0) {
                return upperEnd(i) / 1e6;
            }
        }
        return longest / 1e6;
    }

    private static byte[] key(long number) {
        return TestWorld.b(String.format("%016x", number * 0x9E3779B97F4A7C15L));
    }

    static EngineOptions options(String[] args) {
        EngineOptions options = EngineOptions.defaults();
        EngineOptions.Levels levels = options.levels();
        EngineOptions.Tables tables = options.tables();
        return options.withMemtableBytes(setting(args, "memtable", 8) << 20)
                .withTables(new EngineOptions.Tables(tables.shape(), setting(args, "table", 8) << 20,
                        tables.compression(), tables.lowestCompression(), tables.openFiles()))
                .withCompactions(
                        new EngineOptions.Compactions((int) setting(args, "jobs", 2), (int) setting(args, "parts", 2),
                                setting(args, "part", 8) << 20, setting(args, "step", 1024) << 10,
                                setting(args, "rate", 0) << 20, setting(args, "adaptive", 0) != 0))
                .withLevels(new EngineOptions.Levels(levels.compactAt(), levels.slowAt(), levels.stopAt(),
                        levels.immutableMemtables(), setting(args, "base", 64) << 20, levels.ratio(),
                        setting(args, "debt", 2048) << 20, levels.manifestBytes()));
    }

    public static void main(String[] args) throws Exception {
        Path directory = Files.createTempDirectory(Path.of(args[0]), "stall");
        try (ThreadScheduler scheduler = new ThreadScheduler();
                Engine engine = Engine.open("db", options(args),
                        TestWorld.ports(new RealVfs(directory), scheduler))) {
            run(engine, args);
        } finally {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    private static void run(Engine engine, String[] args) throws InterruptedException {
        long seconds = setting(args, "seconds", 60);
        long keys = setting(args, "keys", 20_000_000);
        int valueBytes = (int) setting(args, "value", 100);
        AtomicBoolean stop = new AtomicBoolean();
        List<StallMeasurement> parts = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        long start = System.nanoTime();
        for (int w = 0; w < setting(args, "writers", 2); w++) {
            StallMeasurement part = new StallMeasurement();
            parts.add(part);
            TestWorld.Seeded random = new TestWorld.Seeded(w + 1);
            threads.add(Thread.ofPlatform().start(() -> {
                while (!stop.get()) {
                    byte[] key = key(Math.floorMod(random.nextLong(), keys));
                    byte[] value = new byte[valueBytes];
                    for (int i = 0; i < valueBytes / 2; i += 8) {
                        value[i] = (byte) random.nextLong();
                        value[i + 3] = (byte) random.nextLong();
                    }
                    long before = System.nanoTime();
                    engine.write(new WriteBatch().put(Family.WRITE, key, value), Durability.BUFFERED);
                    part.note(System.nanoTime() - before, key.length + valueBytes);
                }
            }));
        }
        StallMeasurement reads = new StallMeasurement();
        int mostInLevelZero = 0;
        TestWorld.Seeded random = new TestWorld.Seeded(99);
        while (System.nanoTime() - start < seconds * 1_000_000_000L) {
            for (int i = 0; i < 100; i++) {
                long before = System.nanoTime();
                byte[] found = engine.get(Family.WRITE, key(Math.floorMod(random.nextLong(), keys)), null);
                reads.note(System.nanoTime() - before, found == null ? 0 : found.length);
            }
            mostInLevelZero = Math.max(mostInLevelZero, engine.stats().levels().getFirst().tables());
            java.util.concurrent.locks.LockSupport.parkNanos(10_000_000);
        }
        stop.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        double took = (System.nanoTime() - start) / 1e9;
        StallMeasurement all = new StallMeasurement();
        parts.forEach(all::add);
        EngineStats at = engine.stats();
        System.out.printf(Locale.ROOT,
                "writes %,.0f/s, %.1f MB/s; ms p50 %.3f p99 %.3f p99.9 %.3f p99.99 %.3f max %.1f%n",
                all.writes / took, all.bytes / took / 1e6, all.millis(0.5), all.millis(0.99), all.millis(0.999),
                all.millis(0.9999), all.longest / 1e6);
        System.out.printf(Locale.ROOT,
                "write amplification %.2f; level 0 at most %d tables; slowed %d, stopped %d for at most %.1f ms%n",
                (at.flushes().bytes() + at.compactions().bytesWritten()) / Math.max(1.0, at.flushes().bytes()),
                mostInLevelZero,
                at.stalls().slowed(), at.stalls().stopped(), at.stalls().stoppedTimes().longestNanos() / 1e6);
        System.out.printf(Locale.ROOT, "point reads meanwhile: %.1f us mean p50 %.4f p99 %.4f ms%n", 0.0,
                reads.millis(0.5), reads.millis(0.99));
        readAll(engine, keys, "behind");
        long settling = System.nanoTime();
        engine.flush();
        long written = -1;
        while (written != engine.stats().compactions().bytesWritten() + engine.stats().compactions().moves()) {
            written = engine.stats().compactions().bytesWritten() + engine.stats().compactions().moves();
            java.util.concurrent.locks.LockSupport.parkNanos(3_000_000_000L);
        }
        System.out.printf(Locale.ROOT, "settled within %.1f s%n", (System.nanoTime() - settling) / 1e9 - 3);
        EngineStats end = engine.stats();
        System.out.printf(Locale.ROOT, "write amplification settled %.2f; %s%n",
                (end.flushes().bytes() + end.compactions().bytesWritten()) / Math.max(1.0, end.flushes().bytes()),
                end.compactions());
        end.levels().stream().filter(l -> l.tables() > 0).forEach(System.out::println);
        readAll(engine, keys, "settled");
    }

    private static void readAll(Engine engine, long keys, String what) {
        TestWorld.Seeded random = new TestWorld.Seeded(7);
        long start = System.nanoTime();
        for (int i = 0; i < READS; i++) {
            engine.get(Family.WRITE, key(Math.floorMod(random.nextLong(), keys)), null);
        }
        double micros = (System.nanoTime() - start) / 1e3 / READS;
        start = System.nanoTime();
        int rows = 0;
        for (int i = 0; i < 2_000; i++) {
            try (Cursor cursor = engine.cursor(Family.WRITE, Range.ALL, null)) {
                cursor.seek(key(Math.floorMod(random.nextLong(), keys)));
                for (int n = 0; n < 100 && cursor.isValid(); n++) {
                    rows++;
                    cursor.next();
                }
            }
        }
        System.out.printf(Locale.ROOT, "%s: %.2f us per point read, %.1f us per scan of 100 (%d rows)%n", what, micros,
                (System.nanoTime() - start) / 1e3 / 2_000, rows);
    }
}
