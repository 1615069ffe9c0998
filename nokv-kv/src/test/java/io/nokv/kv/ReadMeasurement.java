package io.nokv.kv;

import com.sun.management.ThreadMXBean;
import io.nokv.base.codec.ByteWriter;
import io.nokv.base.port.Ports;
import io.nokv.base.system.SystemClock;
import io.nokv.base.system.SystemEntropy;
import io.nokv.base.system.ThreadScheduler;
import io.nokv.control.time.Timestamp;
import io.nokv.kv.client.CommitAnswer;
import io.nokv.kv.client.RowScan;
import io.nokv.kv.client.SnapshotReader;
import io.nokv.kv.percolator.Mutation;
import io.nokv.lsm.EngineOptions;
import io.nokv.lsm.vfs.RealVfs;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures point reads and scans by one thread at the transaction layer, by the CPU time of that thread, so that a busy
 * machine disturbs less; run by hand:
 * {@code java -cp <test class path of nokv-kv> io.nokv.kv.ReadMeasurement DIR ROWS SECONDS}. Rows have keys of 25 bytes
 * and values of 120; each was written once and one in four a second time, spread over memtable and several levels.
 */
public final class ReadMeasurement {
    private static final int BATCH = 500;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private ReadMeasurement() {}

    public static void main(String[] args) throws Exception {
        Path root = Files.createTempDirectory(Path.of(args[0]), "nokv-reads");
        int rows = Integer.parseInt(args[1]);
        double seconds = Double.parseDouble(args[2]);
        try (ThreadScheduler scheduler = new ThreadScheduler()) {
            Ports ports = new Ports(new SystemClock(), new SystemEntropy(), scheduler, new RealVfs(root));
            EngineOptions engine = EngineOptions.defaults().withMemtableBytes(8 << 20).withBlockCacheBytes(512 << 20);
            try (LocalKv kv = LocalKv.open("data", engine, KvOptions.defaults(), ports)) {
                load(kv, rows);
                kv.engine().stats().levels().forEach(level -> {
                    if (level.tables() > 0) {
                        System.out.println(level);
                    }
                });
                for (int round = 0; round < 2; round++) {
                    points(kv, rows, seconds, 0, "present");
                    points(kv, rows, seconds, rows, "absent");
                    multi(kv, rows, seconds);
                    for (int length : new int[]{100, 1_000, 10_000}) {
                        scans(kv, rows, length, seconds);
                    }
                }
            }
        }
    }

    private static byte[] key(int i) {
        // A walk over all rows in scattered order: the multiplier is odd, so it is a bijection on 32 bits.
        return new ByteWriter(32).u8('f').u8('s').u8('m').u8(1).u32(i / 1000 * 0x9E3779B1).u8('D').u64(i % 1000)
                .u64(i).toBytes();
    }

    private static void load(LocalKv kv, int rows) {
        for (int pass = 0; pass < 2; pass++) {
            int step = pass == 0 ? 1 : 4;
            for (int from = 0; from < rows; from += BATCH * step) {
                List<Mutation> mutations = new ArrayList<>();
                for (int i = from; i < Math.min(rows, from + BATCH * step); i += step) {
                    byte[] value = new byte[120];
                    value[pass] = (byte) i;
                    mutations.add(new Mutation.Put(key((int) ((i * 7919L) % rows)), value, 0));
                }
                if (!(kv.commit(kv.readVersion(), mutations, null) instanceof CommitAnswer.Committed)) {
                    throw new AssertionError("nothing conflicts here");
                }
            }
        }
    }

    private static void points(LocalKv kv, int rows, double seconds, int offset, String what) {
        long random = 42;
        long done = 0;
        long found = 0;
        long start = THREADS.getCurrentThreadCpuTime();
        long wall = System.nanoTime();
        long bytes = THREADS.getCurrentThreadAllocatedBytes();
        while (System.nanoTime() - wall < seconds * 1e9) {
            Timestamp version = kv.readVersion();
            SnapshotReader reader = kv.readerAtReadVersion(version);
            for (int i = 0; i < 64; i++) {
                random = random * 6364136223846793005L + 1442695040888963407L;
                int row = (int) Math.unsignedMultiplyHigh(random, rows);
                byte[] key = key(row);
                if (offset > 0) {
                    key[key.length - 1] ^= (byte) 0x55;
                    key[key.length - 4] ^= (byte) 0x40;
                }
                found += reader.get(key) != null ? 1 : 0;
            }
            done += 64;
        }
        report("point reads, " + what + " (" + found * 100 / done + "% found)", done, start, bytes);
    }

    private static void multi(LocalKv kv, int rows, double seconds) {
        long random = 43;
        long done = 0;
        long found = 0;
        long start = THREADS.getCurrentThreadCpuTime();
        long wall = System.nanoTime();
        long bytes = THREADS.getCurrentThreadAllocatedBytes();
        while (System.nanoTime() - wall < seconds * 1e9) {
            List<byte[]> keys = new ArrayList<>();
            random = random * 6364136223846793005L + 1442695040888963407L;
            int first = (int) Math.unsignedMultiplyHigh(random, rows) / 1000 * 1000;
            for (int i = 0; i < 100; i++) {
                keys.add(key(first + i * 10));
            }
            for (SnapshotReader row : List.of(kv.readerAtReadVersion(kv.readVersion()))) {
                found += row.multiGet(keys).stream().filter(r -> r != null).count();
            }
            done += keys.size();
        }
        report("multi-get of 100 (" + found * 100 / done + "% found)", done, start, bytes);
    }

    private static void scans(LocalKv kv, int rows, int length, double seconds) {
        long random = 44;
        long done = 0;
        long start = THREADS.getCurrentThreadCpuTime();
        long wall = System.nanoTime();
        long bytes = THREADS.getCurrentThreadAllocatedBytes();
        while (System.nanoTime() - wall < seconds * 1e9) {
            random = random * 6364136223846793005L + 1442695040888963407L;
            int first = (int) Math.unsignedMultiplyHigh(random, rows) / 1000 * 1000;
            int left = length;
            try (RowScan scan = kv.readerAtReadVersion(kv.readVersion()).scan(key(first), null, false)) {
                while (left-- > 0 && scan.next()) {
                    done += scan.key().length + scan.value().length > 0 ? 1 : 0;
                }
            }
        }
        report("scans of " + length + " rows", done, start, bytes);
    }

    private static void report(String what, long done, long start, long bytesBefore) {
        double nanos = THREADS.getCurrentThreadCpuTime() - start;
        System.out.printf("%-40s %,12.0f per CPU second %,8.0f B allocated each%n", what, done / (nanos / 1e9),
                (double) (THREADS.getCurrentThreadAllocatedBytes() - bytesBefore) / done);
    }
}
