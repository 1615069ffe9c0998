package io.nokv.sim.raft;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.raft.core.PlantedBug;
import io.nokv.sim.Seeds;
import io.nokv.sim.world.SimulationFailure;
import io.nokv.sim.world.World;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The checks can fail: each planted bug is found within a bounded number of fresh seeds. */
class RaftPlantedBugsTest {
    private static final int MOST_SEEDS = 1_000;

    /** Whether the failure is the verdict of a check, not an accident of the planted bug. */
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
        for (int i = 1; i <= MOST_SEEDS; i++) {
            long seed = fresh.nextLong() >>> 16;
            try {
                new RaftStory(new World(seed, Seeds.replay(RaftPlantedBugsTest.class, "isFound", seed)), bug, null)
                        .run();
            } catch (SimulationFailure failure) {
                if (isVerdict(failure)) {
                    System.out.println(bug + " found by seed " + i + " of at most " + MOST_SEEDS + ": "
                            + failure.getMessage().lines().findFirst().orElse(""));
                    return;
                }
                other = failure;
            }
        }
        assertTrue(other == null, () -> bug + " was not found by a check");
        throw new AssertionError(bug + " was not found in " + MOST_SEEDS + " seeds", other);
    }
}
