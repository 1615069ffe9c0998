package io.nokv.sim.disk;

import io.nokv.base.port.Promise;
import io.nokv.lsm.vfs.MemVfs;
import io.nokv.sim.world.SimEntropy;
import io.nokv.sim.world.SimNode;
import io.nokv.sim.world.World;

/**
 * The medium of one machine: it outlives the processes that use it. Holds the bytes (a {@link MemVfs}), counts the
 * calls, applies the plan, and cuts the power. One process at a time is attached.
 */
public final class SimDisk {
    private final World world;
    private final String name;
    private final MemVfs bytes;
    private final SimEntropy random;
    private FaultPlan plan = FaultPlan.none();
    private SimNode user;
    private FaultyVfs view;
    private Promise<Void> powerLost;
    private long calls;
    private long faults;

    public SimDisk(World world, String name) {
        this(world, name, new MemVfs());
    }

    /** @param bytes what is on it at first */
    public SimDisk(World world, String name, MemVfs bytes) {
        this.world = world;
        this.name = name;
        this.bytes = bytes;
        this.random = world.entropy("disk " + name);
        this.powerLost = world.driver().scheduler().promise();
    }

    /** Replaces the plan; counts of the old one are forgotten, {@link #calls} goes on. */
    public void plan(FaultPlan next) {
        plan = next;
    }

    /** Calls so far, over all processes. */
    public long calls() {
        return calls;
    }

    /** Faults that struck so far. */
    public long faults() {
        return faults;
    }

    /** What is stored, for damage and inspection by a test. */
    public MemVfs bytes() {
        return bytes;
    }

    /** Starts the next life of process {@code process} with this disk. The one before must be dead. */
    public SimNode boot(String process) {
        if (user != null && user.isAlive()) {
            throw new IllegalStateException("disk " + name + " is in use by " + user.name());
        }
        if (view != null) {
            view.releaseLocks();
        }
        view = new FaultyVfs(this);
        user = world.boot(process, view);
        view.usedBy(user);
        if (powerLost.isDone()) {
            powerLost = world.driver().scheduler().promise();
        }
        return user;
    }

    /** Settles when the power of the process now attached is cut. */
    public Promise<Void> powerLost() {
        return powerLost;
    }

    /** Cuts the power now. Does not return when called from a flow of the process that uses the disk. */
    public void cutPower() {
        world.note("power-cut " + name, calls, 0, 0);
        bytes.crash(random.fork("crash " + calls));
        powerLost.complete(null);
        if (user != null) {
            user.kill();
        }
    }

    // ---- what FaultyVfs uses -----------------------------------------------------------------------------------

    World world() {
        return world;
    }

    SimEntropy random() {
        return random;
    }

    /** Counts the call and says what strikes it; null for nothing. */
    Fault next(DiskCall.Op op, String path, long offset, long length, long contentHash) {
        calls++;
        world.note(op.name() + " " + path, offset, length, contentHash);
        Fault fault = plan.on(new DiskCall(calls, op, path, offset, length));
        if (fault != null) {
            faults++;
            world.note("fault " + fault, calls, 0, 0);
        }
        return fault;
    }
}
