package io.nokv.lsm.memtable;

import io.nokv.lsm.Family;
import io.nokv.lsm.cursor.EntryCursor;
import io.nokv.lsm.point.PointLookup;

/**
 * Entries of all families, sorted. {@link #add} is called by one thread at a time; everything else by any number of
 * threads meanwhile, without locks. A reader that knows a sequence number to be visible sees all entries up to it.
 */
public interface Memtable {
    /** What an entry takes besides its key and its value, roughly. */
    int ENTRY_OVERHEAD_BYTES = 88;

    /** Adds an entry; the last one wins for equal family, key and sequence. A null {@code value} is a tombstone. */
    void add(Family family, byte[] key, long sequence, byte[] value);

    /** Offers {@code lookup} the first entry that will do, or none. It was made with the tails this memtable has. */
    void find(PointLookup lookup);

    EntryCursor cursor(Family family);

    /** Heap bytes held, roughly. */
    long bytes();

    long entries();
}
