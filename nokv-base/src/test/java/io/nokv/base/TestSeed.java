package io.nokv.base;

import java.util.Random;

/** The seed of a randomized test: {@code -Dnokv.seed=N}, else a fresh one. {@link #check} names it when the test fails. */
public final class TestSeed {
    /** A test body that draws all its choices from {@code random}. */
    public interface Body {
        void run(Random random);
    }

    private TestSeed() {}

    /** Runs {@code body}; a failure says how to repeat it. */
    public static void check(Class<?> test, Body body) {
        long seed = Long.getLong("nokv.seed", new Random().nextLong());
        try {
            body.run(new Random(seed));
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("seed " + seed + "; replay: mvn -pl nokv-base test -Dtest=" + test.getSimpleName()
                    + " -Dnokv.seed=" + seed, e);
        }
    }
}
