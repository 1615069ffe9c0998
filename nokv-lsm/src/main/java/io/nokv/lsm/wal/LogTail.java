package io.nokv.lsm.wal;

import io.nokv.base.codec.ByteWriter;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.port.Clock;
import io.nokv.base.port.Promise;
import io.nokv.base.port.Scheduler;
import io.nokv.base.vfs.Vfs;
import io.nokv.lsm.event.Events;
import io.nokv.lsm.event.SyncSpan;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * The end of the log on disk: writes records into the current segment, begins new ones, syncs, and watches how long that
 * takes. Used by one flow at a time, the leader of the group commit.
 */
final class LogTail {
    /** A segment has its file made once so large a part of the one before it is written. */
    private static final int MADE_AHEAD_PARTS = 32;

    private final LogFiles files;
    private final long segmentBytes;
    private final LogLimits limits;
    private final Retention retention;
    private final Events events;
    private final Clock clock;
    private final Scheduler scheduler;
    private SegmentWriter writer;
    /** Delivers whether the file of the next segment is made; null while nobody makes it. */
    private Promise<Boolean> next;
    /** The end of the segments that are complete, and so synced. */
    private long completedSequence;
    private long completedPosition;

    private final LongAdder groups = new LongAdder();
    private final LongAdder syncs = new LongAdder();
    private final LongAdder bytesWritten = new LongAdder();
    private final LongAdder streamRecords = new LongAdder();
    private final LongAdder slowSyncs = new LongAdder();
    private final LongAdder longHolds = new LongAdder();
    private final LongAdder requests = new LongAdder();

    LogTail(LogFiles files, long segmentBytes, LogLimits limits, Retention retention, Events events, Clock clock,
            Scheduler scheduler) {
        this.files = files;
        this.segmentBytes = segmentBytes;
        this.limits = limits;
        this.retention = retention;
        this.events = events;
        this.clock = clock;
        this.scheduler = scheduler;
    }

    /** Begins the first segment of this opening; durable when it returns. */
    void open(long number, long previous, long previousEnd, long nextSequence) {
        make(number);
        writer = begin(number, previous, previousEnd, nextSequence);
        boolean synced = false;
        try {
            writer.sync();
            synced = true;
        } finally {
            if (!synced) {
                writer.close();
            }
        }
        completedSequence = nextSequence - 1;
        retention.wrote(writer.end());
    }

    /** Makes the file of segment {@code number}, unless it is there: its name is durable before anything is written to it. */
    private void make(long number) {
        Vfs vfs = files.vfs();
        if (!vfs.exists(files.segment(number))) {
            List<Long> spares = files.spares();
            if (!spares.isEmpty()) {
                vfs.rename(files.spare(spares.getFirst()), files.segment(number));
            } else {
                vfs.open(files.segment(number), Vfs.Mode.CREATE_NEW).close();
            }
        }
        vfs.syncDir(files.directory());
    }

    /**
     * Begins to make the file of the next segment on a flow of its own: renaming it and syncing the directory would otherwise
     * hold up all writers when the segment is turned. Not before the header of this one is durable, so that a log has one segment
     * without a header at most. A device that is full then may not be later.
     */
    private void makeAhead() {
        if (next != null || !writer.isBegun() || writer.end() < segmentBytes / MADE_AHEAD_PARTS) {
            return;
        }
        Promise<Boolean> made = scheduler.promise();
        next = made;
        long number = writer.number() + 1;
        scheduler.execute("lsm-log-next", () -> {
            try {
                make(number);
                made.complete(true);
            } catch (NokvException e) {
                if (e.code() == FailureCode.NO_SPACE) {
                    made.complete(false);
                } else {
                    made.fail(e);
                }
            } catch (RuntimeException | Error e) {
                made.fail(e);
            }
        });
    }

    /** Whether the file of the next segment was made ahead; throws what kept it from being made. */
    private boolean isMade() {
        Promise<Boolean> begun = next;
        next = null;
        return begun != null && begun.await();
    }

