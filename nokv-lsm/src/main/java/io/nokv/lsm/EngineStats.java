package io.nokv.lsm;

import io.nokv.lsm.event.Timing;
import io.nokv.lsm.table.PruningTotals;
import io.nokv.lsm.thermos.HotSpots;
import io.nokv.lsm.wal.LogHold;
import io.nokv.lsm.wal.LogLimits;
import java.util.List;

/**
 * What an engine counts; a consistent picture is not promised between the parts. Counters are since opening.
 *
 * @param visibleSequence see {@link Engine#visibleSequence()}
 * @param durableSequence see {@link Engine#durableSequence()}
 * @param openSnapshots snapshots not yet closed
 * @param snapshots of the open ones those that hold the oldest states, at most {@link #SNAPSHOTS_NAMED}
 * @param hot what is read and written most at present
 * @param failure why the engine takes no writes, for good or (a full device) until there is space, or null
 */
public record EngineStats(long visibleSequence, long durableSequence, long openSnapshots,
        List<PinnedSnapshot> snapshots, String failure,
        Memtables memtables, Log log, List<Level> levels, Flushes flushes, Compactions compactions, Reads reads,
        Stalls stalls, Transfers transfers, Values values, Memory memory, HotSpots hot, long manifestBytes) {
    /**
     * Heap bytes that the engine keeps.
     *
     * @param memtables entries, indexes and filters of all memtables
     * @param cache blocks and index partitions in the cache
     * @param cacheBudget what {@code cache} never exceeds
     * @param rows cached rows
     * @param rowBudget what {@code rows} never exceeds
     * @param tables readers of tables (the index of each one's partitions, and where its blocks are in memory) and the
     *     cache's own tables
     * @param valueFiles indexes of value files
     * @param pendingLog submitted and not yet written
     * @param hotSpots counters of hot keys
     */
    public record Memory(long memtables, long cache, long cacheBudget, long rows, long rowBudget, long tables,
            long valueFiles, long pendingLog,
            long hotSpots) {
        public long total() {
            return memtables + cache + rows + tables + valueFiles + pendingLog + hotSpots;
        }
    }

    /** How many open snapshots are named at most. */
    public static final int SNAPSHOTS_NAMED = 100;

    /**
     * An open snapshot.
     *
     * @param owner who opened it
     * @param sequence the state it holds
     * @param sinceMillis when it was opened, in milliseconds since the Unix epoch
     */
    public record PinnedSnapshot(String owner, long sequence, long sinceMillis) {}

    /** @param waiting memtables that are being written to tables, or wait for it */
    public record Memtables(long activeBytes, long activeEntries, int waiting, long waitingBytes) {}

    /**
     * @param batches batches submitted
     * @param groups rounds in which a leader wrote what had gathered; batches per group is the gain of group commit
     * @param syncs groups that were synced
     * @param bytes framed bytes written
     * @param pendingBytes submitted, not yet written
     * @param syncTimes of all syncs of the log, those of closing and turning segments included
     * @param submitTimes from the call until a batch is visible, stalls included; of one batch in 32
     * @param commitTimes of waits until a batch is durable
     * @param kept what is kept of the log, and for whom
     */
    public record Log(long batches, long groups, long syncs, long bytes, long pendingBytes, Timing.Totals syncTimes,
            Timing.Totals submitTimes, Timing.Totals commitTimes, Kept kept) {}

    /**
     * @param bytes of the segments there are
     * @param holds who needs them: the engine and every channel
     * @param streamRecords records of channels written
     * @param slowSyncs syncs that took longer than {@link LogLimits#slowSyncNanos}
     * @param longHolds how often a segment was found kept for longer than {@link LogLimits#longHoldNanos}
     * @param requests how often those who keep the oldest segments were asked to let go
     */
    public record Kept(long bytes, List<LogHold> holds, long streamRecords, long slowSyncs, long longHolds,
            long requests) {}

    /** @param targetBytes what the level may hold before it is moved down; 0 for level 0 */
    public record Level(int level, int tables, long bytes, long targetBytes, long entries, long tombstones,
            long rangeDeletions, long compactionsInto, long bytesWrittenInto) {}

    /** @param times from the decision to the installed table */
    public record Flushes(long count, long bytes, Timing.Totals times) {}

    /**
     * @param moves tables moved without a rewrite
     * @param leftovers of the rewrites and moves, those of level 0 begun because nothing was flushed for a while
     * @param shadowedDropped entries dropped because a newer one hides them
     * @param tombstonesDropped tombstones, those of ranges among them, with nothing left to hide
     * @param filtered entries the compaction filter dropped
     * @param failedDeletions files that could not be deleted and wait for the next opening
     * @param underWay compactions that have begun and not ended
     * @param parts key ranges that were merged; parts per rewrite is how many cores one could use
     * @param pausedNanos what parts waited for the pace of writing, summed
     * @param times of all compactions, moves included
     */
    public record Compactions(long count, long moves, long leftovers, long bytesRead, long bytesWritten,
            long shadowedDropped,
            long tombstonesDropped, long filtered, long failedDeletions, long underWay, long parts,
            long pausedNanos, Timing.Totals times) {}

    /**
     * @param cacheEvictions blocks and partitions that left the cache for others
     * @param rowHits look-ups in a table that its cached rows answered, without a block
     * @param pruning what of tables reads did not have to look into
     * @param partitionsLoaded pieces of index and filter read from files, because they were not in the cache
     * @param getTimes of one point read in 32
     */
    public record Reads(long gets, long cursors, long cacheHits, long cacheMisses, long cacheEvictions, long cacheBytes,
            long rowHits, PruningTotals pruning, long partitionsLoaded, long openFiles, long openTables,
            Timing.Totals getTimes) {}

    /**
     * @param slowed writes that were slowed down
     * @param stopped writes that waited for background work
     * @param slowedTimes of those slowed down
     * @param stoppedTimes of those that waited and went on
     */
    public record Stalls(long slowed, long stopped, Timing.Totals slowedTimes, Timing.Totals stoppedTimes) {}

    /**
     * @param checkpoints copies of the store that were made
     * @param exports ranges that were exported
     * @param ingests exports that were ingested
     */
    public record Transfers(long checkpoints, long exports, long exportedBytes, long ingests, long ingestedBytes) {}

    /**
     * Values kept apart from their keys. Bytes of records count their keys, frames and compression.
     *
     * @param files value files in use
     * @param bytes their length
     * @param liveBytes of records that tables point to
     * @param garbageBytes of records that no table points to any more
     * @param indexBytes of heap, for finding values that were moved
     * @param valuesWritten values that flushes and compactions took out of their entries
     * @param bytesWritten length of the files they wrote for it
     * @param reads values read
     * @param bytesRead of their records
     * @param moves rewrites of files with much garbage
     * @param valuesMoved values that were alive in those files
     * @param bytesMoved of their records
     */
    public record Values(int files, long bytes, long liveBytes, long garbageBytes, long indexBytes, long valuesWritten,
            long bytesWritten, long reads, long bytesRead, long moves, long valuesMoved, long bytesMoved) {}

    /**
     * One value file.
     *
     * @param number names the file
     * @param family of all its values
     * @param generation how often its values were moved
     * @param bytes its length
     * @param values values in it
     * @param liveValues of these, those that tables point to
     * @param liveBytes of their records
     * @param garbageBytes of the other records
     */
    public record ValueFile(long number, Family family, int generation, long bytes, long values, long liveValues,
            long liveBytes, long garbageBytes) {}
}
