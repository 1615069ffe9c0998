package io.nokv.raft;

import java.util.Random;

/** The seed of a randomized test: {@code -Dnokv.seed=N}, else a fresh one. A failure names it. */
public final class TestSeed {
    /** A test body that draws all its choices from {@code random}. */
    public interface Body {
        void run(Random random);
    }

    private TestSeed() {}

    /** Runs {@code body} {@code rounds} times, each with a seed of its own; a failure says how to repeat its round. */
    public static void check(Class<?> test, int rounds, Body body) {
        Long fixed = Long.getLong("nokv.seed");
        Random fresh = new Random();
        for (int i = 0; i < (fixed == null ? rounds : 1); i++) {
            long seed = fixed == null ? fresh.nextLong() : fixed;
            try {
                body.run(new Random(seed));
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + "; replay: mvn -q -pl nokv-raft -am test -Dtest="
                        + test.getSimpleName() + " -Dsurefire.failIfNoSpecifiedTests=false -Dnokv.seed=" + seed, e);
            }
        }
    }
}