    /** Begins segment {@code number}, whose file is made. */
    private SegmentWriter begin(long number, long previous, long previousEnd, long nextSequence) {
        SegmentWriter made = new SegmentWriter(files.vfs().open(files.segment(number), Vfs.Mode.READ_WRITE), number,
                segmentBytes);
        made.append(LogFormat.TYPE_HEADER, nextSequence, new ByteWriter(20).u32(LogFormat.VERSION).u64(previous)
                .u64(previousEnd).toBytes());
        retention.began(number);
        return made;
    }

    long completedSequence() {
        return completedSequence;
    }

    long completedPosition() {
        return completedPosition;
    }

    /** Writes {@code group}; it is with the operating system afterwards, and durable with {@code sync}. */
    void write(List<Pending> group, boolean sync) {
        for (Pending p : group) {
            switch (p) {
                case Pending.Batch batch -> {
                    makeRoom(batch, batch.sequence() - 1, batch.payload());
                    append(LogFormat.TYPE_BATCH, batch.sequence(), batch.payload());
                }
                case Pending.Stream stream -> {
                    makeRoom(stream, stream.sequence(), stream.payload());
                    long at = writer.end();
                    append(LogFormat.TYPE_STREAM, stream.sequence() + 1, stream.payload());
                    retention.lower(stream.hold(), writer.number());
                    stream.record().placed(new LogPlace(writer.number(), at, (int) (writer.end() - at)));
                    streamRecords.increment();
                }
                case Pending.Rotation rotation -> {
                    turn(rotation.sequence(), rotation.position());
                    rotation.opened().complete(writer.number());
                }
            }
        }
        if (sync) {
            sync();
            syncs.increment();
        } else {
            writer.writeOut();
            writer.syncAhead(scheduler);
        }
        makeAhead();
        retention.wrote(writer.end());
        groups.increment();
    }

    private void append(byte type, long sequence, byte[] payload) {
        long before = writer.end();
        writer.append(type, sequence, payload);
        bytesWritten.add(writer.end() - before);
    }

    private void makeRoom(Pending next, long sequenceBefore, byte[] payload) {
        if (!writer.hasRoomFor(payload)) {
            turn(sequenceBefore, next.position() - 1);
        }
    }

    private void turn(long lastSequence, long lastPosition) {
        sync();
        completedSequence = lastSequence;
        completedPosition = lastPosition;
        writer.close();
        retention.completed(writer.number(), writer.end(), clock.monotonicNanos());
        if (!isMade()) {
            make(writer.number() + 1);
        }
        writer = begin(writer.number() + 1, writer.number(), writer.end(), lastSequence + 1);
        watch();
    }

    private void sync() {
        SyncSpan span = events.beginSync();
        long bytes = writer.unsyncedBytes();
        writer.sync();
        long nanos = events.end(span, bytes);
        if (nanos > limits.slowSyncNanos()) {
            slowSyncs.increment();
            events.slowSync(bytes, nanos);
        }
    }

    /** Once per segment: a log that does not grow needs nobody to look at it. */
    private void watch() {
        for (LogHold hold : retention.holds(clock.monotonicNanos())) {
            if (hold.nanos() > limits.longHoldNanos()) {
                longHolds.increment();
                events.logHeld(hold.name(), hold.segment(), hold.bytes(), hold.nanos());
            }
        }
        if (retention.bytes() > limits.softBytes()) {
            ask();
        }
    }

    /** Asks those who keep the oldest segments to let go of some. */
    void ask() {
        requests.increment();
        retention.ask(limits.softBytes() / 2);
    }

    /** Marks the log as closed in good order. */
    void mark(long nextSequence) {
        writer.append(LogFormat.TYPE_CLOSED, nextSequence);
        sync();
    }

    /** The file of a next segment stays, and the next opening removes it. */
    void close() {
        try {
            isMade();
        } catch (NokvException _) {
            // nobody needs that segment any more
        } finally {
            writer.close();
        }
    }

    WriteAheadLog.Counters counters() {
        return new WriteAheadLog.Counters(groups.sum(), syncs.sum(), bytesWritten.sum(), streamRecords.sum(),
                slowSyncs.sum(), longHolds.sum(), requests.sum());
    }
}
