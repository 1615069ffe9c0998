package io.nokv.lsm.wal;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.port.Clock;
import io.nokv.base.port.Promise;
import io.nokv.base.port.Scheduler;
import java.util.concurrent.atomic.AtomicReference;

/** Makes those who bring new work wait while the log is at its limit. Thread-safe. */
final class LogRoom {
    private final Scheduler scheduler;
    private final Clock clock;
    private final Retention retention;
    private final LogLimits limits;
    private final AtomicReference<Promise<Void>> next;

    LogRoom(Scheduler scheduler, Clock clock, Retention retention, LogLimits limits) {
        this.scheduler = scheduler;
        this.clock = clock;
        this.retention = retention;
        this.limits = limits;
        this.next = new AtomicReference<>(scheduler.promise());
    }

    boolean isFull() {
        return retention.bytes() >= limits.hardBytes();
    }

    /** Something changed: all who wait look again. */
    void changed() {
        next.getAndSet(scheduler.promise()).complete(null);
    }

    /**
     * Waits until the log is below its limit. The engine always gets there or fails, so it is waited for without end; when
     * somebody else keeps the oldest segment, patience ends with OVERLOADED.
     *
     * @param check throws when waiting has become pointless
     */
    void await(Retention.Hold engine, Runnable check, Runnable ask) {
        long began = clock.monotonicNanos();
        Scheduler.Timer patience = null;
        try {
            while (true) {
                Promise<Void> change = next.get();
                if (!isFull()) {
                    return;
                }
                check.run();
                ask.run();
                LogHold holder = retention.oldest(engine, clock.monotonicNanos());
                if (holder != null && clock.monotonicNanos() - began >= limits.patienceNanos()) {
                    throw new NokvException(FailureCode.OVERLOADED, "the log is full: it has " + retention.bytes()
                            + " of at most " + limits.hardBytes() + " bytes; " + holder);
                }
                if (patience != null) {
                    patience.cancel();
                }
                patience = holder == null
                        ? null
                        : scheduler.after(Math.max(0, began + limits.patienceNanos() - clock.monotonicNanos()),
                                "log-patience",
                                this::changed);
                change.await();
            }
        } finally {
            if (patience != null) {
                patience.cancel();
            }
        }
    }
}
