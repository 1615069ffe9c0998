package io.nokv.lsm;

import com.sun.management.ThreadMXBean;
import io.nokv.base.system.ThreadScheduler;
import io.nokv.lsm.vfs.RealVfs;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/**
 * Prints what a cache of rows could save at most: point reads by a Zipf distribution over rows that lie scattered, with a cache of a
 * tenth of the data. The budget goes to blocks alone, or in part to a map of rows in front of the engine, which nobody writes to: so nothing
 * is ever invalidated, and one thread needs no lock. Arguments: number of records, bytes of a value, seconds per cell.
 */
public final class RowCacheMeasurement {
    private static final Family FAMILY = Family.DEFAULT;
    private static final double SKEW = 0.99;
    /** What a row costs beside its bytes: entry, key, two array headers, and its part of the table. */
    private static final int ROW_OVERHEAD_BYTES = 64 + 32 + 16 + 16 + 8;

    private final int records;
    private final int valueBytes;
    private final double seconds;
    private final double[] cumulative;
    private final byte[][] keys;
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private long sink;

    private RowCacheMeasurement(String[] args) {
        records = Integer.parseInt(args[0]);
        valueBytes = Integer.parseInt(args[1]);
        seconds = Double.parseDouble(args[2]);
        cumulative = new double[records];
        keys = new byte[records][];
        double sum = 0;
        for (int i = 0; i < records; i++) {
            sum += Math.pow(i + 1, -SKEW);
            cumulative[i] = sum;
            keys[i] = String.format("fsm/mount-1/%010d/D/name-%012d", i / 1000, i).getBytes(StandardCharsets.UTF_8);
        }
    }

    public static void main(String[] args) throws Exception {
        new RowCacheMeasurement(args).run();
    }

    private void run() throws Exception {
        Path directory = Files.createTempDirectory(Path.of(System.getProperty("nokv.measure.dir", "target")), "rows");
        long budget = (long) records * (valueBytes + keys[0].length) / 10;
        try (ThreadScheduler scheduler = new ThreadScheduler()) {
            try (Engine engine = open(directory, scheduler, budget)) {
                Random random = new Random(5);
                byte[] value = new byte[valueBytes];
                for (byte[] key : keys) {
                    for (int j = 0; j < valueBytes; j++) {
                        value[j] = (byte) ('a' + (random.nextInt() >>> 28));
                    }
                    engine.write(new WriteBatch().put(FAMILY, key, value.clone()), Durability.BUFFERED);
                }
                engine.flush();
                engine.compact(FAMILY, Range.ALL);
            }
            for (int round = 0; round < 2; round++) {
                for (int quarters : new int[]{0, 1, 2, 3}) {
                    try (Engine engine = open(directory, scheduler, budget - budget * quarters / 4)) {
                        cell(engine, budget * quarters / 4, quarters);
                    }
                }
                try (Engine engine = open(directory, scheduler, 20 * budget)) {
                    cell(engine, 0, -1);
                }
            }
        }
        System.out.println("sink " + sink);
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static Engine open(Path directory, ThreadScheduler scheduler, long cacheBytes) {
        return Engine.open("db", EngineOptions.defaults().withBlockCacheBytes(cacheBytes),
                TestWorld.ports(new RealVfs(directory), scheduler));
    }

    private int draw(Random random) {
        double at = random.nextDouble() * cumulative[records - 1];
        int low = 0;
        int high = records - 1;
        while (low < high) {
            int middle = low + high >>> 1;
            if (cumulative[middle] < at) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        // Scattered over all blocks.
        return (int) (low * 2_654_435_761L % records);
    }

    private void cell(Engine engine, long rowBytes, int quarters) {
        LinkedHashMap<ByteBuffer, byte[]> rows = new LinkedHashMap<>(1 << 16, 0.75f, true);
        long[] used = new long[1];
        Random random = new Random(quarters);
        EngineStats.Reads before = null;
        long begin = 0;
        long reads = 0;
        long found = 0;
        for (int phase = 0; phase < 2; phase++) {
            long end = System.nanoTime() + (long) (seconds * 1e9);
            before = engine.stats().reads();
            begin = threads.getCurrentThreadCpuTime();
            reads = 0;
            found = 0;
            while (System.nanoTime() < end) {
                for (int i = 0; i < 64; i++) {
                    byte[] key = keys[draw(random)];
                    byte[] value = rowBytes == 0 ? null : rows.get(ByteBuffer.wrap(key));
                    if (value != null) {
                        found++;
                        sink += value.clone().length;
                    } else {
                        value = engine.get(FAMILY, key, null);
                        sink += value.length;
                        if (rowBytes > 0) {
                            keep(rows, key, value, rowBytes, used);
                        }
                    }
                }
                reads += 64;
            }
        }
        double took = threads.getCurrentThreadCpuTime() - begin;
        EngineStats.Reads after = engine.stats().reads();
        System.out.printf("%-34s %7.0f ns of CPU a read; rows found %4.1f %%, blocks read per read %.3f%n",
                quarters < 0 ? "all blocks in memory" : quarters + " quarters of the budget for rows", took / reads,
                100.0 * found / reads, (double) (after.cacheMisses() - before.cacheMisses()) / reads);
    }

    private static void keep(LinkedHashMap<ByteBuffer, byte[]> rows, byte[] key, byte[] value, long rowBytes,
            long[] used) {
        rows.put(ByteBuffer.wrap(key.clone()), value.clone());
        used[0] += key.length + value.length + ROW_OVERHEAD_BYTES;
        while (used[0] > rowBytes) {
            Map.Entry<ByteBuffer, byte[]> oldest = rows.pollFirstEntry();
            used[0] -= oldest.getKey().remaining() + oldest.getValue().length + ROW_OVERHEAD_BYTES;
        }
    }
}
