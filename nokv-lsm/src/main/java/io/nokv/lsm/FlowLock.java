package io.nokv.lsm;

import io.nokv.base.port.Promise;
import io.nokv.base.port.Scheduler;
import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;

/** Lets one flow at a time through, first come, first served; may be held across waits and file access. Not reentrant. */
final class FlowLock {
    private final Scheduler scheduler;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Promise<Void>> queue = new ArrayDeque<>();
    private boolean held;

    FlowLock(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    void enter() {
        Promise<Void> turn = null;
        lock.lock();
        try {
            if (held) {
                turn = scheduler.promise();
                queue.add(turn);
            }
            held = true;
        } finally {
            lock.unlock();
        }
        if (turn != null) {
            turn.await();
        }
    }

    void exit() {
        Promise<Void> next;
        lock.lock();
        try {
            next = queue.poll();
            held = next != null;
        } finally {
            lock.unlock();
        }
        if (next != null) {
            next.complete(null);
        }
    }
}
