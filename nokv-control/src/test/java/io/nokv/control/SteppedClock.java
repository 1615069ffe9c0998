package io.nokv.control;

import io.nokv.base.port.Clock;
import java.util.concurrent.atomic.AtomicLong;

/** A wall clock that stands where it is put. */
public final class SteppedClock implements Clock {
    private final AtomicLong millis;

    public SteppedClock(long millis) {
        this.millis = new AtomicLong(millis);
    }

    public void set(long to) {
        millis.set(to);
    }

    @Override
    public long monotonicNanos() {
        return 0;
    }

    @Override
    public long wallNanos() {
        return millis.get() * 1_000_000L;
    }
}
