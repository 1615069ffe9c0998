package io.nokv.lsm.wal;

import io.nokv.base.codec.ByteWriter;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.Invariant;
import io.nokv.base.error.NokvException;
import io.nokv.base.port.Ports;
import io.nokv.base.port.Promise;
import io.nokv.base.port.Scheduler;
import io.nokv.base.vfs.Vfs;
import io.nokv.base.vfs.VfsFile;
import io.nokv.base.vfs.VfsIo;
import io.nokv.lsm.Family;
import io.nokv.lsm.event.Events;
import io.nokv.lsm.event.SyncSpan;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The log with group commit. {@link #append} orders a batch in memory. Whoever then needs it on disk first becomes the
 * leader: it takes everything appended so far, writes it, syncs it once and wakes all whose batches that covered; if more
 * was appended meanwhile it hands the lead to one who waits for that. While the leader is in the disk's hands no lock is
 * held. The first failure ends the log: every later call throws READ_ONLY and names it. Thread-safe.
 */
public final class WriteAheadLog {
    /** Receives, on opening, what the log holds. */
    public interface Recovery extends BatchCodec.Visitor {
        /** The operations that follow belong to this batch, which stands in this segment. */
        void batch(long sequence, long segment);
    }

    /** What a waiting flow is told: its batch is safe, or it is its turn to lead. */
    private enum Told {
        DONE, LEAD
    }

    private record Waiting(long sequence, boolean synced, Promise<Told> told) {}

    /** Appended and not yet written. {@code rotation} is null for a batch; a rotation has the sequence before it. */
    private record Pending(long sequence, byte[] payload, Promise<Long> rotation) {}

    private final LogFiles files;
    private final Scheduler scheduler;
    private final Events events;
    private final long segmentBytes;

    private final ReentrantLock lock = new ReentrantLock();
    private List<Pending> pending = new ArrayList<>();
    private volatile long pendingBytes;
    private volatile long appended;
    private boolean leading;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private volatile long written;
    private volatile long durable;
    private volatile Throwable failure;
    private volatile boolean closed;

    /** Used by the leader only. */
    private SegmentWriter writer;
    /** The last batch of the segments that are complete, and so synced. Used by the leader only. */
    private long completed;

    private final LongAdder groups = new LongAdder();
    private final LongAdder syncs = new LongAdder();
    private final LongAdder bytesWritten = new LongAdder();

    private WriteAheadLog(LogFiles files, Scheduler scheduler, Events events, long segmentBytes) {
        this.files = files;
        this.scheduler = scheduler;
        this.events = events;
        this.segmentBytes = segmentBytes;
    }

    /**
     * Replays the log in {@code directory} and opens it on a new segment.
     *
     * @param segmentBytes capacity of a segment, 64 KiB to 1 GiB
     * @param firstSegment the oldest segment still needed, 0 when the store is new
     * @param nextSequence what the first batch in it carries
     */
    public static WriteAheadLog open(Ports ports, Events events, String directory, long segmentBytes, long firstSegment,
            long nextSequence, Recovery recovery) {
        LogFiles files = new LogFiles(ports.vfs(), directory);
        LogReplay.Sink sink = new LogReplay.Sink() {
            private long current;

            @Override
            public void segment(long number) {
                current = number;
            }

            @Override
            public void batch(long sequence, byte[] bytes, int offset, int length) {
                recovery.batch(sequence, current);
                BatchCodec.decode(bytes, offset, length, recovery);
            }
        };
        LogReplay.End end = LogReplay.run(files, firstSegment, nextSequence, sink);
        if (end.unused() != 0) {
            ports.vfs().delete(files.segment(end.unused()));
            ports.vfs().syncDir(directory);
        }
        if (end.lastSegment() != 0) {
            syncTail(ports.vfs(), files.segment(end.lastSegment()));
        }
        WriteAheadLog log = new WriteAheadLog(files, ports.scheduler(), events, segmentBytes);
        log.appended = end.nextSequence() - 1;
        long number = Math.max(Math.max(end.lastSegment(), end.unused()) + 1, Math.max(firstSegment, 1));
        log.writer = log.begin(number, end.lastSegment(), end.lastEnd(), end.nextSequence());
        boolean synced = false;
        try {
            log.writer.sync();
            synced = true;
        } finally {
            if (!synced) {
                log.writer.close();
            }
        }
        log.written = log.appended;
        log.durable = log.appended;
        return log;
    }

    /**
     * What was replayed may be in the operating system's memory only, when the process before this one was killed. It
     * must be on the disk before anything that follows it in the next segment is.
     */
    private static void syncTail(Vfs vfs, String segment) {
        try (VfsFile tail = vfs.open(segment, Vfs.Mode.READ_WRITE)) {
            tail.sync();
        }
    }

    /**
     * Removes what an interrupted creation of a store left. CORRUPTION when a segment holds batches: then it belonged to a
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
                        "the log holds batches, but the store's CURRENT file is missing");
            }
            vfs.delete(path);
        }
    }

    /** Makes segment {@code number}: its name and its length are durable before anything is written to it. */
    private SegmentWriter begin(long number, long previous, long previousEnd, long nextSequence) {
        Vfs vfs = files.vfs();
        List<Long> spares = files.spares();
        if (!spares.isEmpty()) {
            vfs.rename(files.spare(spares.getFirst()), files.segment(number));
        } else {
            vfs.open(files.segment(number), Vfs.Mode.CREATE_NEW).close();
        }
        vfs.syncDir(files.directory());
        SegmentWriter made = new SegmentWriter(vfs.open(files.segment(number), Vfs.Mode.READ_WRITE), number,
                segmentBytes);
        made.append(LogFormat.TYPE_HEADER, nextSequence, new ByteWriter(20).u32(LogFormat.VERSION).u64(previous)
                .u64(previousEnd).toBytes());
        return made;
    }

    /** The segment that takes the next record. To be called while nothing is being appended. */
    public long currentSegment() {
        return writer.number();
    }

    /** The newest batch appended. */
    public long lastSequence() {
        return appended;
    }

    /** All batches up to this one survive power loss. */
    public long durableSequence() {
        return durable;
    }

    /** Bytes appended that are still in memory only. */
    public long pendingBytes() {
        return pendingBytes;
    }

    /** Throws READ_ONLY when the log has failed, CLOSED when it was closed. */
    public void check() {
        Throwable cause = failure;
        if (cause != null) {
            throw new NokvException(FailureCode.READ_ONLY,
                    "the store takes no writes since this failure: " + cause.getMessage(), cause);
        }
        if (closed) {
            throw new NokvException(FailureCode.CLOSED, "the log is closed");
        }
    }

    /** Appends a batch; {@code sequence} must follow the one before. Memory only. */
    public void append(long sequence, byte[] payload) {
        lock.lock();
        try {
            check();
            Invariant.check(sequence == appended + 1, "batches are appended in sequence", sequence);
            appended = sequence;
            pending.add(new Pending(sequence, payload, null));
            pendingBytes += payload.length;
        } finally {
            lock.unlock();
        }
    }

    /** Lets the next batch begin a new segment, whose number the promise delivers once it exists. Memory only. */
    public Promise<Long> rotate() {
        Promise<Long> opened = scheduler.promise();
        Throwable failed;
        lock.lock();
        try {
            failed = failure;
            if (failed == null) {
                pending.add(new Pending(appended, null, opened));
            }
        } finally {
            lock.unlock();
        }
        if (failed != null) {
            opened.fail(failed);
        }
        return opened;
    }

    /** Waits until batch {@code sequence} survives power loss. */
    public void awaitDurable(long sequence) {
        if (durable < sequence) {
            await(sequence, true);
        }
    }

    /** Waits until batch {@code sequence} is with the operating system. */
    public void awaitWritten(long sequence) {
        if (written < sequence) {
            await(sequence, false);
        }
    }

    /** Waits for what {@link #rotate()} promised, seeing to it that somebody does it. */
    public long awaitRotation(Promise<Long> opened) {
        while (!opened.isDone()) {
            Promise<Told> told;
            lock.lock();
            try {
                check();
                told = joinOrLead(appended, false);
            } finally {
                lock.unlock();
            }
            if (told == null || told.await() == Told.LEAD) {
                lead(false);
            }
        }
        return opened.await();
    }

    /** Ends the log as a failed write would: the store must not go on writing. */
    public void fail(Throwable cause) {
        List<Pending> lost = new ArrayList<>();
        lock.lock();
        try {
            failure = failure == null ? cause : failure;
            if (!leading) {
                lost.addAll(pending);
                pending.clear();
            }
        } finally {
            lock.unlock();
        }
        failRotations(lost, cause);
        events.failed(cause);
    }

    private static void failRotations(List<Pending> lost, Throwable cause) {
        for (Pending p : lost) {
            if (p.rotation != null) {
                p.rotation.fail(cause);
            }
        }
    }

    /** Why nothing is written any more, or null. */
    public Throwable failure() {
        return failure;
    }

    /** Writes and syncs all that was appended, rotations included; nothing is appended meanwhile. */
    private void drain() {
        while (true) {
            Promise<Told> told;
            lock.lock();
            try {
                check();
                if (!leading && pending.isEmpty() && durable >= appended) {
                    return;
                }
                told = joinOrLead(appended, true);
            } finally {
                lock.unlock();
            }
            if (told == null || told.await() == Told.LEAD) {
                lead(true);
            }
        }
    }

    private void await(long sequence, boolean synced) {
        while (true) {
            Promise<Told> told;
            lock.lock();
            try {
                if ((synced ? durable : written) >= sequence) {
                    return;
                }
                check();
                told = joinOrLead(sequence, synced);
            } finally {
                lock.unlock();
            }
            if (told == null || told.await() == Told.LEAD) {
                lead(synced);
            }
        }
    }

    /** Null: the caller leads now. Otherwise it waits for what it will be told. */
    private Promise<Told> joinOrLead(long sequence, boolean synced) {
        if (!leading) {
            leading = true;
            return null;
        }
        Promise<Told> told = scheduler.promise();
        waiting.add(new Waiting(sequence, synced, told));
        return told;
    }

    /** One round: takes what is pending, writes it, syncs it if anybody wants that, tells those it concerns. */
    private void lead(boolean selfWantsSync) {
        List<Pending> group;
        boolean sync = selfWantsSync;
        long last;
        lock.lock();
        try {
            group = pending;
            pending = new ArrayList<>();
            pendingBytes = 0;
            last = appended;
            for (Waiting w : waiting) {
                sync |= w.synced;
            }
        } finally {
            lock.unlock();
        }
        Throwable failed = failure;
        if (failed == null) {
            try {
                write(group, sync);
            } catch (RuntimeException | Error e) {
                failed = e;
            }
        }
        finishRound(group, last, sync, failed);
        if (failed != null) {
            check();
        }
    }

    private void write(List<Pending> group, boolean sync) {
        for (Pending p : group) {
            if (p.rotation != null) {
                turnSegment(p.sequence);
                p.rotation.complete(writer.number());
            } else {
                if (!writer.hasRoomFor(p.payload)) {
                    turnSegment(p.sequence - 1);
                }
                long before = writer.end();
                writer.append(LogFormat.TYPE_BATCH, p.sequence, p.payload);
                bytesWritten.add(writer.end() - before);
            }
        }
        if (sync) {
            syncWriter();
            syncs.increment();
        } else {
            writer.writeOut();
        }
        groups.increment();
    }

    private void syncWriter() {
        SyncSpan span = events.beginSync();
        long bytes = writer.unsyncedBytes();
        writer.sync();
        events.end(span, bytes);
    }

    private void turnSegment(long lastSequence) {
        syncWriter();
        completed = lastSequence;
        writer.close();
        writer = begin(writer.number() + 1, writer.number(), writer.end(), lastSequence + 1);
    }

    private void finishRound(List<Pending> group, long last, boolean synced, Throwable failed) {
        List<Waiting> done = new ArrayList<>();
        List<Pending> lost = new ArrayList<>();
        Waiting next = null;
        lock.lock();
        try {
            leading = false;
            if (failed != null) {
                failure = failure == null ? failed : failure;
                done.addAll(waiting);
                waiting.clear();
                lost.addAll(group);
                lost.addAll(pending);
                pending.clear();
            } else {
                written = last;
                durable = synced ? last : Math.max(durable, completed);
                waiting.removeIf(w -> {
                    boolean covered = (w.synced ? durable : written) >= w.sequence;
                    if (covered) {
                        done.add(w);
                    }
                    return covered;
                });
                next = waiting.poll();
                leading = next != null;
            }
        } finally {
            lock.unlock();
        }
        failRotations(lost, failed);
        if (failed != null) {
            events.failed(failed);
        }
        done.forEach(w -> w.told.complete(Told.DONE));
        if (next != null) {
            next.told.complete(Told.LEAD);
        }
    }

    /** Deletes the segments below {@code firstNeeded}, or keeps one, of whatever length, for reuse; the manifest must not need them any more. */
    public void forget(long firstNeeded) {
        Vfs vfs = files.vfs();
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
    }

    /**
     * Writes and syncs everything, marks the log as closed in good order, and closes the file. Throws READ_ONLY when an
     * earlier failure left batches that are not durable; the file is closed all the same. Call once.
     */
    public void close() {
        try {
            if (failure == null) {
                drain();
                lock.lock();
                try {
                    closed = true;
                } finally {
                    lock.unlock();
                }
                writer.append(LogFormat.TYPE_CLOSED, appended + 1);
                syncWriter();
            }
        } finally {
            lock.lock();
            try {
                closed = true;
            } finally {
                lock.unlock();
            }
            writer.close();
        }
        if (failure != null && durable < appended) {
            check();
        }
    }

    /** Closes the file and nothing else. */
    public void abandon() {
        writer.close();
    }

    /** Counters since opening: rounds, syncs, bytes. */
    public Counters counters() {
        return new Counters(groups.sum(), syncs.sum(), bytesWritten.sum());
    }

    /** @param groups rounds in which a leader wrote @param syncs how many of them synced @param bytes framed bytes */
    public record Counters(long groups, long syncs, long bytes) {}
}
