package io.nokv.control.id;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.port.Promise;
import io.nokv.base.port.Scheduler;
import io.nokv.control.Fence;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Hands out ranges of positive numbers that never repeat: a range of {@code step} numbers is fenced durably before its
 * first one is handed out, and a successor starts above the fence. Thread-safe.
 */
public final class IdAllocator {
    private final Fence fence;
    private final Scheduler scheduler;
    private final long step;

    /** Guards the two numbers; memory only. */
    private final ReentrantLock guard = new ReentrantLock();
    private long next;
    private long bound;
    private final AtomicReference<Promise<Void>> extension = new AtomicReference<>();

    /** @param step how many numbers one fence write covers, at least 1; at most so many are lost by a crash */
    public IdAllocator(Fence fence, Scheduler scheduler, long step) {
        this.fence = fence;
        this.scheduler = scheduler;
        this.step = step;
        this.bound = fence.load();
        this.next = bound + 1;
    }

    /** The first of {@code count} consecutive numbers, at least 1. Waits when the fence must move. */
    public long allocate(int count) {
        if (count < 1) {
            throw NokvException.invalid(count + " identifiers asked for");
        }
        while (true) {
            guard.lock();
            try {
                if (next > Long.MAX_VALUE - count) {
                    throw new NokvException(FailureCode.NO_SPACE, "all identifiers are used up");
                }
                if (next + count - 1 <= bound) {
                    long first = next;
                    next += count;
                    return first;
                }
            } finally {
                guard.unlock();
            }
            extend(count).await();
        }
    }

    private Promise<Void> extend(int count) {
        Promise<Void> mine = scheduler.promise();
        Promise<Void> running = extension.compareAndExchange(null, mine);
        if (running != null) {
            return running;
        }
        try {
            long target;
            guard.lock();
            try {
                long wanted = Math.max(step, count);
                long used = next - 1;
                target = used > Long.MAX_VALUE - wanted ? Long.MAX_VALUE : Math.max(bound, used + wanted);
            } finally {
                guard.unlock();
            }
            fence.save(target);
            guard.lock();
            try {
                bound = target;
            } finally {
                guard.unlock();
            }
            extension.set(null);
            mine.complete(null);
        } catch (RuntimeException | Error e) {
            extension.set(null);
            mine.fail(e);
        }
        return mine;
    }
}
