package io.nokv.lsm;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.port.Ports;
import io.nokv.base.vfs.Vfs;
import io.nokv.lsm.cursor.EntryCursor;
import io.nokv.lsm.cursor.LiveCursor;
import io.nokv.lsm.cursor.MergingCursor;
import io.nokv.lsm.memtable.Memtable;
import io.nokv.lsm.memtable.SkipListMemtable;
import io.nokv.lsm.wal.BatchCodec;
import io.nokv.lsm.wal.WriteAheadLog;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The engine put together. Writers order themselves under {@link #writeLock}, which covers memory only: sequence number,
 * log buffer, memtable, visibility.
 */
final class LsmEngine implements Engine {
    private static final String LOCK_FILE = "LOCK";

    private final Vfs vfs;
    private final AutoCloseable directoryLock;
    private final EngineOptions options;
    private final SnapshotRegistry snapshots = new SnapshotRegistry();
    private final Memtable memtable = new SkipListMemtable();
    private final WriteAheadLog log;

    private final ReentrantLock writeLock = new ReentrantLock();
    private volatile long visible;
    private volatile boolean closed;

    private LsmEngine(String directory, EngineOptions options, Ports ports, AutoCloseable directoryLock) {
        this.vfs = ports.vfs();
        this.options = options;
        this.directoryLock = directoryLock;
        long first = vfs.list(directory).stream().filter(name -> name.endsWith(".wal"))
                .mapToLong(name -> Long.parseLong(name.substring(0, name.length() - 4))).min().orElse(0);
        this.log = WriteAheadLog.open(ports, directory, options.walSegmentBytes(), first, 1,
                new WriteAheadLog.Recovery() {
                    @Override
                    public void batch(long sequence, long segment) {
                        visible = sequence;
                    }

                    @Override
                    public void operation(Family family, byte[] key, byte[] value) {
                        memtable.add(family, key, visible, value);
                    }
                });
    }

    static Engine open(String directory, EngineOptions options, Ports ports) {
        Vfs vfs = ports.vfs();
        vfs.makeDirectories(directory);
        syncParents(vfs, directory);
        AutoCloseable lock = vfs.lock(directory.isEmpty() ? LOCK_FILE : directory + "/" + LOCK_FILE);
        try {
            return new LsmEngine(directory, options, ports, lock);
        } catch (RuntimeException | Error e) {
            release(lock);
            throw e;
        }
    }

    /** A power cut must not take the directory itself: its name is durable once the directory above is synced. */
    private static void syncParents(Vfs vfs, String directory) {
        for (int slash = directory.lastIndexOf('/'); slash >= 0; slash = directory.lastIndexOf('/', slash - 1)) {
            vfs.syncDir(directory.substring(0, slash));
        }
        vfs.syncDir("");
    }

    private static void release(AutoCloseable lock) {
        try {
            lock.close();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new NokvException(FailureCode.IO_ERROR, "the directory lock was not released", e);
        }
    }

    private record Ticket(WriteAheadLog log, long sequence) implements WriteTicket {
        @Override
        public void awaitDurable() {
            log.awaitDurable(sequence);
        }
    }

    @Override
    public WriteTicket submit(WriteBatch batch) {
        byte[] payload = BatchCodec.encode(batch);
        log.check();
        long sequence;
        writeLock.lock();
        try {
            sequence = visible + 1;
            log.append(sequence, payload);
            for (WriteBatch.Op op : batch.ops()) {
                switch (op) {
                    case WriteBatch.Op.Put put -> memtable.add(put.family(), put.key(), sequence, put.value());
                    case WriteBatch.Op.Delete delete -> memtable.add(delete.family(), delete.key(), sequence, null);
                }
            }
            visible = sequence;
        } finally {
            writeLock.unlock();
        }
        if (log.pendingBytes() > options.walBufferBytes()) {
            log.awaitWritten(sequence);
        }
        return new Ticket(log, sequence);
    }

    @Override
    public long write(WriteBatch batch, Durability durability) {
        long sequence = submit(batch).sequence();
        switch (durability) {
            case BUFFERED -> {
            }
            case FLUSHED -> log.awaitWritten(sequence);
            case FSYNC -> log.awaitDurable(sequence);
        }
        return sequence;
    }

    private long sequenceOf(Snapshot snapshot) {
        if (closed) {
            throw new NokvException(FailureCode.CLOSED, "the engine is closed");
        }
        return snapshot == null ? visible : snapshot.sequence();
    }

    @Override
    public byte[] get(Family family, byte[] key, Snapshot snapshot) {
        byte[] found = memtable.get(family, key, sequenceOf(snapshot));
        return found == Memtable.DELETED ? null : found;
    }

    @Override
    public byte[][] multiGet(Family family, byte[][] sortedKeys, Snapshot snapshot) {
        long sequence = sequenceOf(snapshot);
        byte[][] found = new byte[sortedKeys.length][];
        for (int i = 0; i < found.length; i++) {
            byte[] value = memtable.get(family, sortedKeys[i], sequence);
            found[i] = value == Memtable.DELETED ? null : value;
        }
        return found;
    }

    @Override
    public Cursor cursor(Family family, Range range, Snapshot snapshot) {
        long sequence = sequenceOf(snapshot);
        EntryCursor entries = MergingCursor.over(List.of(memtable.cursor(family)));
        return new LiveCursor(entries, range, sequence, () -> {});
    }

    @Override
    public Snapshot snapshot() {
        return snapshots.open(() -> visible);
    }

    @Override
    public void flush() {
        log.drain();
    }

    @Override
    public void compact(Family family, Range range) {
        flush();
    }

    @Override
    public long approximateBytes(Family family, Range range) {
        return 0;
    }

    @Override
    public long visibleSequence() {
        return visible;
    }

    @Override
    public long durableSequence() {
        return log.durableSequence();
    }

    @Override
    public EngineStats stats() {
        return new EngineStats(memtable.entries());
    }

    @Override
    public void close() {
        writeLock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
        } finally {
            writeLock.unlock();
        }
        try {
            log.close();
        } finally {
            release(directoryLock);
        }
    }
}
