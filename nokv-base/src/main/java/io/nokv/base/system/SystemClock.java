package io.nokv.base.system;

import io.nokv.base.port.Clock;
import java.time.Instant;

/** The clock of the machine. */
public final class SystemClock implements Clock {
    @Override
    public long monotonicNanos() {
        return System.nanoTime();
    }

    @Override
    public long wallNanos() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    @Override
    public long wallMillis() {
        return System.currentTimeMillis();
    }
}
