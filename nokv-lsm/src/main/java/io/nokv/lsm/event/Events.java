package io.nokv.lsm.event;

import io.nokv.base.port.Clock;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/**
 * Where the parts of an engine report what they do. A span is begun before the work and ended after it; one that is never
 * ended leaves no trace. Thread-safe; a span belongs to one flow.
 */
public final class Events {
    /** Of what happens all the time, so many are counted for one that is timed. */
    public static final int ONE_IN = 32;

    private final EngineListener listener;
    private final Clock clock;
    private final long openedAt;
    private final LongAdder listenerFailures = new LongAdder();
    private final AtomicBoolean failed = new AtomicBoolean();

    private final Timing flushes = new Timing();
    private final Timing compactions = new Timing();
    private final Timing slowed = new Timing();
    private final Timing stopped = new Timing();
    private final Timing syncs = new Timing();
    private final Timing gets = new Timing();
    private final Timing submits = new Timing();
    private final Timing commits = new Timing();

    public Events(EngineListener listener, Clock clock) {
        this.listener = listener;
        this.clock = clock;
        this.openedAt = clock.monotonicNanos();
    }

    private void tell(EngineEvent event) {
        try {
            listener.on(event);
        } catch (RuntimeException _) {
            listenerFailures.increment();
        }
    }

    /** How often the listener threw. */
    public long listenerFailures() {
        return listenerFailures.sum();
    }

    /** Of flushes. */
    public Timing flushes() {
        return flushes;
    }

    /** Of compactions, moves included. */
    public Timing compactions() {
        return compactions;
    }

    /** Of writes slowed down. */
    public Timing slowed() {
        return slowed;
    }

    /** Of writes that had to wait for room. */
    public Timing stopped() {
        return stopped;
    }

    /** Of syncs of the log. */
    public Timing syncs() {
        return syncs;
    }

    /** Of point reads, one in {@link #ONE_IN}. */
    public Timing gets() {
        return gets;
    }

    /** Of batches from the call until they are visible, stalls included, one in {@link #ONE_IN}. */
    public Timing submits() {
        return submits;
    }

    /** Of waits until a batch is durable. */
    public Timing commits() {
        return commits;
    }

    /** When to begin timing what {@code counted} (see {@link StripedCounter#add}) may pick; 0 when it does not. */
    public long beginSample(long counted) {
        // A monotonic clock may be at 0; that sample is lost.
        return (counted & ONE_IN - 1) == 0 ? clock.monotonicNanos() : 0;
    }

    /** @param began from {@link #beginSample} */
    public void endSample(Timing timing, long began) {
        if (began != 0) {
            timing.add(clock.monotonicNanos() - began);
        }
    }

    public void opened(int tables, long replayedEntries) {
        tell(new EngineEvent.Opened(tables, replayedEntries, clock.monotonicNanos() - openedAt));
    }

    public FlushSpan beginFlush() {
        FlushSpan span = new FlushSpan();
        span.startNanos = clock.monotonicNanos();
        span.begin();
        return span;
    }

    /** Answers how long it took, in nanoseconds. */
    public long end(FlushSpan span, long entries, long bytesWritten) {
        long nanos = clock.monotonicNanos() - span.startNanos;
        flushes.add(nanos);
        span.entries = entries;
        span.bytesWritten = bytesWritten;
        span.commit();
        tell(new EngineEvent.Flushed(entries, bytesWritten, nanos));
        return nanos;
    }

    /** @param files value files that are emptied */
    public ValueMoveSpan beginValueMove(int files) {
        ValueMoveSpan span = new ValueMoveSpan();
        span.startNanos = clock.monotonicNanos();
        span.files = files;
        span.begin();
        return span;
    }

    public void end(ValueMoveSpan span, long values, long bytesMoved) {
        span.values = values;
        span.bytesMoved = bytesMoved;
        span.commit();
        tell(new EngineEvent.ValuesMoved(span.files, values, bytesMoved, clock.monotonicNanos() - span.startNanos));
    }

    public CompactionSpan beginCompaction(int fromLevel, int toLevel, int tablesRead, long bytesRead, boolean move) {
        CompactionSpan span = new CompactionSpan();
        span.startNanos = clock.monotonicNanos();
        span.fromLevel = fromLevel;
        span.toLevel = toLevel;
        span.tablesRead = tablesRead;
        span.bytesRead = bytesRead;
        span.moved = move;
        span.begin();
        return span;
    }

    /** Answers how long it took, in nanoseconds. */
    public long end(CompactionSpan span, int tablesWritten, long bytesWritten) {
        long nanos = clock.monotonicNanos() - span.startNanos;
        compactions.add(nanos);
        span.tablesWritten = tablesWritten;
        span.bytesWritten = bytesWritten;
        span.commit();
        tell(new EngineEvent.Compacted(span.fromLevel, span.toLevel, span.tablesRead, span.bytesRead, tablesWritten,
                bytesWritten, span.moved, nanos));
        return nanos;
    }

    public StallSpan beginStall() {
        StallSpan span = new StallSpan();
        span.startNanos = clock.monotonicNanos();
        span.begin();
        return span;
    }

    public void end(StallSpan span, StallReason reason) {
        long nanos = clock.monotonicNanos() - span.startNanos;
        switch (reason) {
            case SLOWED, HOT_KEY -> slowed.add(nanos);
            case STOPPED, LOG_FULL -> stopped.add(nanos);
        }
        span.reason = reason.name();
        span.commit();
        tell(new EngineEvent.Stalled(reason, nanos));
    }

    public SyncSpan beginSync() {
        SyncSpan span = new SyncSpan();
        span.startNanos = clock.monotonicNanos();
        span.begin();
        return span;
    }

    /** Answers how long it took, in nanoseconds. */
    public long end(SyncSpan span, long bytes) {
        long nanos = clock.monotonicNanos() - span.startNanos;
        syncs.add(nanos);
        span.bytes = bytes;
        span.commit();
        tell(new EngineEvent.Synced(bytes, nanos));
        return nanos;
    }

    public void slowSync(long bytes, long nanos) {
        tell(new EngineEvent.SlowSync(bytes, nanos));
    }

    public void logHeld(String by, long segment, long bytes, long nanos) {
        tell(new EngineEvent.LogHeld(by, segment, bytes, nanos));
    }

    public void tableDeleted(long number) {
        tell(new EngineEvent.TableDeleted(number));
    }

    /** Only the first failure is told. */
    public void failed(Throwable cause) {
        if (failed.compareAndSet(false, true)) {
            tell(new EngineEvent.Failed(cause));
        }
    }

    public void closed() {
        tell(new EngineEvent.Closed());
    }
}
