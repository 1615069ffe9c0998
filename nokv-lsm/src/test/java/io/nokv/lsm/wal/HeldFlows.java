package io.nokv.lsm.wal;

import io.nokv.base.port.Promise;
import io.nokv.base.port.Scheduler;
import io.nokv.base.port.Waiter;
import java.util.ArrayDeque;
import java.util.function.Supplier;

/** Flows that the test runs by itself; nothing that it calls may have to wait for them. */
record HeldFlows(ArrayDeque<Runnable> flows) implements Scheduler {
    @Override
    public void execute(String name, Runnable work) {
        flows.add(work);
    }

    @Override
    public Timer after(long delayNanos, String name, Runnable work) {
        return () -> true;
    }

    @Override
    public <T> Promise<T> offload(String name, Supplier<T> job) {
        throw new AssertionError("the log offloads nothing");
    }

    @Override
    public Waiter currentWaiter() {
        throw new AssertionError("waits for a flow that was not run");
    }
}
