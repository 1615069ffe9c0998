package io.nokv.sim.world;

import io.nokv.base.port.Waiter;
import jdk.internal.vm.Continuation;
import jdk.internal.vm.ContinuationScope;

/** One coroutine of one node. Runs until it parks, yields or ends; the world decides when it goes on. */
final class Flow implements Waiter {
    private static final ContinuationScope SCOPE = new ContinuationScope("nokv-sim");

    final long id;
    final String name;
    final SimNode node;
    private final World world;
    private final Continuation continuation;
    /** Someone unparked it while it ran: the next park returns at once. */
    private boolean permit;
    /** Waits for an unpark; not in the world's list of runnable flows. */
    private boolean parked;
    /** Never resumed again. */
    boolean dead;

    Flow(World world, SimNode node, long id, String name, Runnable work) {
        this.world = world;
        this.node = node;
        this.id = id;
        this.name = name;
        this.continuation = new Continuation(SCOPE, () -> {
            try {
                work.run();
            } catch (Throwable t) {
                world.flowFailed(this, t);
            }
        });
    }

    /** Runs it up to its next wait. Called by the world's loop only. */
    void resume() {
        continuation.run();
    }

    boolean isDone() {
        return continuation.isDone();
    }

    boolean isParked() {
        return parked;
    }

    @Override
    public void park() {
        world.requireCurrent(this);
        if (permit) {
            permit = false;
            return;
        }
        parked = true;
        suspend();
    }

    @Override
    public void unpark() {
        if (dead) {
            return;
        }
        if (parked) {
            parked = false;
            world.makeRunnable(this);
        } else {
            permit = true;
        }
    }

    /** Lets others run; the caller made sure that something will resume this flow, or nothing should. */
    void suspend() {
        world.aboutToWait(this);
        if (!Continuation.yield(SCOPE)) {
            // A pinned coroutine throws; false would mean that the flow went on without a decision of the world.
            throw new AssertionError("flow " + name + " could not be suspended");
        }
    }

    /** Where it waits, innermost frame first. */
    StackTraceElement[] stack() {
        return continuation.getStackTrace();
    }

    @Override
    public String toString() {
        return node.name() + "/" + name + "#" + id;
    }
}
