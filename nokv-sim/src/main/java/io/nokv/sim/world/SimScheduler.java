package io.nokv.sim.world;

import io.nokv.base.port.Promise;
import io.nokv.base.port.Scheduler;
import io.nokv.base.port.Waiter;
import java.util.function.Supplier;

/** The scheduler of one node: flows are coroutines, timers are virtual, offloaded jobs run at a random later time. */
public final class SimScheduler implements Scheduler {
    private final World world;
    private final SimNode node;
    private final SimEntropy entropy;

    SimScheduler(World world, SimNode node, SimEntropy entropy) {
        this.world = world;
        this.node = node;
        this.entropy = entropy;
    }

    @Override
    public void execute(String name, Runnable work) {
        if (node.isAlive()) {
            world.spawn(node, name, work);
        }
    }

    @Override
    public Timer after(long delayNanos, String name, Runnable work) {
        return world.after(node, delayNanos, name, work);
    }

    /** The job is a flow, so it may use the files of this node; its failure goes to the promise, as in production. */
    @Override
    public <T> Promise<T> offload(String name, Supplier<T> job) {
        Promise<T> promise = promise();
        world.after(node, entropy.around(world.knobs().offloadMeanNanos()), name, () -> {
            T value;
            try {
                value = job.get();
            } catch (Throwable t) {
                promise.fail(t);
                return;
            }
            promise.complete(value);
        });
        return promise;
    }

    @Override
    public Waiter currentWaiter() {
        return world.currentFlow();
    }

    /** Runs {@code work} on a flow of its own; the promise settles when it ends. For drivers that start clients. */
    public Promise<Void> start(String name, Runnable work) {
        Promise<Void> ended = promise();
        execute(name, () -> {
            work.run();
            ended.complete(null);
        });
        return ended;
    }
}
