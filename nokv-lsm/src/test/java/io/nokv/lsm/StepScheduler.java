package io.nokv.lsm;

import io.nokv.base.port.Entropy;
import io.nokv.base.port.Promise;
import io.nokv.base.port.Scheduler;
import io.nokv.base.port.Waiter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Runs one flow at a time, in an order drawn from a seed. The caller is a flow too: when it waits, the others go on until it
 * may, each on a virtual thread of its own, so that any of them can go on whatever the others wait for. Delays pass at once.
 * Waiting for something that no flow can bring is a deadlock and fails.
 */
final class StepScheduler implements Scheduler {
    private final Entropy random;
    private final List<Runnable> queue = new ArrayList<>();
    /** Given back by the flow that runs when it waits or ends. */
    private final Semaphore idle = new Semaphore(0);
    /** Null while the caller runs. */
    private Flow current;

    /** Runs when it is let go, until it waits. */
    private static final class Flow {
        final Semaphore go = new Semaphore(0);
        Throwable failure;
    }

    StepScheduler(Entropy random) {
        this.random = random;
    }

    /** Runs some of what is queued, perhaps nothing. */
    void runSome() {
        while (!queue.isEmpty() && random.nextInt(3) > 0) {
            runOne();
        }
    }

    private void runOne() {
        queue.remove(random.nextInt(queue.size())).run();
    }

    private void begin(Runnable work) {
        Flow flow = new Flow();
        Thread.ofVirtual().start(() -> {
            flow.go.acquireUninterruptibly();
            try {
                work.run();
            } catch (Throwable t) {
                flow.failure = t;
            }
            idle.release();
        });
        resume(flow);
    }

    private void resume(Flow flow) {
        Flow before = current;
        current = flow;
        flow.go.release();
        idle.acquireUninterruptibly();
        current = before;
        switch (flow.failure) {
            case null -> {
            }
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new AssertionError(flow.failure);
        }
    }

    @Override
    public void execute(String name, Runnable work) {
        queue.add(() -> begin(work));
    }

    @Override
    public Timer after(long delayNanos, String name, Runnable work) {
        Runnable event = () -> begin(work);
        queue.add(event);
        return () -> queue.remove(event);
    }

    @Override
    public <T> Promise<T> offload(String name, Supplier<T> job) {
        Promise<T> promise = promise();
        execute(name, () -> {
            try {
                promise.complete(job.get());
            } catch (RuntimeException | Error e) {
                promise.fail(e);
            }
        });
        return promise;
    }

    @Override
    public Waiter currentWaiter() {
        return current == null ? new CallersWaiter() : new FlowWaiter(current);
    }

    private final class CallersWaiter implements Waiter {
        private boolean unparked;

        @Override
        public void park() {
            while (!unparked) {
                if (queue.isEmpty()) {
                    throw new AssertionError("deadlock: a flow waits and no other can run");
                }
                runOne();
            }
            unparked = false;
        }

        @Override
        public void unpark() {
            unparked = true;
        }
    }

    private final class FlowWaiter implements Waiter {
        private final Flow flow;
        private boolean parked;
        private boolean unparked;

        FlowWaiter(Flow flow) {
            this.flow = flow;
        }

        @Override
        public void park() {
            if (!unparked) {
                parked = true;
                idle.release();
                flow.go.acquireUninterruptibly();
                parked = false;
            }
            unparked = false;
        }

        @Override
        public void unpark() {
            if (!unparked) {
                unparked = true;
                if (parked) {
                    queue.add(() -> resume(flow));
                }
            }
        }
    }
}
