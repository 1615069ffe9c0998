package io.nokv.lsm.wal;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.Invariant;
import io.nokv.base.error.NokvException;
import io.nokv.base.port.Promise;
import io.nokv.base.port.Scheduler;
import io.nokv.lsm.event.Events;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Who writes, and when. Appending orders something in memory. Whoever then needs it on disk first becomes the leader: it
 * takes everything appended so far, writes it, syncs it once and wakes all whom that covered; if more was appended
 * meanwhile it hands the lead to one who waits for that. While the leader is in the disk's hands no lock is held. The
 * first failure ends everything: every later call throws READ_ONLY and names it. Thread-safe.
 */
final class GroupCommit {
    /** What a waiting flow is told: what it waits for is safe, or it is its turn to lead. */
    private enum Told {
        DONE, LEAD
    }

    /** Waits for the batch with {@code sequence} and for {@code position}; one of them is 0. */
    private record Waiting(long sequence, long position, boolean synced, Promise<Told> told) {}

    private final Scheduler scheduler;
    private final Events events;
    private final LogTail tail;
    private final LogRoom room;

    private final ReentrantLock lock = new ReentrantLock();
    private List<Pending> pending = new ArrayList<>();
    private volatile long pendingBytes;
    private volatile long appended;
    private volatile long appendedPosition;
    private boolean leading;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private volatile long written;
    private volatile long writtenPosition;
    private volatile long durable;
    private volatile long durablePosition;
    private volatile Throwable failure;
    private volatile boolean closed;

    /** @param lastSequence the newest batch of the log, which is durable */
    GroupCommit(Scheduler scheduler, Events events, LogTail tail, LogRoom room, long lastSequence) {
        this.scheduler = scheduler;
        this.events = events;
        this.tail = tail;
        this.room = room;
        this.appended = lastSequence;
        this.written = lastSequence;
        this.durable = lastSequence;
    }

    long lastSequence() {
        return appended;
    }

    long durableSequence() {
        return durable;
    }

    long pendingBytes() {
        return pendingBytes;
    }

    Throwable failure() {
        return failure;
    }

    /** Throws READ_ONLY when the log has failed, CLOSED when it was closed. */
    void check() {
        Throwable cause = failure;
        if (cause != null) {
            throw new NokvException(FailureCode.READ_ONLY,
                    "the store takes no writes since this failure: " + cause.getMessage(), cause);
        }
        if (closed) {
            throw new NokvException(FailureCode.CLOSED, "the log is closed");
        }
    }

    // ---- appending -----------------------------------------------------------------------------------------------

    void append(long sequence, byte[] payload) {
        lock.lock();
        try {
            check();
            Invariant.check(sequence == appended + 1, "batches are appended in sequence", sequence);
            appended = sequence;
            pending.add(new Pending.Batch(sequence, ++appendedPosition, payload));
            pendingBytes += payload.length;
        } finally {
            lock.unlock();
        }
    }

    /** The i-th payload is that of the i-th record. Returns the position of the last. */
    long append(List<LogRecord> records, List<byte[]> payloads, Retention.Hold hold) {
        lock.lock();
        try {
            check();
            for (int i = 0; i < records.size(); i++) {
                byte[] payload = payloads.get(i);
                pending.add(new Pending.Stream(appended, ++appendedPosition, records.get(i), payload, hold));
                pendingBytes += payload.length;
            }
            return appendedPosition;
        } finally {
            lock.unlock();
        }
    }

    Promise<Long> rotate() {
        Promise<Long> opened = scheduler.promise();
        Throwable failed;
        lock.lock();
        try {
            failed = failure;
            if (failed == null) {
                pending.add(new Pending.Rotation(appended, ++appendedPosition, opened));
            }
        } finally {
            lock.unlock();
        }
        if (failed != null) {
            opened.fail(failed);
        }
        return opened;
    }

    // ---- waiting -------------------------------------------------------------------------------------------------

    void awaitDurable(long sequence) {
        if (durable < sequence) {
            await(sequence, 0, true);
        }
    }

    void awaitWritten(long sequence) {
        if (written < sequence) {
            await(sequence, 0, false);
        }
    }

    void awaitDurablePosition(long position) {
        if (durablePosition < position) {
            await(0, position, true);
        }
    }

    void awaitWrittenPosition(long position) {
        if (writtenPosition < position) {
            await(0, position, false);
        }
    }

