package io.nokv.lsm;

import io.nokv.base.port.Ports;
import io.nokv.base.system.SystemEntropy;
import io.nokv.lsm.vfs.MemVfs;
import java.util.Arrays;
import java.util.Locale;

/**
 * A load above what compaction takes, in {@link VirtualTime}: what it prints depends on the options and nothing else. Two
 * threads move 15 MB/s of table bytes each; a writer that is not held up puts in 12 MB/s, more than twice what is taken of
 * 224 MB. Everything is an eighth of its usual size. Copying into memtables and writing the log take no time.
 *
 * <pre>
 * LoadMeasurement jobs parts [megabytes=96]
 * </pre>
 */
final class LoadMeasurement {
    private static final int VALUE_BYTES = 100;
    private static final int BATCH = 64;
    private static final long THREAD_BYTES_PER_SECOND = 15_000_000;
    private static final long WRITER_BYTES_PER_SECOND = 12_000_000;

    private final MovedBytes moved = new MovedBytes();

    public static void main(String[] args) {
        long megabytes = args.length > 2 ? Long.parseLong(args[2]) : 96;
        new LoadMeasurement().measure(Integer.parseInt(args[0]), Integer.parseInt(args[1]), megabytes * 1_000_000);
    }

    private void measure(int jobs, int parts, long total) {
        EngineOptions usual = EngineOptions.defaults();
        EngineOptions.Levels levels = usual.levels();
        EngineOptions options = usual.withMemtableBytes(4 << 20)
                .withTables(new EngineOptions.Tables(usual.tables().shape(), 4 << 20, usual.tables().compression(),
                        usual.tables().lowestCompression(), 512))
                .withLevels(new EngineOptions.Levels(levels.compactAt(), levels.slowAt(), levels.stopAt(),
                        levels.immutableMemtables(), 8 << 20, levels.ratio(), 256 << 20, levels.manifestBytes()))
                .withCompactions(new EngineOptions.Compactions(jobs, parts, 4 << 20, 256 << 10, 0, false));
        VirtualTime time = new VirtualTime(2, THREAD_BYTES_PER_SECOND, moved::soFar);
        Ports ports = new Ports(time, new SystemEntropy(), time, moved.over(new MemVfs()));
        time.run(() -> {
            try (Engine engine = Engine.open("db", options, ports)) {
                load(engine, time, total);
            }
        });
    }

    private void load(Engine engine, VirtualTime time, long total) {
        TestWorld.Seeded random = new TestWorld.Seeded(1);
        long entry = 16 + VALUE_BYTES;
        long[] waits = new long[(int) (total / (entry * BATCH)) + 1];
        int writes = 0;
        int most = 0;
        double sum = 0;
        for (long put = 0; put < total; put += entry * BATCH) {
            WriteBatch batch = new WriteBatch();
            for (int i = 0; i < BATCH; i++) {
                byte[] value = new byte[VALUE_BYTES];
                for (int at = 0; at < VALUE_BYTES; at++) {
                    value[at] = (byte) random.nextLong();
                }
                batch.put(Family.WRITE, TestWorld.b(String.format("%016x", random.nextLong())), value);
            }
            long before = time.monotonicNanos();
            engine.write(batch, Durability.BUFFERED);
            waits[writes++] = time.monotonicNanos() - before;
            time.pause(entry * BATCH * 1_000_000_000L / WRITER_BYTES_PER_SECOND);
            if (writes % 64 == 0) {
                int tables = engine.stats().levels().getFirst().tables();
                most = Math.max(most, tables);
                sum += tables;
            }
        }
        double seconds = time.monotonicNanos() / 1e9;
        long[] sorted = Arrays.copyOf(waits, writes);
        Arrays.sort(sorted);
        EngineStats at = engine.stats();
        System.out.printf(Locale.ROOT,
                "%.2f MB/s taken; wait ms p50 %.1f p99 %.1f p99.9 %.1f max %.1f; stopped %d, longest %.1f%n",
                total / 1e6 / seconds, sorted[writes / 2] / 1e6, sorted[writes * 99 / 100] / 1e6,
                sorted[(int) (writes * 0.999)] / 1e6, sorted[writes - 1] / 1e6, at.stalls().stopped(),
                at.stalls().stoppedTimes().longestNanos() / 1e6);
        System.out.printf(Locale.ROOT,
                "write amplification %.2f; level 0 tables %d at most, %.1f on average; %d compactions in %d parts, %d moves%n",
                1 + (double) at.compactions().bytesWritten() / at.flushes().bytes(), most, sum / (writes / 64),
                at.compactions().count(), at.compactions().parts(), at.compactions().moves());
        long readBefore = moved.soFar();
        for (int i = 0; i < 2_000; i++) {
            try (Cursor cursor = engine.cursor(Family.WRITE, Range.ALL, null)) {
                cursor.seek(TestWorld.b(String.format("%016x", random.nextLong())));
            }
        }
        System.out.printf(Locale.ROOT, "table bytes read per seek, behind: %.0f%n",
                (moved.soFar() - readBefore) / 2_000.0);
    }
}
