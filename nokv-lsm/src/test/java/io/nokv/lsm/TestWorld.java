package io.nokv.lsm;

import io.nokv.base.port.Entropy;
import io.nokv.base.port.Ports;
import io.nokv.base.port.Scheduler;
import io.nokv.base.system.SystemClock;
import io.nokv.base.system.SystemEntropy;
import io.nokv.base.vfs.Vfs;
import java.nio.charset.StandardCharsets;

/** What tests of the engine share: ports, keys, and randomness that can be replayed. */
public final class TestWorld {
    private TestWorld() {}

    public static Ports ports(Vfs vfs, Scheduler scheduler) {
        return new Ports(new SystemClock(), new SystemEntropy(), scheduler, vfs);
    }

    public static byte[] b(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** SplitMix64 from a seed. */
    public static final class Seeded implements Entropy {
        private long state;

        public Seeded(long seed) {
            state = seed;
        }

        @Override
        public long nextLong() {
            state += 0x9E3779B97F4A7C15L;
            long z = state;
            z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
            z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
            return z ^ (z >>> 31);
        }
    }

    /** A test body that draws from one seed. */
    public interface SeededRun {
        void run(Seeded random) throws Exception;
    }

    /** Runs {@code body} from {@code -Dnokv.seed=N}, else from a fresh seed; a failure says how to replay it. */
    public static void seeded(Class<?> test, SeededRun body) {
        Long given = Long.getLong("nokv.seed");
        long seed = given != null ? given : new SystemEntropy().nextLong() & 0xFFFF_FFFFL;
        try {
            body.run(new Seeded(seed));
        } catch (Exception | AssertionError e) {
            throw new AssertionError("seed " + seed + "; replay: mvn -o -pl nokv-lsm -am test -Dtest="
                    + test.getSimpleName() + " -Dnokv.seed=" + seed + ": " + e, e);
        }
    }
}
