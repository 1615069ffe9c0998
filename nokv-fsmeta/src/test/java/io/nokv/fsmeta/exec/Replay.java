package io.nokv.fsmeta.exec;

import io.nokv.fsmeta.txn.SeededEntropy;
import java.security.SecureRandom;

/** Seeds of random tests: from {@code -Dnokv.seed=N}, else fresh; a failure says how to see it again. */
public final class Replay {
    /** A story told with one seed. */
    public interface Story {
        void tell(SeededEntropy entropy) throws Exception;
    }

    private Replay() {}

    public static void run(Class<?> test, String method, Story story) throws Exception {
        Long given = Long.getLong("nokv.seed");
        long seed = given == null ? new SecureRandom().nextLong() : given;
        try {
            story.tell(new SeededEntropy(seed));
        } catch (Exception | Error e) {
            System.err.println(
                    "seed " + seed + "; again with: mvn -pl nokv-fsmeta -am test -Dtest=" + test.getSimpleName()
                            + "#" + method + " -Dsurefire.failIfNoSpecifiedTests=false -Dnokv.seed=" + seed);
            throw e;
        }
    }
}
