package io.nokv.sim.store;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.raft.store.PlantedStoreBug;
import io.nokv.sim.Seeds;
import io.nokv.sim.world.SimulationFailure;
import io.nokv.sim.world.World;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The checks must be able to fail: each planted mistake is found within a bounded number of fresh seeds. */
class StorePlantedBugsTest {
    private static final int MOST_SEEDS = 1_000;

    @ParameterizedTest
    @EnumSource
    void isFound(PlantedStoreBug bug) {
        int[] runs = {0};
        boolean[] found = {false};
        Seeds.run(StorePlantedBugsTest.class, "isFound", MOST_SEEDS, (seed, replay) -> {
            if (!found[0]) {
                runs[0]++;
                try {
                    new StoreStory(new World(seed, replay), bug, null).run();
                } catch (SimulationFailure failure) {
                    found[0] = true;
                    System.out.println(bug + " found by run " + runs[0] + ": "
                            + failure.getMessage().lines().findFirst().orElse(""));
                }
            }
        });
        assertTrue(found[0], bug + " is not found in " + runs[0] + " runs");
    }
}
