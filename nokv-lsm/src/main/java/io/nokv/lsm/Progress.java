package io.nokv.lsm;

import io.nokv.base.port.Promise;
import io.nokv.base.port.Scheduler;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/** Wakes flows that wait for background work to get somewhere. Thread-safe. */
final class Progress {
    private final Scheduler scheduler;
    private final AtomicReference<Promise<Void>> next;

    Progress(Scheduler scheduler) {
        this.scheduler = scheduler;
        this.next = new AtomicReference<>(scheduler.promise());
    }

    /** Something changed: all who wait look again. */
    void signal() {
        next.getAndSet(scheduler.promise()).complete(null);
    }

    /** Waits until {@code reached}, which is asked again after each {@link #signal()}; it may throw to end the wait. */
    void await(BooleanSupplier reached) {
        while (true) {
            Promise<Void> change = next.get();
            if (reached.getAsBoolean()) {
                return;
            }
            change.await();
        }
    }
}
