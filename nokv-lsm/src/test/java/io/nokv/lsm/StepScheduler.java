package io.nokv.lsm;

import io.nokv.base.port.Entropy;
import io.nokv.base.port.Promise;
import io.nokv.base.port.Scheduler;
import io.nokv.base.port.Waiter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import jdk.internal.vm.Continuation;
import jdk.internal.vm.ContinuationScope;

/**
 * Runs everything on the calling thread, in an order drawn from a seed. Work runs in coroutines; the test itself goes on
 * until it waits, and then runs them, one at a time and each up to its next wait, until what it waits for is there. Delays
 * pass at once. Waiting for something that no flow can bring is a deadlock and fails.
 */
final class StepScheduler implements Scheduler {
    private static final ContinuationScope SCOPE = new ContinuationScope("nokv-lsm-test");

    private final Entropy random;
    /** Not begun, or no longer waiting. */
    private final List<Flow> ready = new ArrayList<>();
    private final Waiter test = new TestWaiter();
    /** Null while the test itself runs. */
    private Flow current;

    StepScheduler(Entropy random) {
        this.random = random;
    }

    /** Runs some of what is ready, perhaps nothing. */
    void runSome() {
        while (!ready.isEmpty() && random.nextInt(3) > 0) {
            runOne();
        }
    }

    private void runOne() {
        Flow flow = ready.remove(random.nextInt(ready.size()));
        current = flow;
        flow.continuation.run();
        current = null;
        if (flow.failure != null) {
            throw flow.failure;
        }
    }

    private Flow add(Runnable work) {
        Flow flow = new Flow(work);
        ready.add(flow);
        return flow;
    }

    @Override
    public void execute(String name, Runnable work) {
        add(work);
    }

    @Override
    public Timer after(long delayNanos, String name, Runnable work) {
        Flow flow = add(work);
        return () -> ready.remove(flow);
    }

    @Override
    public <T> Promise<T> offload(String name, Supplier<T> job) {
        Promise<T> promise = promise();
        add(() -> {
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
        return current == null ? test : current;
    }

    /** A coroutine. */
    private final class Flow implements Waiter {
        private final Continuation continuation;
        private boolean permit;
        private boolean parked;
        private Error failure;

        Flow(Runnable work) {
            continuation = new Continuation(SCOPE, () -> {
                try {
                    work.run();
                } catch (RuntimeException | Error e) {
                    failure = new AssertionError("a flow ended with " + e, e);
                }
            });
        }

        @Override
        public void park() {
            if (permit) {
                permit = false;
                return;
            }
            parked = true;
            if (!Continuation.yield(SCOPE)) {
                throw new AssertionError("a flow could not be suspended");
            }
        }

        @Override
        public void unpark() {
            if (parked) {
                parked = false;
                ready.add(this);
            } else {
                permit = true;
            }
        }
    }

    private final class TestWaiter implements Waiter {
        private boolean unparked;

        @Override
        public void park() {
            while (!unparked) {
                if (ready.isEmpty()) {
                    throw new AssertionError("deadlock: the test waits and no flow can go on");
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
}
