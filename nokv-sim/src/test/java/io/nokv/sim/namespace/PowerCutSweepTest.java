package io.nokv.sim.namespace;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.sim.Lives;
import io.nokv.sim.Seeds;
import io.nokv.sim.disk.Fault;
import io.nokv.sim.disk.FaultPlan;
import io.nokv.sim.disk.SimDisk;
import io.nokv.sim.world.Knobs;
import io.nokv.sim.world.World;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * One recorded workload, and the power cut before and after each of its calls to the disk, one run per call. After each
 * cut the database opens, everything acknowledged is there, what was under way happened wholly or not at all, the audit
 * and the store's own check find nothing, and the clients go on.
 */
class PowerCutSweepTest {
    private static final int CLIENTS = 3;
    private static final long BUSY = 150;

    /** Runs the workload of {@code seed} with {@code fault} at call {@code number}, then a second life. */
    private static SimDisk run(long seed, String replay, int callsEach, long number, Fault fault) {
        // Disk calls take time, so that flows meet; everything else is calm, so that the calls are the same each time.
        World world = new World(seed, new Knobs(0.5, 500, 20_000, 2_000, 40_000, 0, 0, 20_000_000),
                replay + " (cut at call " + number + ")", null);
        NamespaceStory story = new NamespaceStory(world, CLIENTS, callsEach, 12_000, PreemptingRunner::new);
        SimDisk[] disk = new SimDisk[1];
        world.run(() -> {
            disk[0] = new SimDisk(world, "d");
            Lives lives = new Lives(world, disk[0]);
            if (fault != null) {
                disk[0].plan(new FaultPlan().atCall(number, fault));
            }
            lives.one(fault == null, -1, story::live);
            if (fault != null) {
                story.died();
                disk[0].plan(FaultPlan.none());
                lives.one(true, -1, story::live);
            }
            story.check();
        });
        return disk[0];
    }

    private static void sweep(long seed, String replay, int callsEach) {
        // The first workload from this seed on that keeps the disk busy.
        long workload = seed;
        long calls = run(workload, replay, callsEach, 0, null).calls();
        for (int i = 0; calls < BUSY && i < 100; i++) {
            calls = run(++workload, replay, callsEach, 0, null).calls();
        }
        assertTrue(calls >= BUSY, "a dull workload of " + calls + " calls");
        for (long call = 1; call <= calls; call++) {
            run(workload, replay, callsEach, call, new Fault.PowerCut(false));
            run(workload, replay, callsEach, call, new Fault.PowerCut(true));
        }
        System.out.println("power cut before and after each of " + calls + " disk calls, seed " + seed);
    }

    @Test
    void everyCallOfARecordedWorkload() {
        Seeds.run(PowerCutSweepTest.class, "everyCallOfARecordedWorkload", 1,
                (seed, replay) -> sweep(seed, replay, 12));
    }

    @Test
    @Tag("slow")
    void everyCallOfManyRecordedWorkloads() {
        Seeds.run(PowerCutSweepTest.class, "everyCallOfManyRecordedWorkloads", 20,
                (seed, replay) -> sweep(seed, replay, 60));
    }
}
