package io.nokv.lsm;

import com.sun.management.ThreadMXBean;
import io.nokv.base.system.ThreadScheduler;
import io.nokv.lsm.vfs.RealVfs;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Prints what reads cost on this machine, one thread, everything cached: processor time and allocated bytes of each kind of read.
 * Arguments: number of records, bytes of a value, seconds per cell, and optionally the cells to run, separated by commas.
 */
public final class ReadMeasurement {
    private static final Family FAMILY = Family.WRITE;

    private final int records;
    private final int valueBytes;
    private final double seconds;
    private final List<String> cells;
    private final Engine engine;
    private final byte[][] keys;
    private final Random random = new Random(7);
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private long sink;

    private ReadMeasurement(Engine engine, String[] args) {
        this.engine = engine;
        this.records = Integer.parseInt(args[0]);
        this.valueBytes = Integer.parseInt(args[1]);
        this.seconds = Double.parseDouble(args[2]);
        this.cells = args.length > 3 ? List.of(args[3].split(",")) : List.of();
        this.keys = new byte[records][];
        for (int i = 0; i < records; i++) {
            keys[i] = String.format("fsm/mount-1/%010d/D/name-%012d", i / 1000, i).getBytes(StandardCharsets.UTF_8);
        }
    }

    /** One unit of work; returns how many rows it was. */
    private interface Work {
        int run();
    }

    public static void main(String[] args) throws Exception {
        Path directory = Files.createTempDirectory(Path.of(System.getProperty("nokv.measure.dir", "target")), "reads");
        EngineOptions options = EngineOptions.defaults().withBlockCacheBytes(3L << 30);
        try (ThreadScheduler scheduler = new ThreadScheduler();
                Engine engine = Engine.open("db", options, TestWorld.ports(new RealVfs(directory), scheduler))) {
            new ReadMeasurement(engine, args).run();
        }
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private void run() {
        load();
        for (int round = 0; round < 2; round++) {
            System.out.println("-- round " + round);
            cell("get", this::get);
            cell("get-absent", this::getAbsent);
            cell("first", this::first);
            cell("multi-get", this::multiGet);
            cell("multi-get-near", this::multiGetNear);
            for (int rows : new int[]{10, 100, 1_000, 10_000}) {
                cell("scan-" + rows, () -> scan(rows, false));
            }
            cell("scan-copy-100", () -> scan(100, true));
            cell("reverse-100", this::reverse);
        }
        System.out.println(engine.stats().reads());
        System.out.println("sink " + sink);
    }

    private void load() {
        long start = System.nanoTime();
        int[] order = new int[records];
        Arrays.setAll(order, i -> i);
        for (int i = records - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swap = order[i];
            order[i] = order[j];
            order[j] = swap;
        }
        byte[] value = new byte[valueBytes];
        for (int i = 0; i < records; i++) {
            for (int j = 0; j < valueBytes; j++) {
                value[j] = (byte) ('a' + (random.nextInt() >>> 28));
            }
            engine.write(new WriteBatch().put(FAMILY, keys[order[i]], value.clone()), Durability.BUFFERED);
        }
        engine.flush();
        if (!Boolean.getBoolean("nokv.measure.nocompact")) {
            engine.compact(FAMILY, Range.ALL);
        }
        System.out.printf("loaded %,d in %.1f s%n", records, (System.nanoTime() - start) / 1e9);
        for (EngineStats.Level level : engine.stats().levels()) {
            System.out.println("  " + level);
        }
    }

    private void cell(String name, Work work) {
        if (!cells.isEmpty() && !cells.contains(name)) {
            return;
        }
        long start = System.nanoTime();
        long warm = start + (long) (seconds * 3e8);
        while (System.nanoTime() < warm) {
            sink += work.run();
        }
        long allocated = threads.getCurrentThreadAllocatedBytes();
        long begin = threads.getCurrentThreadCpuTime();
        long end = System.nanoTime() + (long) (seconds * 1e9);
        long calls = 0;
        long rows = 0;
        long now;
        do {
            for (int i = 0; i < 16; i++) {
                rows += work.run();
                calls++;
            }
            now = System.nanoTime();
        } while (now < end);
        double took = threads.getCurrentThreadCpuTime() - begin;
        long bytes = threads.getCurrentThreadAllocatedBytes() - allocated;
        System.out.printf("%-16s %,12.0f calls/s %,14.0f rows/s %8.0f ns/row %8.1f B/row %10.1f B/call%n", name,
                calls / took * 1e9, rows / took * 1e9, took / Math.max(1, rows), (double) bytes / Math.max(1, rows),
                (double) bytes / calls);
    }

    private byte[] anyKey() {
        return keys[random.nextInt(records)];
    }

    private int get() {
        return engine.get(FAMILY, anyKey(), null).length == valueBytes ? 1 : 0;
    }

    private int getAbsent() {
        byte[] key = anyKey().clone();
        key[key.length - 1] = 'x';
        return engine.get(FAMILY, key, null) == null ? 1 : 0;
    }

    private int first() {
        return engine.<Integer>first(FAMILY, anyKey(), null, (_, array, offset, _) -> (int) array[offset]) > 0 ? 1 : 0;
    }

    private int multiGet() {
        byte[][] wanted = new byte[1_000][];
        for (int i = 0; i < wanted.length; i++) {
            wanted[i] = anyKey();
        }
        Arrays.sort(wanted, Arrays::compareUnsigned);
        return found(engine.multiGet(FAMILY, wanted, null));
    }

    /** A thousand keys out of ten thousand neighbours. */
    private int multiGetNear() {
        byte[][] wanted = new byte[1_000][];
        int from = random.nextInt(records - 10_000);
        for (int i = 0; i < wanted.length; i++) {
            wanted[i] = keys[from + 10 * i];
        }
        return found(engine.multiGet(FAMILY, wanted, null));
    }

    private int found(byte[][] values) {
        int found = 0;
        for (byte[] value : values) {
            found += value.length == valueBytes ? 1 : 0;
        }
        return found;
    }

    private int scan(int rows, boolean copy) {
        int seen = 0;
        try (Cursor cursor = engine.cursor(FAMILY, Range.ALL, null)) {
            for (cursor.seek(anyKey()); cursor.isValid() && seen < rows; cursor.next()) {
                if (copy) {
                    sink += cursor.key().length + cursor.value().length;
                } else {
                    sink += cursor.keyArray()[cursor.keyOffset()] + cursor.valueArray()[cursor.valueOffset()];
                }
                seen++;
            }
        }
        return seen;
    }

    private int reverse() {
        int seen = 0;
        try (Cursor cursor = engine.cursor(FAMILY, Range.ALL, null)) {
            for (cursor.seekForPrev(anyKey()); cursor.isValid() && seen < 100; cursor.prev()) {
                sink += cursor.keyArray()[cursor.keyOffset()];
                seen++;
            }
        }
        return seen;
    }
}
