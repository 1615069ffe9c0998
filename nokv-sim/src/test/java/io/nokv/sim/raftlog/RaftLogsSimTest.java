package io.nokv.sim.raftlog;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.raft.storage.RaftLogStats;
import io.nokv.sim.Lives;
import io.nokv.sim.Seeds;
import io.nokv.sim.disk.Fault;
import io.nokv.sim.disk.FaultPlan;
import io.nokv.sim.disk.SimDisk;
import io.nokv.sim.world.Knobs;
import io.nokv.sim.world.World;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The logs of a store's replicas beside naive ones, with the power cut wherever it hurts. */
class RaftLogsSimTest {
    private static final int LIVES = 6;

    private static RaftLogStats storm(long seed, String replay, int operations) {
        World world = new World(seed, replay);
        RaftLogsStory[] story = new RaftLogsStory[1];
        world.run(() -> {
            SimDisk disk = new SimDisk(world, "d");
            story[0] = new RaftLogsStory(world);
            new Lives(world, disk).run(LIVES, 600, 20, (node, _) -> story[0].live(node, operations), () -> {});
        });
        return story[0].lastStats();
    }

    @Test
    void whatWasMadeDurableIsFoundAfterEveryPowerCut() {
        long[] images = {0};
        long[] fetches = {0};
        Seeds.run(RaftLogsSimTest.class, "whatWasMadeDurableIsFoundAfterEveryPowerCut", 60, (seed, replay) -> {
            RaftLogStats stats = storm(seed, replay, 250);
            images[0] += stats.images();
            fetches[0] += stats.fetches();
        });
        System.out.println("raft logs: " + images[0] + " images, " + fetches[0] + " fetches in the last lives");
    }

    private static SimDisk run(long seed, String replay, long number, Fault fault) {
        World world = new World(seed, new Knobs(0.5, 500, 20_000, 2_000, 40_000, 0, 0, 20_000_000),
                replay + " (cut at call " + number + ")", null);
        SimDisk[] disk = new SimDisk[1];
        world.run(() -> {
            disk[0] = new SimDisk(world, "d");
            RaftLogsStory story = new RaftLogsStory(world);
            Lives lives = new Lives(world, disk[0]);
            if (fault != null) {
                disk[0].plan(new FaultPlan().atCall(number, fault));
            }
            lives.one(fault == null, -1, (node, _) -> story.live(node, 60));
            if (fault != null) {
                disk[0].plan(FaultPlan.none());
                lives.one(true, -1, (node, _) -> story.live(node, 10));
            }
        });
        return disk[0];
    }

    private static void sweep(long seed, String replay) {
        long calls = run(seed, replay, 0, null).calls();
        assertTrue(calls > 60, "a dull workload of " + calls + " calls");
        for (long call = 1; call <= calls; call++) {
            run(seed, replay, call, new Fault.PowerCut(false));
            run(seed, replay, call, new Fault.PowerCut(true));
        }
    }

    @Test
    void thePowerIsCutAtEveryCallOfAWorkload() {
        Seeds.run(RaftLogsSimTest.class, "thePowerIsCutAtEveryCallOfAWorkload", 1, RaftLogsSimTest::sweep);
    }

    @Test
    @Tag("slow")
    void thePowerIsCutAtEveryCallOfManyWorkloads() {
        Seeds.run(RaftLogsSimTest.class, "thePowerIsCutAtEveryCallOfManyWorkloads", 20, RaftLogsSimTest::sweep);
    }
}
