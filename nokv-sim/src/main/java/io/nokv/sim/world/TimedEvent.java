package io.nokv.sim.world;

import io.nokv.base.port.Scheduler;

/** Something that will start a flow at a point of virtual time. Earlier made comes first among equals. */
final class TimedEvent implements Scheduler.Timer, Comparable<TimedEvent> {
    private final World world;
    private final SimNode node;
    private final long atNanos;
    private final long id;
    private final String name;
    private final Runnable work;
    private boolean done;

    TimedEvent(World world, SimNode node, long atNanos, long id, String name, Runnable work) {
        this.world = world;
        this.node = node;
        this.atNanos = atNanos;
        this.id = id;
        this.name = name;
        this.work = work;
    }

    long atNanos() {
        return atNanos;
    }

    boolean belongsTo(SimNode other) {
        return node == other;
    }

    void fire() {
        done = true;
        if (node.isAlive()) {
            world.spawn(node, name, work);
        }
    }

    @Override
    public boolean cancel() {
        if (done) {
            return false;
        }
        done = true;
        world.forget(this);
        return true;
    }

    @Override
    public int compareTo(TimedEvent other) {
        int byTime = Long.compare(atNanos, other.atNanos);
        return byTime != 0 ? byTime : Long.compare(id, other.id);
    }
}
