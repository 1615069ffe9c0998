package io.nokv.benchmark.jmh;

import io.nokv.base.port.Ports;
import io.nokv.base.system.SystemClock;
import io.nokv.base.system.SystemEntropy;
import io.nokv.base.system.ThreadScheduler;
import io.nokv.lsm.Cursor;
import io.nokv.lsm.Durability;
import io.nokv.lsm.Engine;
import io.nokv.lsm.EngineOptions;
import io.nokv.lsm.Family;
import io.nokv.lsm.Range;
import io.nokv.lsm.WriteBatch;
import io.nokv.lsm.vfs.MemVfs;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Point reads, a scan and a multi-get of a store of 100,000 rows in tables, all of it in the block cache, and 10,000 rows in
 * the memtable. Keys have 36 bytes, values {@value #VALUE_BYTES}; a directory of {@value #ROWS} rows shares the first 25.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ReadPath {
    static final int VALUE_BYTES = 100;
    static final int ROWS = 100;
    private static final int DIRECTORIES = 1_000;
    private static final int MEMTABLE_DIRECTORIES = 100;
    private static final Family FAMILY = Family.WRITE;
    private static final int DRAWN = 1 << 14;

    private ThreadScheduler scheduler;
    private Engine engine;
    private final byte[][] stored = new byte[DRAWN][];
    private final byte[][] recent = new byte[DRAWN][];
    private final byte[][] missing = new byte[DRAWN][];
    private final Range[] directories = new Range[DRAWN];
    private final byte[][] sorted = new byte[ROWS][];
    private int next;

    private static byte[] directory(int number) {
        return String.format("m%023d/", number * 0x9E3779B97F4A7C15L & Long.MAX_VALUE)
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] key(int directory, int row) {
        byte[] prefix = directory(directory);
        byte[] name = String.format("entry%06d", row * 7919 % 1_000_003).getBytes(StandardCharsets.US_ASCII);
        byte[] key = Arrays.copyOf(prefix, prefix.length + name.length);
        System.arraycopy(name, 0, key, prefix.length, name.length);
        return key;
    }

    /** Loads the store, reads it once so that all blocks are in memory, and draws what is asked for. */
    @Setup(Level.Trial)
    public void load() {
        scheduler = new ThreadScheduler();
        engine = Engine.open("db", EngineOptions.defaults(),
                new Ports(new SystemClock(), new SystemEntropy(), scheduler, new MemVfs()));
        SplittableRandom random = new SplittableRandom(1);
        put(random, 0, DIRECTORIES);
        engine.compact(FAMILY, Range.ALL);
        put(random, DIRECTORIES, DIRECTORIES + MEMTABLE_DIRECTORIES);
        for (int i = 0; i < DRAWN; i++) {
            int directory = random.nextInt(DIRECTORIES);
            stored[i] = key(directory, random.nextInt(ROWS));
            recent[i] = key(DIRECTORIES + random.nextInt(MEMTABLE_DIRECTORIES), random.nextInt(ROWS));
            missing[i] = key(directory, ROWS + random.nextInt(ROWS));
            directories[i] = Range.prefix(directory(directory));
        }
        for (int i = 0; i < sorted.length; i++) {
            sorted[i] = stored[i];
        }
        Arrays.sort(sorted, Arrays::compareUnsigned);
        for (int directory = 0; directory < DIRECTORIES; directory++) {
            for (int row = 0; row < ROWS; row++) {
                engine.get(FAMILY, key(directory, row), null);
            }
        }
    }

    private void put(SplittableRandom random, int from, int to) {
        for (int row = 0; row < ROWS; row++) {
            for (int directory = from; directory < to; directory++) {
                byte[] value = new byte[VALUE_BYTES];
                random.nextBytes(value);
                engine.write(new WriteBatch().put(FAMILY, key(directory, row), value), Durability.BUFFERED);
            }
        }
    }

    @TearDown(Level.Trial)
    public void close() {
        engine.close();
        scheduler.close();
    }

    private int next() {
        next = next + 1 & DRAWN - 1;
        return next;
    }

    @Benchmark
    public byte[] getFromMemtable() {
        return engine.get(FAMILY, recent[next()], null);
    }

    @Benchmark
    public byte[] getFromBlock() {
        return engine.get(FAMILY, stored[next()], null);
    }

    @Benchmark
    public byte[] getMissing() {
        return engine.get(FAMILY, missing[next()], null);
    }

    /** Keys and values are looked at where they are. */
    @Benchmark
    public int scanDirectory(Blackhole blackhole) {
        int rows = 0;
        try (Cursor cursor = engine.cursor(FAMILY, directories[next()], null)) {
            for (cursor.seekToFirst(); cursor.isValid(); cursor.next()) {
                blackhole.consume(cursor.keyArray()[cursor.keyOffset() + cursor.keyLength() - 1]);
                blackhole.consume(cursor.valueArray()[cursor.valueOffset()]);
                rows++;
            }
        }
        return rows;
    }

    /** The range is the same, but nothing is read: what a cursor costs by itself. */
    @Benchmark
    public boolean seek() {
        try (Cursor cursor = engine.cursor(FAMILY, directories[next()], null)) {
            cursor.seekToFirst();
            return cursor.isValid();
        }
    }

    @Benchmark
    public byte[][] multiGet() {
        return engine.multiGet(FAMILY, sorted, null);
    }
}
