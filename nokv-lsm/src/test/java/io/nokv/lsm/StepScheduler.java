package io.nokv.lsm;

import io.nokv.base.port.Entropy;
import io.nokv.base.port.Promise;
import io.nokv.base.port.Scheduler;
import io.nokv.base.port.Waiter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Runs everything on the calling thread, in an order drawn from a seed: a flow that waits runs other flows until it may go
 * on. Delays pass at once. Waiting for something that no queued flow can bring is a deadlock and fails.
 */
final class StepScheduler implements Scheduler {
    private final Entropy random;
    private final List<Runnable> queue = new ArrayList<>();

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

    @Override
    public void execute(String name, Runnable work) {
        queue.add(work);
    }

    @Override
    public Timer after(long delayNanos, String name, Runnable work) {
        queue.add(work);
        return () -> queue.remove(work);
    }

    @Override
    public <T> Promise<T> offload(String name, Supplier<T> job) {
        Promise<T> promise = promise();
        queue.add(() -> {
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
        return new Waiter() {
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
        };
    }
}
