package io.nokv.lsm;

import io.nokv.base.system.ThreadScheduler;
import io.nokv.base.vfs.Vfs;
import io.nokv.base.vfs.VfsFile;
import io.nokv.base.vfs.VfsIo;
import io.nokv.lsm.vfs.RealVfs;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * How long one durable write takes beside what the disk alone takes for it, run by hand:
 * {@code java -cp <test class path of nokv-lsm> io.nokv.lsm.SyncLatency DIR SECONDS}. Rounds alternate, so that both see
 * the same machine: in one, a loop of an in-place write of 4 KiB and its sync; in the others, durable batches of one row
 * by a platform thread and by a virtual one.
 */
public final class SyncLatency {
    private static final int FILE_BYTES = 32 << 20;

    private SyncLatency() {}

    private interface Once {
        void run(int i);
    }

    public static void main(String[] args) throws Exception {
        Path root = Files.createTempDirectory(Path.of(args[0]), "nokv-sync");
        long roundNanos = (long) (Double.parseDouble(args[1]) * 1e9);
        Vfs vfs = new RealVfs(root);
        try (ThreadScheduler scheduler = new ThreadScheduler();
                VfsFile file = vfs.open("raw", Vfs.Mode.CREATE_NEW);
                Engine engine = Engine.open("db", EngineOptions.defaults(), TestWorld.ports(vfs, scheduler))) {
            file.allocate(FILE_BYTES);
            file.sync();
            byte[] page = new byte[4096];
            Once raw = i -> {
                VfsIo.writeFully(file, (long) i * 4096 % FILE_BYTES, ByteBuffer.wrap(page));
                file.sync();
            };
            byte[] value = new byte[Integer.getInteger("nokv.value", 150)];
            Once write = i -> engine.write(
                    new WriteBatch().put(Family.WRITE, TestWorld.b("row " + i % 100_000), value), Durability.FSYNC);
            for (int round = 0; round < 4; round++) {
                double base = report("raw write and sync", 1, timed(roundNanos, raw, false));
                report("durable write, platform thread", base, timed(roundNanos, write, false));
                report("durable write, virtual thread", base, timed(roundNanos, write, true));
            }
            System.out.println(engine.stats().log());
        }
    }

    private static long[] timed(long roundNanos, Once once, boolean virtual) throws InterruptedException {
        long[] taken = new long[1 << 20];
        int[] count = {0};
        Thread thread = (virtual ? Thread.ofVirtual() : Thread.ofPlatform()).start(() -> {
            long end = System.nanoTime() + roundNanos;
            for (long now = System.nanoTime(); now < end && count[0] < taken.length;) {
                once.run(count[0]);
                long after = System.nanoTime();
                taken[count[0]++] = after - now;
                now = after;
            }
        });
        thread.join();
        long[] sorted = Arrays.copyOf(taken, count[0]);
        Arrays.sort(sorted);
        return sorted;
    }

    private static double report(String what, double base, long[] sorted) {
        double sum = Arrays.stream(sorted).sum();
        double rate = sorted.length / (sum / 1e9);
        System.out.printf("%-32s %,8.0f /s (%.2f)   p50 %,d us, p90 %,d us, p99 %,d us, max %,d us%n", what, rate,
                base == 1 ? 1 : rate / base, sorted[sorted.length / 2] / 1000, sorted[sorted.length * 9 / 10] / 1000,
                sorted[sorted.length * 99 / 100] / 1000, sorted[sorted.length - 1] / 1000);
        return rate;
    }
}
