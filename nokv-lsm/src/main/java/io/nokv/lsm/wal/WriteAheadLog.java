package io.nokv.lsm.wal;

import io.nokv.base.error.NokvException;
import io.nokv.base.port.Clock;
import io.nokv.base.port.Ports;
import io.nokv.base.port.Promise;
import io.nokv.base.vfs.Vfs;
import io.nokv.base.vfs.VfsFile;
import io.nokv.base.vfs.VfsIo;
import io.nokv.lsm.event.Events;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * The log of an engine: its batches, and the records of others beside them, in one order, made durable by one group
 * commit. {@link GroupCommit} decides who writes, {@link LogTail} writes, {@link Retention} knows who keeps which
 * segments, {@link LogReplay} reads them back. The first failure ends the log: every later call throws READ_ONLY and names
 * it. Thread-safe.
 */
public final class WriteAheadLog {
    private static final String ENGINE = "the engine";

    /** Receives, on opening, the batches that tables do not hold. */
    public interface Recovery extends BatchCodec.Visitor {
        /** The operations that follow belong to this batch, which stands in this segment. */
        void batch(long sequence, long segment);
    }

    /**
     * @param segmentBytes capacity of a segment, 64 KiB to 1 GiB
     * @param consumers those beside the engine whose records the log holds
     */
    public record Options(long segmentBytes, LogLimits limits, List<LogConsumer> consumers) {}

    private final LogFiles files;
    private final long segmentBytes;
    private final Clock clock;
    private final Retention retention;
    private final Retention.Hold engine;
    private final Channels channels;
    private final LogTail tail;
    private final LogRoom room;
    private final GroupCommit commit;

    private WriteAheadLog(Ports ports, Events events, String directory, Options options, long firstSegment,
            long nextSequence, Recovery recovery) {
        this.files = new LogFiles(ports.vfs(), directory);
        this.segmentBytes = options.segmentBytes;
        this.clock = ports.clock();
        this.retention = new Retention();
        this.engine = retention.hold(ENGINE, Retention.NOTHING);
        this.channels = new Channels(retention, files, options.consumers);
        LogReplay.End end = LogReplay.run(files, firstSegment, nextSequence, new Replayed(recovery));
        if (end.unused() != 0) {
            ports.vfs().delete(files.segment(end.unused()));
            ports.vfs().syncDir(directory);
        }
        if (end.lastSegment() != 0) {
            syncTail(ports.vfs(), files.segment(end.lastSegment()));
        }
        this.tail = new LogTail(files, segmentBytes, options.limits, retention, events, clock,
                ports.scheduler());
        long number = Math.max(Math.max(end.lastSegment(), end.unused()) + 1, Math.max(firstSegment, 1));
        tail.open(number, end.lastSegment(), end.lastEnd(), end.nextSequence());
        retention.lower(engine, number);
        this.room = new LogRoom(ports.scheduler(), clock, retention, options.limits);
        this.commit = new GroupCommit(ports.scheduler(), events, tail, room, end.nextSequence() - 1);
    }

    /**
     * Replays the log in {@code directory} and opens it on a new segment.
     *
     * @param firstSegment the oldest segment still needed, 0 when the store is new
     * @param nextSequence the first batch that tables do not hold
     */
    public static WriteAheadLog open(Ports ports, Events events, String directory, Options options, long firstSegment,
            long nextSequence, Recovery recovery) {
        return new WriteAheadLog(ports, events, directory, options, firstSegment, nextSequence, recovery);
    }

    private final class Replayed implements LogReplay.Sink {
        private final Recovery recovery;
        private long current;

        private Replayed(Recovery recovery) {
            this.recovery = recovery;
        }

        @Override
        public void segment(long number) {
            current = number;
        }

        @Override
        public void batch(long sequence, byte[] bytes, int offset, int length) {
            retention.lower(engine, current);
            recovery.batch(sequence, current);
            BatchCodec.decode(bytes, offset, length, recovery);
        }

        @Override
        public void stream(LogPlace place, byte[] bytes, LogFormat.Frame frame) {
            channels.replayed(place, bytes, frame);
        }

        @Override
        public void ended(long end) {
            retention.completed(current, end, clock.monotonicNanos());
        }
    }

    /**
     * What was replayed may be in the operating system's memory only, when the process before this one was killed. It
     * must be on the disk before anything that follows it in the next segment is.
     */
    private static void syncTail(Vfs vfs, String segment) {
        try (VfsFile last = vfs.open(segment, Vfs.Mode.READ_WRITE)) {
            last.sync();
        }
    }

    /**
     * Removes what an interrupted creation of a store left. CORRUPTION when a segment holds records: then it belonged to a
     * store whose other files are gone.
     */
    public static void clearLeftovers(Vfs vfs, String directory) {
        LogFiles files = new LogFiles(vfs, directory);
        for (long number : files.segments()) {
            String path = files.segment(number);
            byte[] bytes = VfsIo.readAll(vfs, path);
            LogFormat.Frame header = LogFormat.read(bytes, number, 0);
            if (header != null && LogFormat.read(bytes, number, header.recordBytes()) != null) {
                throw NokvException.corruption(path, header.recordBytes(),
                        "the log holds records, but the store's CURRENT file is missing");
            }
            vfs.delete(path);
        }
    }

    // ---- the engine's batches ------------------------------------------------------------------------------------

    /** The newest batch appended. */
    public long lastSequence() {
        return commit.lastSequence();
    }

