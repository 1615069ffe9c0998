package io.nokv.sim;

import io.nokv.sim.world.SimulationFailure;
import java.util.Random;

/**
 * The seeds a simulation test runs: {@code -Dnokv.seed=N} for that one alone, else fresh ones, as many as the test says,
 * times {@code -Dnokv.sim.times=K}. A failure names its seed and the command that repeats it.
 */
public final class Seeds {
    /** One run. */
    public interface Run {
        void with(long seed, String replay);
    }

    private Seeds() {}

    /** The command that repeats {@code test} with {@code seed}. */
    public static String replay(Class<?> test, String method, long seed) {
        return "mvn -q -pl nokv-sim -am test -Dsurefire.failIfNoSpecifiedTests=false -Dtest=" + test.getSimpleName()
                + "#"
                + method + " -Dnokv.seed=" + seed;
    }

    /** Runs {@code run} for {@code count} seeds. */
    public static void run(Class<?> test, String method, int count, Run run) {
        Long fixed = Long.getLong("nokv.seed");
        if (fixed != null) {
            once(test, method, fixed, run);
            return;
        }
        Random fresh = new Random();
        long total = (long) count * Integer.getInteger("nokv.sim.times", 1);
        for (long i = 0; i < total; i++) {
            once(test, method, fresh.nextLong() >>> 16, run);
        }
    }

    private static void once(Class<?> test, String method, long seed, Run run) {
        String replay = replay(test, method, seed);
        try {
            run.with(seed, replay);
        } catch (SimulationFailure e) {
            throw e;
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("seed " + seed + ": " + e.getMessage() + "\nreplay: " + replay, e);
        }
    }
}
