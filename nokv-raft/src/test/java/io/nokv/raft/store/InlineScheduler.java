package io.nokv.raft.store;

import io.nokv.base.port.Promise;
import io.nokv.base.port.Scheduler;
import io.nokv.base.port.Waiter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Runs everything at once, on the flow that asks: the earliest moment at which it could run. Timers wait for {@link #fire}. */
final class InlineScheduler implements Scheduler {
    private final Scheduler waiters;
    private List<Runnable> timers = new ArrayList<>();

    /** @param waiters knows the flow that calls */
    InlineScheduler(Scheduler waiters) {
        this.waiters = waiters;
    }

    /** All timers that are set end now. */
    void fire() {
        List<Runnable> all = timers;
        timers = new ArrayList<>();
        all.forEach(Runnable::run);
    }

    /** No timer that is set ever ends. */
    void forget() {
        timers = new ArrayList<>();
    }

    @Override
    public void execute(String name, Runnable work) {
        work.run();
    }

    @Override
    public Timer after(long delayNanos, String name, Runnable work) {
        timers.add(work);
        return () -> timers.remove(work);
    }

    @Override
    public <T> Promise<T> offload(String name, Supplier<T> job) {
        return completed(job.get());
    }

    @Override
    public Waiter currentWaiter() {
        return waiters.currentWaiter();
    }
}
