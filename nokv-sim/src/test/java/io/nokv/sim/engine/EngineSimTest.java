package io.nokv.sim.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.port.Promise;
import io.nokv.sim.SecondJvm;
import io.nokv.sim.Seeds;
import io.nokv.sim.disk.Fault;
import io.nokv.sim.disk.FaultPlan;
import io.nokv.sim.disk.SimDisk;
import io.nokv.sim.world.SimEntropy;
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
            SimEntropy random = world.entropy("storm");
            SimDisk disk = new SimDisk(world, "d");
            EngineStory story = new EngineStory(world, disk);
            for (int life = 1; life <= LIVES; life++) {
                SimNode node = disk.boot("db");
                if (life < LIVES) {
                    disk.plan(new FaultPlan().atCall(disk.calls() + random.between(1, 400),
                            new Fault.PowerCut(random.nextInt(2) == 0)));
                } else {
                    disk.plan(FaultPlan.none());
                }
                Promise<Void> end = world.driver().scheduler().promise();
                disk.powerLost().whenDone((_, _) -> end.complete(null));
                node.scheduler().execute("life", () -> {
                    story.live(node, 4, 25, () -> {});
                    end.complete(null);
                });
                end.await();
                if (node.isAlive()) {
                    disk.cutPower();
                }
            }
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
                EngineStory story = new EngineStory(world, disk);
                SimNode node = disk.boot("db");
                node.scheduler().start("life", () -> story.live(node, 4, 25, () -> {})).await();
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
            assertTrue(first.trace().events() > 500, "a dull run: " + first.trace().summary());
        });
    }
}
