package io.nokv.control.time;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.port.Clock;
import io.nokv.base.port.Promise;
import io.nokv.base.port.Scheduler;
import io.nokv.control.Fence;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Hands out strictly increasing timestamps. What it hands out lies at or below a fence that was durable before
 * (a window ahead of the clock, extended in the background when half of it is used); a successor starts above the fence.
 * The clock may step either way: backward, the logical part counts on; forward, timestamps follow and stay there.
 * Thread-safe and lock-free.
 *
 * <p>After the windowed timestamp oracle of TiDB's placement driver (Percolator, OSDI 2010, section 2.3).
 */
public final class TimestampOracle {
    private final Fence fence;
    private final Clock clock;
    private final Scheduler scheduler;
    private final long window;

    /** {@link #last} of a closed oracle: no timestamp is above. */
    private static final long CLOSED = Long.MAX_VALUE;

    /** The highest timestamp handed out or promised to lie in the past. */
    private final AtomicLong last;

    /** Durable; nothing above it is handed out. */
    private volatile long bound;
    private final AtomicReference<Promise<Void>> extension = new AtomicReference<>();

    private TimestampOracle(Fence fence, Clock clock, Scheduler scheduler, long windowMillis) {
        this.fence = fence;
        this.clock = clock;
        this.scheduler = scheduler;
        this.window = windowMillis << Timestamp.LOGICAL_BITS;
        this.bound = fence.load();
        this.last = new AtomicLong(bound);
    }

    /**
     * Starts above the fence and extends it. Waits.
     *
     * @param windowMillis how far the fence is set ahead, at least 1
     */
    public static TimestampOracle open(Fence fence, Clock clock, Scheduler scheduler, long windowMillis) {
        TimestampOracle oracle = new TimestampOracle(fence, clock, scheduler, windowMillis);
        oracle.awaitWindow();
        return oracle;
    }

    private long now() {
        return Timestamp.ofMillis(clock.wallMillis()).value();
    }

    /** A new timestamp above every earlier one, or null when the window is used up: {@link #awaitWindow}, try again. */
    public Timestamp tryNext() {
        long limit = bound;
        long wall = now();
        while (true) {
            long before = last.get();
            long candidate = Math.max(before == CLOSED ? CLOSED : before + 1, wall);
            if (candidate > limit || before == CLOSED) {
                return null;
            }
            if (last.compareAndSet(before, candidate)) {
                if (limit - candidate < window / 2) {
                    extendInBackground();
                }
                return new Timestamp(candidate);
            }
        }
    }

    /** A new timestamp above every earlier one. Waits for the fence when the window is used up. */
    public Timestamp next() {
        while (true) {
            Timestamp timestamp = tryNext();
            if (timestamp != null) {
                return timestamp;
            }
            awaitWindow();
        }
    }

    /**
     * A timestamp that lies in the past from now on: every later {@link #next} is above it. Follows the clock as far as
     * the window reaches. Not unique, never waits, writes nothing.
     */
    public Timestamp current() {
        long limit = bound;
        long wall = Math.min(now(), limit);
        while (true) {
            long before = last.get();
            if (before >= wall) {
                requireOpen(before);
                return new Timestamp(before);
            }
            if (last.compareAndSet(before, wall)) {
                if (limit - wall < window / 2) {
                    extendInBackground();
                }
                return new Timestamp(wall);
            }
        }
    }

    private static void requireOpen(long before) {
        if (before == CLOSED) {
            throw new NokvException(FailureCode.CLOSED, "the timestamp oracle is closed");
        }
    }

    /** True when {@code timestamp} lies ahead of both the clock and everything handed out. */
    public boolean isAhead(Timestamp timestamp) {
        return timestamp.value() > last.get() && timestamp.value() > (now() | (1L << Timestamp.LOGICAL_BITS) - 1);
    }

    /** Makes {@code timestamp} lie in the past, as {@link #current} does with the clock. Waits when the window ends below. */
    public void passBy(Timestamp timestamp) {
        while (timestamp.value() > bound) {
            awaitWindow(timestamp.value());
        }
        last.accumulateAndGet(timestamp.value(), Math::max);
    }

    /**
     * Makes {@link #current} reach the clock again when the window has run out while nobody asked; waits only then. When
     * the fence cannot be moved, {@link #current} stays behind.
     */
    public void catchUp() {
        if (now() > bound) {
            try {
                awaitWindow(now());
            } catch (NokvException e) {
                // Reading goes on at the end of the window; whoever wants a new timestamp hears of the failure.
                return;
            }
        }
    }

    /** Waits until a further timestamp can be handed out. Throws what saving the fence threw. */
    public void awaitWindow() {
        long before = last.get();
        requireOpen(before);
        awaitWindow(Math.max(before + 1, now()));
    }

    private void awaitWindow(long wanted) {
        if (wanted > bound) {
            extend(wanted).await();
        }
    }

    private void extendInBackground() {
        if (extension.get() == null) {
            long from = last.get();
            scheduler.execute("timestamp-window", () -> {
                // A failure reaches whoever comes to wait for the window; those who do not need it are not disturbed.
                extend(from);
            });
        }
    }

    /** One extension at a time; who comes while one is under way shares it. Waits. */
    private Promise<Void> extend(long from) {
        Promise<Void> mine = scheduler.promise();
        Promise<Void> running = extension.compareAndExchange(null, mine);
        if (running != null) {
            return running;
        }
        try {
            long handedOut = last.get();
            requireOpen(handedOut);
            long reach = Math.max(Math.max(from, handedOut), now());
            long target = reach > Long.MAX_VALUE - window ? Long.MAX_VALUE : reach + window;
            if (target > bound) {
                fence.save(target);
                bound = target;
            }
            extension.set(null);
            mine.complete(null);
        } catch (RuntimeException | Error e) {
            extension.set(null);
            mine.fail(e);
        }
        return mine;
    }

    /**
     * Pulls the fence back to what was really handed out, so that a restart does not jump ahead of the clock. Nothing is
     * handed out afterwards: CLOSED. Waits. Idempotent.
     */
    public void close() {
        long end = last.getAndSet(CLOSED);
        if (end == CLOSED) {
            return;
        }
        Promise<Void> running = extension.get();
        if (running != null) {
            running.await();
        }
        fence.save(end);
    }
}
