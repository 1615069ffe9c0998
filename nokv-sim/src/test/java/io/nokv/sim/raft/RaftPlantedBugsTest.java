package io.nokv.sim.raft;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.raft.core.PlantedBug;
import io.nokv.sim.Seeds;
import io.nokv.sim.Shrinking;
import io.nokv.sim.world.SimulationFailure;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The checks can fail: each planted bug is found within a bounded number of fresh seeds. */
class RaftPlantedBugsTest {
    private static final int MOST_SEEDS = 500;

    /** Whether the failure is the verdict of a check, not an accident of the planted bug, such as a run without an end. */
    private static boolean isVerdict(SimulationFailure failure) {
        String message = failure.getMessage();
        return message.contains(" is broken: ") || message.contains("no order explains")
                || message.contains("acknowledged write lost");
    }

    @ParameterizedTest
    @EnumSource
    void isFound(PlantedBug bug) {
        Random fresh = new Random();
        SimulationFailure other = null;
        Long fixed = Long.getLong("nokv.seed");
        for (int i = 1; i <= (fixed == null ? MOST_SEEDS : 1); i++) {
            long seed = fixed == null ? fresh.nextLong() >>> 16 : fixed;
            try {
                RaftStory.run(seed, Seeds.replay(RaftPlantedBugsTest.class, "isFound", seed), bug,
                        Shrinking.kept(), RaftPlantedBugsTest::isVerdict);
            } catch (SimulationFailure failure) {
                if (isVerdict(failure)) {
                    System.out.println(bug + " found by seed " + i + " of at most " + MOST_SEEDS + ": "
                            + failure.getMessage().lines().findFirst().orElse("") + "\n" + failure.getMessage()
                                    .substring(Math.max(0, failure.getMessage().indexOf("shrunk from"))));
                    return;
                }
                other = failure;
            }
        }
        assertTrue(other == null, () -> bug + " was not found by a check");
        throw new AssertionError(bug + " was not found in " + MOST_SEEDS + " seeds", other);
    }

    @Test
    void shrinkingKeepsWhatIsNeededAndAsksNoMoreThanItMay() {
        AtomicInteger asked = new AtomicInteger();
        List<Integer> few = Shrinking.shrink(40, some -> {
            asked.incrementAndGet();
            return some.containsAll(List.of(3, 17, 18));
        }, 200);
        assertTrue(few.equals(List.of(3, 17, 18)) && asked.get() <= 200, few + " after " + asked);
        assertTrue(Shrinking.shrink(40, _ -> true, 200).isEmpty());
        assertTrue(Shrinking.shrink(40, _ -> false, 200).size() == 40);
    }
}
