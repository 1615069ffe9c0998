package io.nokv.sim.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.sim.Lives;
import io.nokv.sim.SecondJvm;
import io.nokv.sim.Seeds;
import io.nokv.sim.disk.SimDisk;
import io.nokv.sim.world.SimNode;
import io.nokv.sim.world.World;
import org.junit.jupiter.api.Test;

/** The production engine on the simulator's thread: power cuts at random calls, many lives, one disk. */
class EngineSimTest {
    private static final int LIVES = 6;

    /** Runs a few lives; each but the last ends by a power cut, unless it was done before. */
    static World storm(long seed, String replay) {
        World world = new World(seed, replay);
        world.run(() -> {
            SimDisk disk = new SimDisk(world, "d");
            EngineStory story = new EngineStory(world);
            new Lives(world, disk).run(LIVES, 400, 20, (node, _) -> story.live(node, 4, 25), () -> {});
        });
        return world;
    }

    @Test
    void whatWasAcknowledgedSurvivesEveryPowerCut() {
        Seeds.run(EngineSimTest.class, "whatWasAcknowledgedSurvivesEveryPowerCut", 60, EngineSimTest::storm);
    }

    @Test
    void noLockIsHeldWhileWaiting() {
        Seeds.run(EngineSimTest.class, "noLockIsHeldWhileWaiting", 1, (seed, replay) -> {
            World world = new World(seed, replay);
            world.watchLocks(7);
            world.run(() -> {
                SimDisk disk = new SimDisk(world, "d");
                EngineStory story = new EngineStory(world);
                SimNode node = disk.boot("db");
                node.scheduler().start("life", () -> story.live(node, 4, 25)).await();
            });
        });
    }

    /** Prints the trace of one storm; what the second virtual machine runs. */
    static final class Main {
        private Main() {}

        public static void main(String[] arguments) {
            System.out.println(storm(Long.parseLong(arguments[0]), "none").trace().summary());
        }
    }

    @Test
    void oneSeedIsOneTraceInTwoVirtualMachines() {
        Seeds.run(EngineSimTest.class, "oneSeedIsOneTraceInTwoVirtualMachines", 1, (seed, replay) -> {
            String here = storm(seed, replay).trace().summary();
            assertEquals(here, SecondJvm.run(Main.class, Long.toString(seed)));
        });
    }

    @Test
    void oneSeedIsOneTrace() {
        Seeds.run(EngineSimTest.class, "oneSeedIsOneTrace", 3, (seed, replay) -> {
            World first = storm(seed, replay);
            World second = storm(seed, replay);
            assertEquals(first.trace().summary(), second.trace().summary());
            assertTrue(first.trace().events() > 150, "a dull run: " + first.trace().summary());
        });
    }
}
