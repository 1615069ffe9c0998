package io.nokv.sim.namespace;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.sim.Lives;
import io.nokv.sim.Seeds;
import io.nokv.sim.disk.SimDisk;
import io.nokv.sim.world.SimulationFailure;
import io.nokv.sim.world.World;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The checks can fail: each planted bug is found within a bounded number of fresh seeds. */
class PlantedBugsTest {
    private static final int MOST_SEEDS = 400;

    private static void storm(long seed, PlantedBug bug) {
        World world = new World(seed, Seeds.replay(PlantedBugsTest.class, "isFound", seed));
        NamespaceStory story = new NamespaceStory(world, 5, 60, 400_000, bug::in);
        world.run(() -> {
            new Lives(world, new SimDisk(world, "d")).run(3, 1_500, 100, story::live, story::died);
            story.check();
        });
    }

    /** Whether the failure is a verdict about the namespace, not an accident of the planted bug. */
    private static boolean isVerdict(SimulationFailure failure) {
        String message = failure.getMessage();
        return message.contains("findings, the first") || message.contains("no order explains");
    }

    @ParameterizedTest
    @EnumSource
    void isFound(PlantedBug bug) {
        Random fresh = new Random();
        SimulationFailure other = null;
        for (int i = 1; i <= MOST_SEEDS; i++) {
            long seed = fresh.nextLong() >>> 16;
            try {
                storm(seed, bug);
            } catch (SimulationFailure failure) {
                if (isVerdict(failure)) {
                    System.out.println(bug + " found by seed " + i + " of at most " + MOST_SEEDS);
                    return;
                }
                other = failure;
            }
        }
        assertTrue(other == null, () -> bug + " was not found by a check");
        throw new AssertionError(bug + " was not found in " + MOST_SEEDS + " seeds", other);
    }
}