    boolean isWritten(long position) {
        return writtenPosition >= position;
    }

    /** Waits for what {@link #rotate()} promised, seeing to it that somebody does it. */
    long awaitRotation(Promise<Long> opened) {
        while (!opened.isDone()) {
            Promise<Told> told;
            lock.lock();
            try {
                check();
                told = joinOrLead(0, appendedPosition, false);
            } finally {
                lock.unlock();
            }
            if (told == null || told.await() == Told.LEAD) {
                lead(false);
            }
        }
        return opened.await();
    }

    /** Writes and syncs all that was appended, rotations included; nothing is appended meanwhile. */
    private void drain() {
        while (true) {
            Promise<Told> told;
            lock.lock();
            try {
                check();
                if (!leading && pending.isEmpty() && durablePosition >= appendedPosition) {
                    return;
                }
                told = joinOrLead(0, appendedPosition, true);
            } finally {
                lock.unlock();
            }
            if (told == null || told.await() == Told.LEAD) {
                lead(true);
            }
        }
    }

    private void await(long sequence, long position, boolean synced) {
        while (true) {
            Promise<Told> told;
            lock.lock();
            try {
                if (isCovered(sequence, position, synced)) {
                    return;
                }
                check();
                told = joinOrLead(sequence, position, synced);
            } finally {
                lock.unlock();
            }
            if (told == null || told.await() == Told.LEAD) {
                lead(synced);
            }
        }
    }

    private boolean isCovered(long sequence, long position, boolean synced) {
        return synced
                ? durable >= sequence && durablePosition >= position
                : written >= sequence && writtenPosition >= position;
    }

    /** Null: the caller leads now. Otherwise it waits for what it will be told. */
    private Promise<Told> joinOrLead(long sequence, long position, boolean synced) {
        if (!leading) {
            leading = true;
            return null;
        }
        Promise<Told> told = scheduler.promise();
        waiting.add(new Waiting(sequence, position, synced, told));
        return told;
    }

    // ---- leading -------------------------------------------------------------------------------------------------

    /** One round: takes what is pending, writes it, syncs it if anybody wants that, tells those it concerns. */
    private void lead(boolean selfWantsSync) {
        List<Pending> group;
        boolean sync = selfWantsSync;
        long last;
        long lastPosition;
        lock.lock();
        try {
            group = pending;
            pending = new ArrayList<>();
            pendingBytes = 0;
            last = appended;
            lastPosition = appendedPosition;
            for (Waiting w : waiting) {
                sync |= w.synced;
            }
        } finally {
            lock.unlock();
        }
        Throwable failed = failure;
        if (failed == null) {
            try {
                tail.write(group, sync);
            } catch (RuntimeException | Error e) {
                failed = e;
            }
        }
        finishRound(group, last, lastPosition, sync, failed);
        if (failed != null) {
            check();
        }
    }

    private void finishRound(List<Pending> group, long last, long lastPosition, boolean synced, Throwable failed) {
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
                writtenPosition = lastPosition;
                durable = synced ? last : Math.max(durable, tail.completedSequence());
                durablePosition = synced ? lastPosition : Math.max(durablePosition, tail.completedPosition());
                waiting.removeIf(w -> {
                    boolean covered = isCovered(w.sequence, w.position, w.synced);
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
            room.changed();
        }
        done.forEach(w -> w.told.complete(Told.DONE));
        if (next != null) {
            next.told.complete(Told.LEAD);
        }
    }

    // ---- ending --------------------------------------------------------------------------------------------------

    /** Ends the log as a failed write would: the store must not go on writing. */
    void fail(Throwable cause) {
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
        room.changed();
    }

    private static void failRotations(List<Pending> lost, Throwable cause) {
        for (Pending p : lost) {
            if (p instanceof Pending.Rotation rotation) {
                rotation.opened().fail(cause);
            }
        }
    }

    /** Writes and syncs everything, marks the log as closed, closes the file; see {@link WriteAheadLog#close}. */
    void close() {
        try {
            if (failure == null) {
                drain();
                markClosed();
                tail.mark(appended + 1);
            }
        } finally {
            markClosed();
            tail.close();
        }
        if (failure != null && durablePosition < appendedPosition) {
            check();
        }
    }

    private void markClosed() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        room.changed();
    }
}
