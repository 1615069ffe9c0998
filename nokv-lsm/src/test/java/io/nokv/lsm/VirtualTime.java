package io.nokv.lsm;

import io.nokv.base.port.Clock;
import io.nokv.base.port.Promise;
import io.nokv.base.port.Scheduler;
import io.nokv.base.port.Waiter;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Time that passes only by waiting and by offloaded jobs, which take as long as the bytes they read and write: what is measured
 * on it is the same on every machine and in every run. One flow runs at a time, each on a virtual thread.
 */
final class VirtualTime implements Scheduler, Clock {
    private record Event(long at, long order, Runnable action) {}

    /** Runs when it is let go, until it waits. */
    private final class Flow implements Waiter {
        private final Semaphore go = new Semaphore(0);
        private boolean waits;
        private boolean unparked;

        @Override
        public void park() {
            if (!unparked) {
                waits = true;
                idle.release();
                go.acquireUninterruptibly();
            }
            unparked = false;
        }

        @Override
        public void unpark() {
            unparked = true;
            if (waits) {
                waits = false;
                at(now, () -> resume(this));
            }
        }
    }

    private final Semaphore idle = new Semaphore(0);
    private final PriorityQueue<Event> events = new PriorityQueue<>(
            Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
    private final LongSupplier bytesMoved;
    private final double nanosPerByte;
    private final ArrayDeque<Runnable> offloaded = new ArrayDeque<>();
    private int freeThreads;
    private Flow current;
    private long now;
    private long order;

    /** @param bytesMoved by reads and writes of files so far */
    VirtualTime(int threads, long bytesPerSecond, LongSupplier bytesMoved) {
        this.freeThreads = threads;
        this.nanosPerByte = 1e9 / bytesPerSecond;
        this.bytesMoved = bytesMoved;
    }

    private void at(long time, Runnable action) {
        events.add(new Event(time, order++, action));
    }

    private void resume(Flow flow) {
        current = flow;
        flow.go.release();
        idle.acquireUninterruptibly();
    }

    /** Runs {@code work} and all that it starts until nothing is left to do. */
    void run(Runnable work) {
        execute("main", work);
        while (!events.isEmpty()) {
            Event next = events.poll();
            now = Math.max(now, next.at);
            next.action.run();
        }
    }

    @Override
    public void execute(String name, Runnable work) {
        at(now, () -> {
            Flow flow = new Flow();
            Thread.ofVirtual().name(name).start(() -> {
                flow.go.acquireUninterruptibly();
                work.run();
                idle.release();
            });
            resume(flow);
        });
    }

    @Override
    public Timer after(long delayNanos, String name, Runnable work) {
        Event event = new Event(now + delayNanos, order++, () -> execute(name, work));
        events.add(event);
        return () -> events.remove(event);
    }

    @Override
    public <T> Promise<T> offload(String name, Supplier<T> job) {
        Promise<T> promise = promise();
        offloaded.add(() -> {
            long before = bytesMoved.getAsLong();
            Runnable settle;
            try {
                T result = job.get();
                settle = () -> promise.complete(result);
            } catch (RuntimeException | Error e) {
                settle = () -> promise.fail(e);
            }
            Runnable settled = settle;
            at(now + (long) ((bytesMoved.getAsLong() - before) * nanosPerByte), () -> {
                freeThreads++;
                settled.run();
                nextOffloaded();
            });
        });
        at(now, this::nextOffloaded);
        return promise;
    }

    private void nextOffloaded() {
        if (freeThreads > 0 && !offloaded.isEmpty()) {
            freeThreads--;
            offloaded.poll().run();
        }
    }

    @Override
    public Waiter currentWaiter() {
        return current;
    }

    @Override
    public long monotonicNanos() {
        return now;
    }

    @Override
    public long wallNanos() {
        return now;
    }
}
