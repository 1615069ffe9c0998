package io.nokv.lsm;

import io.nokv.base.port.Ports;
import io.nokv.lsm.transfer.Checkpoint;
import io.nokv.lsm.transfer.Export;
import io.nokv.lsm.wal.LogChannel;
import io.nokv.lsm.wal.LogConsumer;
import java.util.List;
import java.util.Set;

/**
 * An ordered, durable, crash-safe store of byte strings in one directory. Thread-safe. An acknowledged write survives
 * what its {@link Durability} says; after a crash the state is a prefix of the log that contains every write
 * acknowledged with {@link Durability#FSYNC}. Failures are {@link io.nokv.base.error.NokvException}; damage is named by
 * file and offset and never returned as data.
 */
public interface Engine extends AutoCloseable {
    /**
     * Opens or creates the store in {@code directory} (a path of {@code ports.vfs()}), replays its log and takes its
     * lock. LOCKED when another opener holds it; CORRUPTION when what is stored does not check.
     */
    static Engine open(String directory, EngineOptions options, Ports ports) {
        return LsmEngine.open(directory, options, ports);
    }

    /**
     * Gives the batch its place in the log and makes it visible to readers, without waiting for the disk: the group
     * commit of {@link WriteTicket#awaitDurable()} does that. Batches become visible, and durable, in sequence order.
     * NO_SPACE, and nothing happens, while the device is full: the engine goes on by itself when there is space again.
     */
    WriteTicket submit(WriteBatch batch);

    /** {@link #submit} and wait for {@code durability}. Returns the sequence number. */
    long write(WriteBatch batch, Durability durability);

    /** The value, or null. {@code snapshot} null means the latest visible state. */
    byte[] get(Family family, byte[] key, Snapshot snapshot);

    /**
     * The first live key at or after {@code key} that differs from it in the tail only (see {@link EngineOptions#withTail}),
     * read by {@code reader} without a copy; null when there is none. In a family without tails, or for a key shorter than
     * one, that is {@code key} itself. Touches no table that holds nothing of the key's head, nor any whose tails are out
     * of question.
     *
     * @param snapshot null means the latest visible state
     * @param reader is called at most once; what it throws is thrown here
     */
    <T> T first(Family family, byte[] key, Snapshot snapshot, EntryReader<T> reader);

    /**
     * One pass over keys in ascending order, which may repeat; the i-th answer belongs to the i-th key, null when absent.
     * INVALID_ARGUMENT when they are not in order.
     */
    byte[][] multiGet(Family family, byte[][] sortedKeys, Snapshot snapshot);

    /** A cursor over {@code range}; {@code snapshot} null means the state at the time of this call. */
    Cursor cursor(Family family, Range range, Snapshot snapshot);

    /**
     * A cursor over the keys that begin with {@code prefix}: its bounds are their first and their last, so seeks stop there in both
     * directions, and what knows prefixes may pass tables over by {@link Range#commonPrefix()}.
     */
    default Cursor prefixCursor(Family family, byte[] prefix, Snapshot snapshot) {
        return cursor(family, Range.prefix(prefix), snapshot);
    }

    /** {@link #snapshot(String)} of an owner who gives no name. */
    default Snapshot snapshot() {
        return snapshot("unnamed");
    }

    /**
     * The latest visible state, held until the snapshot is closed: it costs the space of what it hides from compaction.
     *
     * @param owner whom {@link EngineStats#snapshots()} names as its holder; not null
     */
    Snapshot snapshot(String owner);

    /** Writes every memtable to tables and waits. */
    void flush();

    /** Rewrites {@code range} of {@code family} down to its lowest level and waits. */
    void compact(Family family, Range range);

    /**
     * An openable copy of the whole store in {@code directory}, a path of the same file system that does not exist yet
     * (FILE_EXISTS otherwise). Everything visible at the time of this call is in it. Memtables are flushed first, then tables
     * are linked: it costs little time and, until the store drops a table, no space. A crash leaves a whole one or none.
     */
    Checkpoint checkpoint(String directory);

