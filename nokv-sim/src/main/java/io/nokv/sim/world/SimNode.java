package io.nokv.sim.world;

import io.nokv.base.port.Ports;
import io.nokv.base.vfs.Vfs;

/** One life of one process: from {@link World#boot} until {@link #kill} or the end of the run. */
public final class SimNode {
    private final World world;
    private final String name;
    private final int life;
    private final SimClock clock;
    private final SimEntropy entropy;
    private final SimScheduler scheduler;
    private final Vfs vfs;
    private boolean alive = true;
    private boolean frozen;

    SimNode(World world, String name, int life, SimClock clock, SimEntropy entropy, Vfs vfs) {
        this.world = world;
        this.name = name;
        this.life = life;
        this.clock = clock;
        this.entropy = entropy;
        this.scheduler = new SimScheduler(world, this, entropy.fork("scheduler"));
        this.vfs = vfs;
    }

    /** Process name and life: {@code db.2}. */
    public String name() {
        return name;
    }

    /** 1 for the first. */
    public int life() {
        return life;
    }

    public SimClock clock() {
        return clock;
    }

    public SimEntropy entropy() {
        return entropy;
    }

    public SimScheduler scheduler() {
        return scheduler;
    }

    /** What the production code of this process gets. */
    public Ports ports() {
        return ports(vfs);
    }

    /** The same with another disk, for a wrapper that needs this node's scheduler. */
    public Ports ports(Vfs disk) {
        return new Ports(clock, entropy, scheduler, disk);
    }

    public boolean isAlive() {
        return alive;
    }

    /** Flows that have not ended, parked ones included. */
    public int liveFlows() {
        return world.liveFlows(this);
    }

    /**
     * Stops the process where it stands, as SIGSTOP or a long collection does: none of its flows takes a step until {@link
     * #thaw}. Time goes on: messages and timers that come due meanwhile wait. For callers outside of this node.
     */
    public void freeze() {
        if (alive && !frozen) {
            frozen = true;
            world.freeze(this);
        }
    }

    /** Lets the process go on; everything that waited for that can run now. */
    public void thaw() {
        if (frozen) {
            frozen = false;
            world.thaw(this);
        }
    }

    public boolean isFrozen() {
        return frozen;
    }

    /**
     * Ends the process as {@code kill -9} does: none of its flows takes another step, none of its timers fires. Does not
     * return when called from one of its own flows. What becomes of its disk is the caller's to say.
     */
    public void kill() {
        if (alive) {
            alive = false;
            world.kill(this);
        }
    }
}