    /** All batches up to this one survive power loss. */
    public long durableSequence() {
        return commit.durableSequence();
    }

    /** Bytes appended that are still in memory only. */
    public long pendingBytes() {
        return commit.pendingBytes();
    }

    /** Throws READ_ONLY when the log has failed, CLOSED when it was closed. */
    public void check() {
        commit.check();
    }

    /** Appends a batch; {@code sequence} must follow the one before. Memory only. */
    public void append(long sequence, byte[] payload) {
        commit.append(sequence, payload);
    }

    /** Waits until batch {@code sequence} survives power loss. */
    public void awaitDurable(long sequence) {
        commit.awaitDurable(sequence);
    }

    /** Waits until batch {@code sequence} is with the operating system. */
    public void awaitWritten(long sequence) {
        commit.awaitWritten(sequence);
    }

    /** Lets what follows begin a new segment, whose number the promise delivers once it exists. Memory only. */
    public Promise<Long> rotate() {
        return commit.rotate();
    }

    /** Waits for what {@link #rotate()} promised, seeing to it that somebody does it. */
    public long awaitRotation(Promise<Long> opened) {
        return commit.awaitRotation(opened);
    }

    // ---- the records of others -----------------------------------------------------------------------------------

    /** INVALID_ARGUMENT unless the log was opened with {@code consumer}. */
    public LogChannel channel(LogConsumer consumer) {
        return channels.of(consumer, this, commit);
    }

    // ---- what is kept --------------------------------------------------------------------------------------------

    /** The segment that takes the next record. */
    public long currentSegment() {
        return retention.current();
    }

    /** The oldest segment that the engine or a channel needs. */
    public long firstNeeded() {
        return retention.firstNeeded();
    }

    /** As {@link #firstNeeded()}, once the engine needs nothing below {@code segment}. */
    public long firstNeededBeside(long segment) {
        return Math.min(segment, retention.firstNeededBeside(engine));
    }

    /** No batch below {@code segment} is needed any more, and the manifest says so. */
    public void flushed(long segment) {
        retention.raise(engine, segment);
    }

    /** {@code action} runs when {@link #firstNeeded()} has risen; it must not wait. */
    public void whenReleased(Runnable action) {
        retention.whenLess(action);
    }

    /** As {@link LogChannel#onRequest}, for the engine. */
    public void onRequest(LongConsumer request) {
        retention.onRequest(engine, request);
    }

    /** Whether those who bring new work are to call {@link #awaitRoom}. */
    public boolean isFull() {
        return room.isFull();
    }

    /** See {@link LogChannel#awaitRoom()}. {@code check} is called on every look and may throw. */
    public void awaitRoom(Runnable check) {
        if (room.isFull()) {
            room.await(engine, () -> {
                commit.check();
                check.run();
            }, tail::ask);
        }
    }

    /** Those who wait for room look again. */
    public void roomChanged() {
        room.changed();
    }

    /**
     * Deletes the segments below {@code firstNeeded}, or keeps one, of whatever length, for reuse; the manifest must not
     * need them any more.
     */
    public void forget(long firstNeeded) {
        Vfs vfs = files.vfs();
        try {
            boolean haveSpare = !files.spares().isEmpty();
            for (long number : files.segments()) {
                if (number < firstNeeded) {
                    String path = files.segment(number);
                    if (!haveSpare && vfs.size(path) <= segmentBytes) {
                        vfs.rename(path, files.spare(number));
                        haveSpare = true;
                    } else {
                        vfs.delete(path);
                    }
                }
            }
        } finally {
            retention.forgotten(firstNeeded);
            room.changed();
        }
    }

    /**
     * Reads all segments that anybody needs again, up to where they were written: CORRUPTION, by name and offset, unless every byte is
     * as it was written. Writers go on meanwhile.
     */
    public Verified verify() {
        return new LogVerifier(files, retention).run();
    }

    /** What {@link #verify} read. */
    public record Verified(int segments, long bytes) {}

    // ---- ending --------------------------------------------------------------------------------------------------

    /** Ends the log as a failed write would: the store must not go on writing. */
    public void fail(Throwable cause) {
        commit.fail(cause);
    }

    /** Why nothing is written any more, or null. */
    public Throwable failure() {
        return commit.failure();
    }

    /**
     * Writes and syncs everything, marks the log as closed in good order, and closes the file. Throws READ_ONLY when an
     * earlier failure left something that is not durable; the file is closed all the same. Call once.
     */
    public void close() {
        commit.close();
    }

    /** Closes the file and nothing else. */
    public void abandon() {
        tail.close();
    }

    // ---- what it counts ------------------------------------------------------------------------------------------

    public Counters counters() {
        return tail.counters();
    }

    /** Bytes of the segments there are. */
    public long bytes() {
        return retention.bytes();
    }

    /** Who keeps what. */
    public List<LogHold> holds() {
        return retention.holds(clock.monotonicNanos());
    }

    /**
     * Since opening.
     *
     * @param groups rounds in which a leader wrote
     * @param syncs how many of them synced
     * @param bytes framed bytes
     * @param streamRecords records of channels
     * @param slowSyncs syncs longer than the limit
     * @param longHolds how often a segment was found kept for longer than the limit
     * @param requests how often somebody was asked to let go of segments
     */
    public record Counters(long groups, long syncs, long bytes, long streamRecords, long slowSyncs, long longHolds,
            long requests) {}
}
