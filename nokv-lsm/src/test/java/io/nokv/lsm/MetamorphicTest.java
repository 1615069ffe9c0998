package io.nokv.lsm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.lsm.vfs.MemVfs;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * One random history, run under many random sets of options and orders of background work, has one answer to each of its
 * operations. The first run has a memtable that holds everything and so is right by inspection of little code.
 */
class MetamorphicTest {
    @Test
    void aFewHistories() {
        for (int i = 0; i < 3; i++) {
            TestWorld.seeded(getClass(), random -> sameUnderAllOptions(random, 1_500, 4));
        }
    }

    /** At least a million operations, or as many as {@code -Dnokv.operations} says. */
    @Test
    @Tag("slow")
    void aMillionOperations() {
        long wanted = Long.getLong("nokv.operations", 1_000_000);
        for (long done = 0; done < wanted; done += 20_000 * 8L) {
            TestWorld.seeded(getClass(), random -> sameUnderAllOptions(random, 20_000, 8));
        }
    }

    private static void sameUnderAllOptions(TestWorld.Seeded random, int operations, int runs) {
        long seed = random.nextLong();
        List<String> expected = null;
        for (int run = 0; run < runs; run++) {
            History history = new History(seed, operations);
            EngineOptions options = run == 0
                    ? EngineOptions.tiny().withValues(EngineOptions.tiny().values().off()).withMemtableBytes(64 << 20)
                            .withTables(RandomOptions.draw(random, history.tails()).tables())
                            .withWalSegmentBytes(64 << 20)
                    : RandomOptions.draw(random, history.tails());
            List<String> answers = history.run(new MemVfs(), new StepScheduler(random), options);
            if (expected == null) {
                expected = answers;
                assertTrue(answers.size() > operations);
            }
            for (int i = 0; i < expected.size(); i++) {
                int at = i;
                assertEquals(expected.get(i), answers.get(i), () -> "operation " + at + " under " + options);
            }
        }
    }
}
