package io.nokv.base.system;

import io.nokv.base.port.Promise;
import io.nokv.base.port.Scheduler;
import io.nokv.base.port.Waiter;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Flows are virtual threads, offloaded jobs run on a bounded pool of daemon platform threads, one daemon thread keeps
 * the timers. {@link #close()} stops timers and pool; flows end by themselves.
 */
public final class ThreadScheduler implements Scheduler, AutoCloseable {
    private final ExecutorService pool;
    private final ScheduledThreadPoolExecutor timers;

    /** @param offloadThreads how many jobs may use a core at once, at least 1 */
    public ThreadScheduler(int offloadThreads) {
        pool = Executors.newFixedThreadPool(offloadThreads, daemons("nokv-offload-"));
        timers = new ScheduledThreadPoolExecutor(1, daemons("nokv-timer-"));
        timers.setRemoveOnCancelPolicy(true);
    }

    /** One offload thread per core. */
    public ThreadScheduler() {
        this(Runtime.getRuntime().availableProcessors());
    }

    private static ThreadFactory daemons(String prefix) {
        return Thread.ofPlatform().daemon().name(prefix, 0).factory();
    }

    @Override
    public void execute(String name, Runnable work) {
        Thread.ofVirtual().name(name).start(work);
    }

    @Override
    public Timer after(long delayNanos, String name, Runnable work) {
        Future<?> future = timers.schedule(() -> execute(name, work), delayNanos, TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    @Override
    public <T> Promise<T> offload(String name, Supplier<T> job) {
        Promise<T> promise = promise();
        pool.execute(() -> {
            try {
                promise.complete(job.get());
            } catch (Throwable t) {
                promise.fail(t);
            }
        });
        return promise;
    }

    /** WouldWait on a {@link WaitFree} thread. */
    @Override
    public Waiter currentWaiter() {
        WaitFree.refuse();
        return new ThreadWaiter(Thread.currentThread());
    }

    @Override
    public void close() {
        timers.shutdownNow();
        pool.shutdown();
    }

    /** Parks a thread. An interrupt does not end the wait: it is kept and set again when the wait is over. */
    private static final class ThreadWaiter implements Waiter {
        private final Thread thread;

        ThreadWaiter(Thread thread) {
            this.thread = thread;
        }

        /**
         * Clears the interrupt first, since an interrupted thread would not park at all, and sets it again afterwards. One
         * park per call: a second one could swallow the permit of an unpark that came together with the interrupt.
         */
        @Override
        public void park() {
            boolean interrupted = Thread.interrupted();
            LockSupport.park(this);
            if (interrupted) {
                thread.interrupt();
            }
        }

        @Override
        public void unpark() {
            LockSupport.unpark(thread);
        }
    }
}
