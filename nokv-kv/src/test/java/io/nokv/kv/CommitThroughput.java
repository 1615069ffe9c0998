package io.nokv.kv;

import io.nokv.base.codec.ByteWriter;
import io.nokv.base.codec.CounterRecord;
import io.nokv.base.port.Ports;
import io.nokv.base.system.SystemClock;
import io.nokv.base.system.SystemEntropy;
import io.nokv.base.system.ThreadScheduler;
import io.nokv.control.time.Timestamp;
import io.nokv.kv.client.CommitAnswer;
import io.nokv.kv.client.RowScan;
import io.nokv.kv.percolator.Mutation;
import io.nokv.lsm.EngineOptions;
import io.nokv.lsm.vfs.RealVfs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Measures durable commits on the real disk, run by hand:
 * {@code java -cp <test class path of nokv-kv> io.nokv.kv.CommitThroughput DIR SECONDS}. Each commit inserts a row of 120
 * bytes, puts one of 20, and (in the hot rounds) adds to one counter that all threads share.
 */
public final class CommitThroughput {
    private static final byte[] HOT = {'h'};

    private CommitThroughput() {}

    public static void main(String[] args) throws Exception {
        Path root = Files.createTempDirectory(Path.of(args[0]), "nokv-bench");
        double seconds = Double.parseDouble(args[1]);
        try (ThreadScheduler scheduler = new ThreadScheduler()) {
            Ports ports = new Ports(new SystemClock(), new SystemEntropy(), scheduler, new RealVfs(root));
            try (LocalKv kv = LocalKv.open("data", EngineOptions.defaults(), KvOptions.defaults(), ports)) {
                kv.commit(kv.readVersion(),
                        List.of(new Mutation.Put(HOT, new CounterRecord(new byte[]{1}, 0, 0).encode(), 0)), null);
                for (int threads : new int[]{1, 16, 64}) {
                    for (boolean hot : new boolean[]{false, true}) {
                        round(kv, threads, hot, seconds / 2);
                        report(threads, hot, round(kv, threads, hot, seconds), seconds);
                    }
                }
                reads(kv, seconds);
                scans(kv);
            }
        }
    }

    private static void report(int threads, boolean hot, long commits, double seconds) {
        System.out.printf("%3d threads%s: %,.0f durable commits/s%n", threads, hot ? ", hot counter" : "",
                commits / seconds);
    }

    private static final AtomicInteger ROUNDS = new AtomicInteger();

    private static long round(LocalKv kv, int threads, boolean hot, double seconds) throws InterruptedException {
        int round = ROUNDS.incrementAndGet();
        long end = System.nanoTime() + (long) (seconds * 1e9);
        long[] done = new long[threads];
        List<Thread> running = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            int thread = t;
            running.add(Thread.startVirtualThread(() -> {
                byte[] value = new byte[120];
                byte[] small = new byte[20];
                for (int i = 0; System.nanoTime() < end; i++) {
                    List<Mutation> mutations = new ArrayList<>();
                    mutations.add(new Mutation.Insert(key('D', round, thread, i), value, 0));
                    if (hot) {
                        mutations.add(new Mutation.Add(HOT, List.of(CounterRecord.Delta.add(0, 1)), false));
                    }
                    mutations.add(new Mutation.Put(key('I', round, thread, i), small, 0));
                    if (!(kv.commit(kv.readVersion(), mutations, null) instanceof CommitAnswer.Committed)) {
                        throw new AssertionError("nothing conflicts here");
                    }
                    done[thread]++;
                }
            }));
        }
        for (Thread thread : running) {
            thread.join();
        }
        long sum = 0;
        for (long commits : done) {
            sum += commits;
        }
        return sum;
    }

    private static byte[] key(char kind, int round, int thread, int i) {
        return new ByteWriter(24).u8('f').u8('s').u8('m').u8(0).u8(kind).u32(round).u16(thread).u32(i).toBytes();
    }

    private static void reads(LocalKv kv, double seconds) {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        long done = 0;
        long found = 0;
        while (System.nanoTime() < end) {
            Timestamp version = kv.readVersion();
            for (int i = 0; i < 64; i++) {
                if (kv.readerAtReadVersion(version).get(key('D', 4, i % 16, (int) (done + i) % 2000)) != null) {
                    found++;
                }
            }
            done += 64;
        }
        System.out.printf("  1 thread: %,.0f point reads/s (%d%% found)%n", done / seconds, found * 100 / done);
    }

    private static void scans(LocalKv kv) {
        for (int i = 0; i < 3; i++) {
            for (boolean reverse : new boolean[]{false, true}) {
                long start = System.nanoTime();
                long rows = 0;
                try (RowScan scan = kv.readerAtReadVersion(kv.readVersion()).scan(new byte[0], null, reverse)) {
                    while (scan.next()) {
                        rows += scan.value().length > 0 ? 1 : 0;
                    }
                }
                System.out.printf("  scan%s: %,d rows, %,.0f rows/s%n", reverse ? " in reverse" : "", rows,
                        rows / ((System.nanoTime() - start) / 1e9));
            }
        }
    }
}
