package io.nokv.sim.namespace;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.sim.Lives;
import io.nokv.sim.Seeds;
import io.nokv.sim.disk.DiskCall;
import io.nokv.sim.disk.Fault;
import io.nokv.sim.disk.FaultPlan;
import io.nokv.sim.disk.FaultyVfs;
import io.nokv.sim.disk.SimDisk;
import io.nokv.sim.world.SimEntropy;
import io.nokv.sim.world.World;
import org.junit.jupiter.api.Test;

/**
 * The disk refuses calls, is full, moves less than it was asked to, and stalls. The database may stop; it loses nothing
 * that it acknowledged, and says "failed" of nothing that happened. On a healthy disk it goes on.
 */
class BadDiskTest {
    private static FaultPlan bad(SimEntropy random) {
        FaultPlan plan = new FaultPlan();
        if (random.nextInt(2) == 0) {
            plan.nth(random.between(1, 300), random.nextInt(2) == 0, c -> c.op() != DiskCall.Op.CLOSE,
                    random.nextInt(2) == 0 ? FaultyVfs.ioError() : FaultyVfs.noSpace());
        } else {
            DiskCall.Op[] victims = {DiskCall.Op.WRITE, DiskCall.Op.SYNC, DiskCall.Op.ALLOCATE, DiskCall.Op.OPEN,
                    DiskCall.Op.RENAME, DiskCall.Op.SYNC_DIRECTORY, DiskCall.Op.READ, DiskCall.Op.DELETE};
            DiskCall.Op victim = victims[random.nextInt(victims.length)];
            plan.nth(random.between(1, 60), random.nextInt(2) == 0, c -> c.op() == victim,
                    random.nextInt(2) == 0 ? FaultyVfs.ioError() : FaultyVfs.noSpace());
        }
        return plan
                .sometimes(0.1, random.fork("short"), c -> c.op() == DiskCall.Op.READ || c.op() == DiskCall.Op.WRITE,
                        new Fault.Short())
                .sometimes(0.01, random.fork("stall"), _ -> true, new Fault.Stall(200_000_000));
    }

    private static long storm(long seed, String replay) {
        World world = new World(seed, replay);
        NamespaceStory story = new NamespaceStory(world, 4, 40);
        long[] faults = {0};
        world.run(() -> {
            SimEntropy random = world.entropy("bad disk");
            SimDisk disk = new SimDisk(world, "d");
            Lives lives = new Lives(world, disk);
            for (int life = 0; life < 3; life++) {
                disk.plan(bad(random));
                lives.one(false, -1, story::liveOnBadDisk);
                story.died();
                disk.plan(FaultPlan.none());
                lives.one(false, random.between(0, 40_000_000), story::live);
                story.died();
            }
            lives.one(true, -1, story::live);
            story.check();
            faults[0] = disk.faults();
        });
        return faults[0];
    }

    @Test
    void nothingAcknowledgedIsLostAndNothingThatHappenedFailed() {
        long[] faults = {0};
        Seeds.run(BadDiskTest.class, "nothingAcknowledgedIsLostAndNothingThatHappenedFailed", 40,
                (seed, replay) -> faults[0] += storm(seed, replay));
        assertTrue(faults[0] > 0, "the disk was good");
    }
}
