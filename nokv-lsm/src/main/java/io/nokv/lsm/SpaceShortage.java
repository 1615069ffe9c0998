package io.nokv.lsm;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.port.Scheduler;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What waits because the device is full, and when it is tried again: after a pause that doubles up to a few seconds. As
 * long as anything waits, writers are refused. Thread-safe; waits for nothing itself.
 */
final class SpaceShortage {
    /** What can need space. */
    enum Work {
        FLUSH, COMPACTION, WRITES
    }

    private static final long FIRST_PAUSE_NANOS = 50_000_000L;
    private static final int MOST_DOUBLINGS = 6;

    /** @param timer null when the pause is over and the next try is under way */
    private record Waiting(NokvException cause, int tries, Scheduler.Timer timer) {}

    private final Scheduler scheduler;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Work, Waiting> waiting = new EnumMap<>(Work.class);
    private volatile NokvException cause;
    private boolean closed;

    SpaceShortage(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /** {@code work} could not go on because of {@code full}; {@code again} runs after a pause, on a flow of its own. */
    void met(Work work, NokvException full, Runnable again) {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            Waiting before = waiting.get(work);
            int tries = before == null ? 0 : before.tries + 1;
            long pause = FIRST_PAUSE_NANOS << Math.min(tries, MOST_DOUBLINGS);
            waiting.put(work, new Waiting(full, tries, scheduler.after(pause, "lsm-space", () -> {
                rested(work);
                again.run();
            })));
            cause = full;
        } finally {
            lock.unlock();
        }
    }

    private void rested(Work work) {
        lock.lock();
        try {
            Waiting resting = waiting.get(work);
            if (resting != null) {
                waiting.put(work, new Waiting(resting.cause, resting.tries, null));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether {@code work} is between two tries. */
    boolean rests(Work work) {
        if (cause == null) {
            return false;
        }
        lock.lock();
        try {
            Waiting resting = waiting.get(work);
            return resting != null && resting.timer != null;
        } finally {
            lock.unlock();
        }
    }

    /** {@code work} goes on. True when nothing waits any more that waited before. */
    boolean over(Work work) {
        if (cause == null) {
            return false;
        }
        lock.lock();
        try {
            boolean ended = waiting.remove(work) != null && waiting.isEmpty();
            cause = waiting.isEmpty() ? null : waiting.values().iterator().next().cause;
            return ended;
        } finally {
            lock.unlock();
        }
    }

    /** Why writers are refused, or null. */
    NokvException refusal() {
        NokvException full = cause;
        return full == null
                ? null
                : new NokvException(FailureCode.NO_SPACE,
                        "the store takes no writes until there is space on its device: " + full.getMessage(), full);
    }

    /** Throws NO_SPACE while anything waits. */
    void check() {
        NokvException refusal = refusal();
        if (refusal != null) {
            throw refusal;
        }
    }

    /** Nothing is tried again. */
    void close() {
        lock.lock();
        try {
            closed = true;
            waiting.values().forEach(w -> {
                if (w.timer != null) {
                    w.timer.cancel();
                }
            });
        } finally {
            lock.unlock();
        }
    }
}
