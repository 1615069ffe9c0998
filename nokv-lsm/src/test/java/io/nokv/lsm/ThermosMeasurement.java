package io.nokv.lsm;

import com.sun.management.ThreadMXBean;
import io.nokv.base.system.SystemClock;
import io.nokv.base.system.ThreadScheduler;
import io.nokv.lsm.point.KeyPrefixes;
import io.nokv.lsm.point.KeyTails;
import io.nokv.lsm.thermos.Thermos;
import io.nokv.lsm.thermos.ThermosOptions;
import io.nokv.lsm.vfs.RealVfs;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/**
 * Prints what watching hot keys costs: processor time of point reads of cached rows and of submitted batches with and without it, one
 * thread, in short turns one after the other, so that whatever else the machine does falls on both. Arguments: number of records,
 * turns, milliseconds of a turn.
 */
public final class ThermosMeasurement {
    private static final Family FAMILY = Family.WRITE;

    private final byte[][] keys;
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private long sink;

    private ThermosMeasurement(int records) {
        keys = new byte[records][];
        for (int i = 0; i < records; i++) {
            keys[i] = String.format("fsm/mount-1/%010d/D/name-%012d", i / 1000, i).getBytes(StandardCharsets.UTF_8);
        }
    }

    /** One operation on one of the keys. */
    private interface Work {
        void run(Engine engine, byte[] key);
    }

    public static void main(String[] args) throws Exception {
        ThermosMeasurement measurement = new ThermosMeasurement(Integer.parseInt(args[0]));
        measurement.alone();
        Path directory = Files.createTempDirectory(Path.of(System.getProperty("nokv.measure.dir", "target")), "heat");
        EngineOptions options = EngineOptions.defaults().withBlockCacheBytes(512L << 20);
        try (ThreadScheduler scheduler = new ThreadScheduler();
                Engine without = Engine.open("without", options.withThermos(ThermosOptions.off()),
                        TestWorld.ports(new RealVfs(directory), scheduler));
                Engine with = Engine.open("with", options, TestWorld.ports(new RealVfs(directory), scheduler))) {
            for (Engine engine : List.of(without, with)) {
                measurement.load(engine);
            }
            int turns = Integer.parseInt(args[1]);
            long nanos = Long.parseLong(args[2]) * 1_000_000;
            byte[] value = new byte[100];
            for (int round = 0; round < 2; round++) {
                measurement.compare("get", without, with, turns, nanos,
                        (engine, key) -> measurement.sink += engine.get(FAMILY, key, null).length);
                measurement.compare("first", without, with, turns, nanos, (engine, key) -> measurement.sink += engine
                        .<Integer>first(FAMILY, key, null, (_, _, _, length) -> length));
                measurement.compare("submit", without, with, turns, nanos,
                        (engine, key) -> engine.submit(new WriteBatch().put(Family.LOCK, key, value)));
            }
            System.out.println(with.stats().hot().samples() + " samples, sink " + measurement.sink);
        }
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** What a read pays for being watched: mostly a look at its number. */
    private void alone() {
        for (ThermosOptions options : List.of(ThermosOptions.off(), ThermosOptions.defaults())) {
            Thermos thermos = new Thermos(options, KeyTails.NONE, KeyPrefixes.NONE, new SystemClock());
            Random random = new Random(3);
            for (int round = 0; round < 3; round++) {
                long begin = threads.getCurrentThreadCpuTime();
                int operations = 30_000_000;
                for (int i = 0; i < operations; i++) {
                    byte[] key = keys[random.nextInt(keys.length)];
                    if (thermos.samples(i)) {
                        thermos.read(FAMILY, key);
                    }
                    sink += key.length;
                }
                System.out.printf("alone, one in %d: %.2f ns an operation, the choice of the key included%n",
                        options.sampleOneIn(), (double) (threads.getCurrentThreadCpuTime() - begin) / operations);
            }
        }
    }

    private void load(Engine engine) {
        for (byte[] key : keys) {
            engine.write(new WriteBatch().put(FAMILY, key, new byte[100]), Durability.BUFFERED);
        }
        engine.flush();
        engine.compact(FAMILY, Range.ALL);
    }

    private void compare(String name, Engine without, Engine with, int turns, long nanos, Work work) {
        double[] ratios = new double[turns];
        double[] costs = new double[turns];
        for (int turn = 0; turn < turns; turn++) {
            // The one that comes first changes.
            double first = turn(turn % 2 == 0 ? without : with, turn, nanos, work);
            double second = turn(turn % 2 == 0 ? with : without, turn, nanos, work);
            costs[turn] = turn % 2 == 0 ? first : second;
            ratios[turn] = turn % 2 == 0 ? second / first : first / second;
        }
        Arrays.sort(ratios);
        Arrays.sort(costs);
        System.out.printf("%-7s %6.0f ns without, with it %.3f times that (quarter %.3f to %.3f of %d turns)%n", name,
                costs[turns / 2], ratios[turns / 2], ratios[turns / 4], ratios[turns * 3 / 4], turns);
    }

    /** Nanoseconds of processor time per operation; a fifth of the keys get four fifths of them. */
    private double turn(Engine engine, int seed, long nanos, Work work) {
        Random random = new Random(seed);
        long begin = threads.getCurrentThreadCpuTime();
        long end = System.nanoTime() + nanos;
        long operations = 0;
        while (System.nanoTime() < end) {
            for (int i = 0; i < 64; i++) {
                int n = random.nextInt(keys.length);
                work.run(engine, keys[random.nextInt(5) == 0 ? n : n / 5]);
            }
            operations += 64;
        }
        return (double) (threads.getCurrentThreadCpuTime() - begin) / operations;
    }
}
