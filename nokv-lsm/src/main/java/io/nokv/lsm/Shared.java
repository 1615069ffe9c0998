package io.nokv.lsm;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.Invariant;
import io.nokv.base.error.NokvException;
import io.nokv.lsm.memtable.Memtable;
import io.nokv.lsm.memtable.MemtableKind;
import io.nokv.lsm.memtable.ValueChunks;
import io.nokv.lsm.point.KeyTails;
import io.nokv.lsm.table.TableMeta;
import io.nokv.lsm.table.TableStore;
import io.nokv.lsm.version.Version;
import io.nokv.lsm.wal.BatchCodec;
import io.nokv.lsm.wal.WriteAheadLog;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * What writers, readers and background work share: the current {@link ReadState} and the newest visible sequence number.
 * Changes happen under one lock that covers memory only; reading takes no lock.
 */
final class Shared {
    private final WriteAheadLog log;
    private final MemtableKind memtableKind;
    private final long memtableBytes;
    private final KeyTails tails;
    private final ReentrantLock lock = new ReentrantLock();
    private final ValueChunks valueMemory;
    private volatile ReadState current;
    private volatile long visible;
    private volatile boolean closed;

    /**
     * @param first its memtables are held by the one who made them
     * @param valueMemory of memtables
     */
    Shared(WriteAheadLog log, EngineOptions options, ReadState first, long visible, ValueChunks valueMemory) {
        this.log = log;
        this.memtableKind = options.memtable();
        this.memtableBytes = options.memtableBytes();
        this.tails = options.tables().shape().tails();
        this.valueMemory = valueMemory;
        show(first);
        this.visible = visible;
    }

    /**
     * Makes {@code next} current. Who holds a version may read the memtables of all states that had it: they are held until it is
     * released. Called under the lock.
     */
    private void show(ReadState next) {
        ReadState before = current;
        boolean sameVersion = before != null && before.version() == next.version();
        pair(next.active(), sameVersion ? before : null, next.version());
        for (ReadState.Full full : next.waiting()) {
            pair(full.memtable(), sameVersion ? before : null, next.version());
        }
        current = next;
    }

    /** @param before has the version too: its memtables are held for it already; or null */
    private static void pair(Memtable memtable, ReadState before, Version version) {
        if (before == null || !before.has(memtable)) {
            version.whenReleased(memtable.hold());
        }
    }

    /** See {@link ValueChunks#idleBytes}. */
    long idleValueBytes() {
        return valueMemory.idleBytes();
    }

    long visible() {
        return visible;
    }

    ReadState current() {
        return current;
    }

    /** The current state with its version held. Take the sequence number to read at afterwards, not before. */
    ReadState hold() {
        while (true) {
            ReadState state = current;
            if (state.version().tryRetain()) {
                return state;
            }
        }
    }

    /** What {@link #submit} did. */
    record Submitted(long sequence, boolean rotated) {}

    /** Orders the batch, logs it in memory and shows it. {@code payload} is the encoded batch. */
    Submitted submit(WriteBatch batch, byte[] payload) {
        lock.lock();
        try {
            checkOpen();
            long sequence = visible + 1;
            log.append(sequence, payload);
            Memtable memtable = current.active();
            addAll(memtable, batch, sequence);
            visible = sequence;
            boolean full = memtable.bytes() >= memtableBytes;
            if (full) {
                rotateLocked();
            }
            return new Submitted(sequence, full);
        } finally {
            lock.unlock();
        }
    }

    private static void addAll(Memtable memtable, WriteBatch batch, long sequence) {
        for (WriteBatch.Op op : batch.ops()) {
            switch (op) {
                case WriteBatch.Op.Put put -> memtable.add(put.family(), put.key(), sequence, put.value());
                case WriteBatch.Op.Delete delete -> memtable.add(delete.family(), delete.key(), sequence, null);
                case WriteBatch.Op.DeleteRange(Family family, Range range) ->
                    memtable.deleteRange(family, range, sequence);
            }
        }
    }

    private void rotateLocked() {
        ReadState state = current;
        ReadState.Full full = new ReadState.Full(state.active(), visible, log.rotate());
        show(state.withActive(memtableKind.create(tails, memtableBytes, valueMemory), full));
    }

    /**
     * Gives tables the next sequence number and shows them in its place: the batches before it are in the memtable that is
     * closed by this, those after it in the next. What they replace is deleted by the number before, which nobody can read at.
     * Logged in memory. The caller keeps others from installing versions, keeps its hold on the version before, and releases it
     * afterwards.
     *
     * @param tables ordered and apart from each other; files and names are durable
     * @param beside puts and deletes of other keys, which take the same sequence number
     * @param obsolete as in {@link Version#adopt}
     */
    long adopt(IngestRecord tables, WriteBatch beside, TableStore store, Consumer<TableMeta> obsolete) {
        lock.lock();
        try {
            checkOpen();
            log.check();
            if (current.active().entries() > 0) {
                rotateLocked();
            }
            long sequence = visible + tables.sequences();
            IngestRecord placed = tables.at(sequence);
            if (placed.sequences() == 2) {
                log.append(sequence - 1, BatchCodec.encodeNothing());
            }
            log.append(sequence, BatchCodec.encodeIngest(placed.encode(), beside));
            Version next = current.version().adopt(placed.tables(), obsolete);
            IngestedTables ingested = new IngestedTables(placed, sequence, next.adopted(placed.tables().size()), store,
                    tails);
            addAll(ingested, beside, sequence);
            show(current.withVersion(next).withWaiting(new ReadState.Full(ingested, sequence, log.rotate())));
            visible = sequence;
            return sequence;
        } finally {
            lock.unlock();
        }
    }

    /** Closes the active memtable unless it is empty; returns the newest sequence number outside of it. */
    long rotate() {
        lock.lock();
        try {
            if (current.active().entries() > 0) {
                rotateLocked();
            }
            return visible;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Closes the active memtable, so that its part of the log is no longer needed once it is flushed. False when there is
     * nothing to flush: the engine then needs nothing of the log but its end.
     */
    boolean letGoOfLog() {
        lock.lock();
        try {
            boolean holds = current.active().entries() > 0;
            if (holds) {
                rotateLocked();
            } else if (current.waiting().isEmpty()) {
                log.flushed(log.currentSegment());
            }
            return holds;
        } finally {
            lock.unlock();
        }
    }

    /** Shows {@code next}; the caller keeps its hold on the version before and releases it afterwards. */
    void install(Version next, ReadState.Full flushed) {
        lock.lock();
        try {
            ReadState state = current;
            if (flushed != null) {
                Invariant.check(state.waiting().getLast() == flushed, "memtables are flushed oldest first");
                state = state.withoutOldest();
            }
            show(state.withVersion(next));
            if (flushed != null) {
                flushed.memtable().release();
            }
        } finally {
            lock.unlock();
        }
    }

    /** False when it was closed before. Nothing is submitted afterwards. */
    boolean close() {
        lock.lock();
        try {
            boolean first = !closed;
            closed = true;
            return first;
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        return closed;
    }

    /** Throws CLOSED after {@link #close()}. */
    void checkOpen() {
        if (closed) {
            throw new NokvException(FailureCode.CLOSED, "the engine is closed");
        }
    }
}
