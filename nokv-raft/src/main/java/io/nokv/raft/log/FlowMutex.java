package io.nokv.raft.log;

import io.nokv.base.error.Invariant;
import io.nokv.base.port.Promise;
import io.nokv.base.port.Scheduler;
import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Mutual exclusion that may be held across waits: flows queue on promises, first come, first served, and ownership is
 * handed over directly. Not reentrant; it belongs to no thread, so any flow may release it. Thread-safe.
 */
public final class FlowMutex {
    private final Scheduler scheduler;

    /** Guards the fields below; memory only, never held across a wait. */
    private final ReentrantLock guard = new ReentrantLock();
    private boolean held;
    private ArrayDeque<Promise<Void>> queue;

    public FlowMutex(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /** Waits for its turn. */
    public void acquire() {
        Promise<Void> turn;
        guard.lock();
        try {
            if (!held) {
                held = true;
                return;
            }
            if (queue == null) {
                queue = new ArrayDeque<>(4);
            }
            turn = scheduler.promise();
            queue.add(turn);
        } finally {
            guard.unlock();
        }
        turn.await();
    }

    /** Hands the mutex to who waits longest. */
    public void release() {
        Promise<Void> next;
        guard.lock();
        try {
            Invariant.check(held, "a mutex is released by its holder");
            next = queue == null ? null : queue.poll();
            held = next != null;
        } finally {
            guard.unlock();
        }
        if (next != null) {
            next.complete(null);
        }
    }
}
