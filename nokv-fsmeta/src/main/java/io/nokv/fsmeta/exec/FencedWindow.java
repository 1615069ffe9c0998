package io.nokv.fsmeta.exec;

import io.nokv.base.port.Promise;
import io.nokv.base.port.Scheduler;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Numbers taken one by one from windows that were reserved durably before. What a crash leaves of a window is never given
 * out. Thread-safe; one flow reserves, the others wait for it.
 */
final class FencedWindow {
    private final Scheduler scheduler;
    private final LongSupplier reserve;
    private final int windowSize;
    private final ReentrantLock lock = new ReentrantLock();
    private long next;
    private long end;
    private Promise<Void> reserving;

    /** @param reserve durably reserves {@code windowSize} numbers and answers the first */
    FencedWindow(Scheduler scheduler, int windowSize, LongSupplier reserve) {
        this.scheduler = scheduler;
        this.windowSize = windowSize;
        this.reserve = reserve;
    }

    long take() {
        while (true) {
            Promise<Void> underWay;
            boolean mine = false;
            lock.lock();
            try {
                if (next < end) {
                    return next++;
                }
                if (reserving == null) {
                    reserving = scheduler.promise();
                    mine = true;
                }
                underWay = reserving;
            } finally {
                lock.unlock();
            }
            if (mine) {
                refill(underWay);
            } else {
                underWay.await();
            }
        }
    }

    private void refill(Promise<Void> underWay) {
        try {
            long first = reserve.getAsLong();
            install(first, first + windowSize);
            underWay.complete(null);
        } catch (Throwable t) {
            install(0, 0);
            underWay.fail(t);
            throw t;
        }
    }

    private void install(long first, long pastLast) {
        lock.lock();
        try {
            next = first;
            end = pastLast;
            reserving = null;
        } finally {
            lock.unlock();
        }
    }
}
