package io.nokv.lsm.memtable;

import io.nokv.lsm.Family;
import io.nokv.lsm.Range;
import io.nokv.lsm.cursor.EntryCursor;
import io.nokv.lsm.point.PointLookup;
import io.nokv.lsm.range.RangeDeletions;

/**
 * Entries of all families, sorted. {@link #add} is called by one thread at a time; everything else by any number of
 * threads meanwhile, without locks. A reader that knows a sequence number to be visible sees all entries up to it.
 */
public interface Memtable {
    /** What an entry takes besides its key and its value, roughly. */
    int ENTRY_OVERHEAD_BYTES = 88;

    /** Adds an entry; the last one wins for equal family, key and sequence. A null {@code value} is a tombstone. */
    void add(Family family, byte[] key, long sequence, byte[] value);

    /** Deletes the entries of {@code range} with lower sequence numbers; called as {@link #add} is. */
    void deleteRange(Family family, Range range, long sequence);

    /** The ranges of {@code family} that are deleted: at least those whose sequence numbers are visible. */
    RangeDeletions deletions(Family family);

    /** Offers {@code lookup} the first entry that will do, or none. It was made with the tails this memtable has. */
    void find(PointLookup lookup);

    EntryCursor cursor(Family family);

    /** Heap bytes held, roughly. */
    long bytes();

    /** As {@link #bytes}, with what does not grow with the entries. */
    default long heapBytes() {
        return bytes();
    }

    /** Entries and deletions of ranges. */
    long entries();

    /**
     * One holder more than the one who made it, until the answer is run, once. Values that {@link #find} and cursors show stay as
     * they are as long as there is a holder.
     */
    default Runnable hold() {
        return () -> {};
    }

    /** The one who made it does not read it any more. */
    default void release() {}
}
