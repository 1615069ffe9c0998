package io.nokv.lsm;

import com.sun.management.ThreadMXBean;
import io.nokv.base.system.ThreadScheduler;
import io.nokv.lsm.file.Compression;
import io.nokv.lsm.point.PrefixRule;
import io.nokv.lsm.table.PruningTotals;
import io.nokv.lsm.vfs.RealVfs;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Random;

/**
 * Prints what listing a directory costs with and without filters of prefixes: processor time, and blocks looked into. Rows are
 * written in random order and left in the levels where they come to lie, the cache is a tenth of them. Arguments: number of directories,
 * rows in each, bytes of a value, seconds per cell.
 */
public final class PrefixMeasurement {
    private static final Family FAMILY = Family.WRITE;
    private static final int PREFIX_BYTES = 25;

    private final int directories;
    private final int rows;
    private final int valueBytes;
    private final double seconds;
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private long sink;

    private PrefixMeasurement(String[] args) {
        directories = Integer.parseInt(args[0]);
        rows = Integer.parseInt(args[1]);
        valueBytes = Integer.parseInt(args[2]);
        seconds = Double.parseDouble(args[3]);
    }

    public static void main(String[] args) throws Exception {
        for (int round = 0; round < 2; round++) {
            new PrefixMeasurement(args).run("without", PrefixRule.NONE);
            new PrefixMeasurement(args).run("with", new PrefixRule(PREFIX_BYTES, 0, false));
        }
    }

    private byte[] prefix(int directory) {
        return String.format("fsm/mount-1/%013d", directory * 7L).getBytes(StandardCharsets.UTF_8);
    }

    private void run(String name, PrefixRule rule) throws Exception {
        Path directory = Files.createTempDirectory(Path.of(System.getProperty("nokv.measure.dir", "target")), "lists");
        long dataBytes = (long) directories * rows * (PREFIX_BYTES + 12 + valueBytes);
        EngineOptions options = EngineOptions.defaults().withMemtableBytes(8 << 20)
                .withBlockCacheBytes(dataBytes / 10).withPrefix(FAMILY, rule);
        options = options.withTables(new EngineOptions.Tables(options.tables().shape(), 8 << 20, Compression.LZ4,
                Compression.LZ4, 512));
        options = options.withLevels(new EngineOptions.Levels(4, 12, 24, 3, 16 << 20, 8, 8L << 30, 1 << 20));
        try (ThreadScheduler scheduler = new ThreadScheduler();
                Engine engine = Engine.open("db", options, TestWorld.ports(new RealVfs(directory), scheduler))) {
            Random random = new Random(7);
            load(engine, random);
            long stored = engine.stats().levels().stream().mapToLong(EngineStats.Level::bytes).sum();
            System.out.printf("-- %s: %,d bytes stored, tables by level", name, stored);
            engine.stats().levels().forEach(level -> System.out.print(" " + level.tables()));
            System.out.println();
            cell(engine, random, "list", 0);
            cell(engine, random, "list-absent", 1);
        }
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** Every directory is written at once, at a random time; a tenth of the rows are written again later. */
    private void load(Engine engine, Random random) {
        byte[] value = new byte[valueBytes];
        for (int i = 0; i < directories + directories / 10; i++) {
            int directory = i < directories ? (int) ((i * 7919L) % directories) : random.nextInt(directories);
            WriteBatch batch = new WriteBatch();
            for (int row = 0; row < rows; row++) {
                for (int j = 0; j < valueBytes; j++) {
                    value[j] = (byte) ('a' + (random.nextInt() >>> 28));
                }
                byte[] key = (new String(prefix(directory), StandardCharsets.UTF_8) + String.format("name-%07d", row))
                        .getBytes(StandardCharsets.UTF_8);
                batch.put(FAMILY, key, value.clone());
            }
            engine.write(batch, Durability.BUFFERED);
        }
        engine.flush();
    }

    private void cell(Engine engine, Random random, String name, int absent) {
        EngineStats.Reads before = null;
        long calls = 0;
        long begin = 0;
        long found = 0;
        long end = System.nanoTime() + (long) (seconds * 0.3e9);
        for (int phase = 0; phase < 2; phase++) {
            if (phase == 1) {
                before = engine.stats().reads();
                begin = threads.getCurrentThreadCpuTime();
                end = System.nanoTime() + (long) (seconds * 1e9);
                calls = 0;
                found = 0;
            }
            while (System.nanoTime() < end) {
                byte[] prefix = prefix(random.nextInt(directories));
                prefix[PREFIX_BYTES - 1] += (byte) absent;
                try (Cursor cursor = engine.prefixCursor(FAMILY, prefix, null)) {
                    for (cursor.seekToFirst(); cursor.isValid(); cursor.next()) {
                        sink += cursor.valueArray()[cursor.valueOffset()];
                        found++;
                    }
                }
                calls++;
            }
        }
        double took = threads.getCurrentThreadCpuTime() - begin;
        EngineStats.Reads after = engine.stats().reads();
        PruningTotals pruned = after.pruning();
        double perCall = 1.0 / calls;
        System.out.printf(
                "%-12s %,10.0f calls/s of CPU, %5.1f rows, %5.2f blocks (%5.2f read), tables passed over %5.2f,"
                        + " let through %5.2f%n",
                name, calls / took * 1e9, found * perCall,
                (after.cacheHits() + after.cacheMisses() - before.cacheHits() - before.cacheMisses()) * perCall,
                (after.cacheMisses() - before.cacheMisses()) * perCall,
                (pruned.prefixRejections() - before.pruning().prefixRejections()) * perCall,
                (pruned.prefixPasses() - before.pruning().prefixPasses()) * perCall);
    }
}
