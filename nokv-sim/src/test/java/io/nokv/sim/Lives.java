package io.nokv.sim;

import io.nokv.base.port.Promise;
import io.nokv.sim.disk.Fault;
import io.nokv.sim.disk.FaultPlan;
import io.nokv.sim.disk.SimDisk;
import io.nokv.sim.world.SimEntropy;
import io.nokv.sim.world.SimNode;
import io.nokv.sim.world.World;

/** A process that dies again and again on one disk: by a power cut at some call, or by kill -9 at some time. */
public final class Lives {
    /** One life, on a flow of the process; it ends by returning, or it does not return. */
    public interface Life {
        void live(SimNode node, boolean last);
    }

    private final World world;
    private final SimDisk disk;
    private final SimEntropy random;

    public Lives(World world, SimDisk disk) {
        this.world = world;
        this.disk = disk;
        this.random = world.entropy("lives");
    }

    /**
     * Runs {@code lives} of them; all but the last die within {@code calls} disk calls or {@code millis} of virtual time,
     * if they did not end before. {@code died} runs after each death.
     */
    public void run(int lives, long calls, long millis, Life life, Runnable died) {
        for (int i = 1; i <= lives; i++) {
            FaultPlan plan = FaultPlan.none();
            long killAfterNanos = -1;
            if (i < lives && random.nextInt(3) > 0) {
                plan.atCall(disk.calls() + random.between(1, calls), new Fault.PowerCut(random.nextInt(2) == 0));
            } else if (i < lives) {
                killAfterNanos = random.between(1, millis * 1_000_000);
            }
            disk.plan(plan);
            one(i == lives, killAfterNanos, life);
            died.run();
        }
    }

    /** One life with the disk's present plan; afterwards the process is dead and the power is off. */
    public void one(boolean last, long killAfterNanos, Life life) {
        SimNode node = disk.boot("db");
        Promise<Void> end = world.driver().scheduler().promise();
        disk.powerLost().whenDone((_, _) -> end.complete(null));
        if (killAfterNanos >= 0) {
            world.driver().scheduler().after(killAfterNanos, "kill -9", () -> {
                node.kill();
                end.complete(null);
            });
        }
        node.scheduler().execute("life", () -> {
            life.live(node, last);
            end.complete(null);
        });
        end.await();
        if (node.isAlive() && random.nextInt(2) == 0) {
            disk.cutPower();
        }
        node.kill();
    }
}
