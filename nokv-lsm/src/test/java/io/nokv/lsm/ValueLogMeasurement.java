package io.nokv.lsm;

import static io.nokv.lsm.TestWorld.b;

import io.nokv.base.system.ThreadScheduler;
import io.nokv.lsm.vfs.RealVfs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random overwrites of values from 1 KiB to 64 KiB, kept with their keys and apart: prints bytes written per byte asked for,
 * rates, and what the store takes; asserts nothing about time. {@code -Dnokv.measure.megabytes} is the size of the data,
 * {@code -Dnokv.measure.cache.megabytes} that of the block cache.
 */
@Tag("slow")
class ValueLogMeasurement {
    private static final long MEGABYTES = Long.getLong("nokv.measure.megabytes", 256);
    private static final long CACHE_MEGABYTES = Long.getLong("nokv.measure.cache.megabytes", 32);

    @Test
    void writesReadsAndSpace() throws Exception {
        for (int valueBytes : new int[]{1 << 10, 2 << 10, 4 << 10, 16 << 10, 64 << 10}) {
            for (boolean apart : new boolean[]{false, true}) {
                measure(valueBytes, apart);
            }
        }
    }

    private static void measure(int valueBytes, boolean apart) throws Exception {
        Path directory = Files.createTempDirectory(Path.of(System.getProperty("nokv.measure.dir", "target")),
                "measure");
        EngineOptions.Values values = EngineOptions.defaults().values().withMinBytes(512)
                .withFamilies(Set.of(Family.DEFAULT));
        // A store of the size that 10 GiB would be with the defaults.
        EngineOptions options = EngineOptions.defaults().withMemtableBytes(4 << 20)
                .withBlockCacheBytes(CACHE_MEGABYTES << 20)
                .withValues(apart ? values.withFileBytes(16 << 20) : values.off())
                .withLevels(new EngineOptions.Levels(4, 12, 24, 3, 16L << 20, 8, 1L << 30, 1 << 20));
        int keys = (int) ((MEGABYTES << 20) / valueBytes);
        TestWorld.Seeded random = new TestWorld.Seeded(valueBytes);
        try (ThreadScheduler scheduler = new ThreadScheduler();
                Engine engine = Engine.open("db", options, TestWorld.ports(new RealVfs(directory), scheduler))) {
            long asked = 0;
            long start = System.nanoTime();
            for (int i = 0; i < 3L * keys; i++) {
                byte[] value = new byte[valueBytes];
                for (int at = 0; at + 8 <= valueBytes; at += 16) { // compresses to some 60 %
                    long bits = random.nextLong();
                    for (int j = 0; j < 8; j++) {
                        value[at + j] = (byte) (bits >>> 8 * j);
                    }
                }
                byte[] key = b(String.format("user%012d", i < keys ? i : random.nextInt(keys)));
                engine.write(new WriteBatch().put(Family.DEFAULT, key, value), Durability.BUFFERED);
                asked += key.length + valueBytes;
            }
            engine.flush();
            double writeSeconds = (System.nanoTime() - start) / 1e9;
            EngineStats stats = engine.stats();
            long tables = stats.flushes().bytes() + stats.compactions().bytesWritten();
            long files = stats.values().bytesWritten() + stats.values().bytesMoved();
            double cold = getsPerSecond(engine, keys);
            getsPerSecond(engine, keys);
            double warm = getsPerSecond(engine, keys);
            start = System.nanoTime();
            long rows = 0;
            long seen = 0;
            try (Cursor cursor = engine.cursor(Family.DEFAULT, Range.ALL, null)) {
                for (cursor.seekToFirst(); cursor.isValid() && rows < 20_000; cursor.next()) {
                    seen += cursor.valueArray()[cursor.valueOffset()];
                    rows++;
                }
            }
            double scanSeconds = (System.nanoTime() - start) / 1e9;
            long stored = stats.levels().stream().mapToLong(EngineStats.Level::bytes).sum() + stats.values().bytes();
            System.out.printf(Locale.ROOT,
                    "%2d KiB %s: %6.1f MB/s written, amplification %.2f without the log (tables %.2f, values %.2f), "
                            + "stopped %d, %7.0f gets/s, %7.0f again, %8.0f rows/s, stored %d MB, moves %d%s%n",
                    valueBytes >> 10, apart ? "apart " : "inline", asked / writeSeconds / 1e6,
                    (tables + files) / (double) asked, tables / (double) asked, files / (double) asked,
                    stats.stalls().stopped(), cold, warm, rows / scanSeconds, stored / 1_000_000,
                    stats.values().moves(), seen == 42 ? " " : "");
        } finally {
            try (var all = Files.walk(directory)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    private static double getsPerSecond(Engine engine, int keys) {
        TestWorld.Seeded random = new TestWorld.Seeded(keys);
        long start = System.nanoTime();
        int gets = Math.min(2 * keys, 40_000);
        for (int i = 0; i < gets; i++) {
            engine.get(Family.DEFAULT, b(String.format("user%012d", random.nextInt(keys))), null);
        }
        return gets / ((System.nanoTime() - start) / 1e9);
    }
}
