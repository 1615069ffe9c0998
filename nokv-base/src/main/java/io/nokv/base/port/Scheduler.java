package io.nokv.base.port;

import java.util.function.Consumer;
import java.util.function.Supplier;

/** Where and when work runs. Thread-safe. */
public interface Scheduler {
    /** A timer that has not fired yet. */
    interface Timer {
        /** Stops it; false when it already ran or was cancelled. */
        boolean cancel();
    }

    /** Runs {@code work} soon on a flow of its own (a virtual thread; a coroutine in simulation); it may wait. */
    void execute(String name, Runnable work);

    /** Runs {@code work} once, {@code delayNanos} (≥ 0) from now by the monotonic clock, on a flow of its own. */
    Timer after(long delayNanos, String name, Runnable work);

    /**
     * Runs {@code job}, which wants a core and touches no shared mutable state, on a bounded pool of platform threads;
     * in simulation at a random later virtual time. Its result or failure settles the promise.
     */
    <T> Promise<T> offload(String name, Supplier<T> job);

    /** The flow that calls. */
    Waiter currentWaiter();

    /** A new unsettled promise whose waiters park with this scheduler. */
    default <T> Promise<T> promise() {
        return new Promise<>(this, null);
    }

    /**
     * As {@link #promise()}, for somebody whose listeners are not to be trusted: {@code broken} hears the first thing that they throw, on the
     * settling flow, which goes on.
     */
    default <T> Promise<T> promise(Consumer<RuntimeException> broken) {
        return new Promise<>(this, broken);
    }

    /** A promise already settled with {@code value}. */
    default <T> Promise<T> completed(T value) {
        Promise<T> p = promise();
        p.complete(value);
        return p;
    }

    /** Suspends the calling flow for {@code nanos} of this scheduler's time. */
    default void pause(long nanos) {
        Promise<Void> p = promise();
        after(nanos, "pause", () -> p.complete(null));
        p.await();
    }
}