    /**
     * Writes the rows that {@code families} have in {@code range} to table files in {@code directory}, a path of the same file
     * system that does not exist yet (FILE_EXISTS otherwise), for {@link #ingest}. A crash leaves a whole export or none. Reads
     * the rows once and does not hold up anybody.
     *
     * @param snapshot null means the state at the time of this call
     */
    Export export(String directory, Set<Family> families, Range range, Snapshot snapshot);

    /**
     * Adds the rows of an export in {@code directory} as one batch that overwrites what was there, or {@linkplain
     * Ingest#replacing replaces} all of it in the exported range and families: they become visible
     * together, in order with all other batches, and are durable when this returns. Every byte is read and checked first;
     * FILE_NOT_FOUND when there is no export, CORRUPTION (naming the file in it) when it is damaged, and nothing happens. Writers are not
     * held up. Returns the sequence number.
     */
    default long ingest(String directory, Ingest how) {
        return ingest(directory, how, null);
    }

    /**
     * As {@link #ingest(String, Ingest)}, together with the puts and deletes of {@code beside}: readers and crashes find both or
     * neither. INVALID_ARGUMENT when it deletes a range, or has a key that the export could have.
     *
     * @param beside null for none
     */
    long ingest(String directory, Ingest how, WriteBatch beside);

    /**
     * Moves values out of value files until in none of them more than {@code share} (0 to below 1) of the bytes are garbage
     * that tables know of, and waits. What is overwritten becomes that when {@link #compact} meets it. NO_SPACE on a full
     * device. The engine does the like by itself, by {@link EngineOptions.Values#garbageShare}.
     */
    void collectValues(double share);

    /**
     * Bytes that {@code range} takes, roughly: whole blocks of tables as they are stored, and entries of memtables as they
     * are held. Versions and tombstones count. Walks the entries that memtables have in the range.
     */
    long approximateBytes(Family family, Range range);

    /**
     * Keys that cut {@code range} into {@code parts} of about as many bytes each, by {@link #approximateBytes}: ascending, all
     * within the range and after its beginning, at most {@code parts - 1}, fewer when the range has too little in it. In a
     * family with tails a key is cut before its tail, so that no two keys of one head end in different parts. Reads the
     * indexes of tables, no data.
     *
     * @param parts at least 2
     */
    List<byte[]> splitKeys(Family family, Range range, int parts);

    /** Every batch up to this sequence number is visible to new readers; 0 before the first. */
    long visibleSequence();

    /** Every batch up to this sequence number survives power loss; at most {@link #visibleSequence()}. */
    long durableSequence();

    /**
     * The part of the engine's log that belongs to {@code consumer}, one of {@link EngineOptions.Log#consumers()}; else
     * INVALID_ARGUMENT. What is appended to it is ordered with the batches and becomes durable with the same syncs.
     */
    LogChannel channel(LogConsumer consumer);

    /** The value files in use, by ascending number. */
    List<EngineStats.ValueFile> valueFiles();

    /** Everything the engine counts. */
    EngineStats stats();

    /**
     * What {@link #verify} read.
     *
     * @param bytes of the tables
     * @param segments of the log
     */
    record Verified(long tables, long bytes, long valueFiles, long valueBytes, long segments, long logBytes,
            long manifestBytes) {}

    /**
     * Reads every byte of the store from its files, past the cache, and checks it: of tables the checksums, of parts and of the whole, the
     * order of entries, and that index and filter agree with them; all records of value files; the segments of the log that are
     * needed, as far as they were written; and the manifest, which must say what the store holds. CORRUPTION, named by file and
     * offset, at the first damage. Writers and readers go on meanwhile.
     */
    Verified verify();

    /**
     * Writes and syncs what is buffered in the log, stops background work, releases the lock. Idempotent. Throws READ_ONLY,
     * with everything released, when an earlier failure keeps visible batches from becoming durable.
     */
    @Override
    void close();
}
