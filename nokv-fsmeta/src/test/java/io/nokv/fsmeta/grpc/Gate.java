package io.nokv.fsmeta.grpc;

import io.nokv.base.system.WaitFree;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Holds calls inside the namespace until the test lets them go. */
public final class Gate {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Semaphore permits = new Semaphore(0);
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger mostInside = new AtomicInteger();
    private final AtomicInteger entered = new AtomicInteger();

    /** Waits for a permit, though not on an event loop. */
    public void pass() {
        WaitFree.refuse();
        mostInside.accumulateAndGet(inside.incrementAndGet(), Math::max);
        entered.incrementAndGet();
        permits.acquireUninterruptibly();
        inside.decrementAndGet();
    }

    public void open(int calls) {
        permits.release(calls);
    }

    public int entered() {
        return entered.get();
    }

    public int mostInside() {
        return mostInside.get();
    }

    public void awaitEntered(int calls) {
        await("calls inside the namespace", () -> entered.get() >= calls);
    }

    /** Waits for something that must come true; fails when it does not for a minute. */
    public static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("waited in vain for: " + what);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }
}
