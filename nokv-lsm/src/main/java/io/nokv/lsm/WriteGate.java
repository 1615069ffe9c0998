package io.nokv.lsm;

import io.nokv.base.port.Clock;
import io.nokv.base.port.Scheduler;
import io.nokv.lsm.event.Events;
import io.nokv.lsm.event.StallReason;
import io.nokv.lsm.event.StallSpan;
import io.nokv.lsm.memtable.Memtable;
import io.nokv.lsm.version.Version;
import io.nokv.lsm.wal.WriteAheadLog;

/** Where writers wait for background work: slowed down as it lags behind, stopped at its limits. Thread-safe. */
final class WriteGate {
    private final Scheduler scheduler;
    private final Clock clock;
    private final EngineOptions.Levels levels;
    private final Shared shared;
    private final WriteAheadLog log;
    private final SpaceGuard space;
    private final WriteThrottle throttle;
    private final Progress progress;
    private final Counters counters;
    private final Events events;

    WriteGate(Scheduler scheduler, Clock clock, EngineOptions.Levels levels, Shared shared, WriteAheadLog log,
            SpaceGuard space, WriteThrottle throttle, Progress progress, Counters counters, Events events) {
        this.scheduler = scheduler;
        this.clock = clock;
        this.levels = levels;
        this.shared = shared;
        this.log = log;
        this.space = space;
        this.throttle = throttle;
        this.progress = progress;
        this.counters = counters;
        this.events = events;
    }

    /**
     * Makes a writer wait for as much as background work lags behind. NO_SPACE while the device is full,
     * OVERLOADED while the log is and somebody other than the engine keeps it.
     *
     * @param bytes of the batch
     * @param operations in it
     * @param ownBooks whether it is the few bytes of {@link Family#LOCAL} by which the layers above keep their own books:
     *        they go on, for as long as the log has room, so that reads can
     * @param freesLog as in {@link WriteBatch#freeingLog()}
     */
    void awaitRoom(long bytes, int operations, boolean ownBooks, boolean freesLog) {
        if (!ownBooks) {
            space.requireForWrite(bytes);
        } else if (space.refusal() != null) {
            return;
        }
        if (!ownBooks && !freesLog && log.isFull()) {
            awaitLog();
        }
        if (isFull()) {
            awaitOpen(ownBooks);
        }
        long inMemtable = bytes + (long) Memtable.ENTRY_OVERHEAD_BYTES * operations;
        long wait = throttle.admit(clock.monotonicNanos(), inMemtable, shared.current().waiting().size());
        if (wait > 0) {
            counters.slowed.increment();
            StallSpan span = events.beginStall();
            scheduler.pause(wait);
            events.end(span, StallReason.SLOWED);
        }
    }

    private void awaitLog() {
        counters.stopped.increment();
        StallSpan span = events.beginStall();
        log.awaitRoom(() -> {
            shared.checkOpen();
            space.check();
        });
        events.end(span, StallReason.LOG_FULL);
    }

    private void awaitOpen(boolean ownBooks) {
        counters.stopped.increment();
        StallSpan span = events.beginStall();
        progress.await(() -> {
            log.check();
            shared.checkOpen();
            if (!ownBooks) {
                space.check();
            }
            return !isFull() || ownBooks && space.refusal() != null;
        });
        events.end(span, StallReason.STOPPED);
    }

    private boolean isFull() {
        ReadState state = shared.current();
        Version version = state.version();
        return state.waiting().size() >= levels.immutableMemtables()
                || version.level(0).size() >= levels.stopAt() || version.levelBytes(0) >= levels.stopBytes();
    }
}
