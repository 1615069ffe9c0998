package io.nokv.fsmeta.txn;

import io.nokv.base.port.Clock;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that moves when it is told to; wall and monotonic time move together, {@link #stepWallMillis} parts them. */
public final class ManualClock implements Clock {
    /** 2026-01-01T00:00:00Z. */
    public static final long START_MILLIS = 1_767_225_600_000L;

    private final AtomicLong monotonic = new AtomicLong();
    private final AtomicLong wall = new AtomicLong(START_MILLIS * 1_000_000L);

    @Override
    public long monotonicNanos() {
        return monotonic.get();
    }

    @Override
    public long wallNanos() {
        return wall.get();
    }

    public void passMillis(long millis) {
        passNanos(millis * 1_000_000L);
    }

    public void passNanos(long nanos) {
        monotonic.addAndGet(nanos);
        wall.addAndGet(nanos);
    }

    /** As an operator's correction does; negative steps go back. */
    public void stepWallMillis(long millis) {
        wall.addAndGet(millis * 1_000_000L);
    }
}
