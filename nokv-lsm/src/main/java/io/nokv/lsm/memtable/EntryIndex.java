package io.nokv.lsm.memtable;

import io.nokv.lsm.cursor.EntryCursor;
import io.nokv.lsm.point.PointLookup;

/** The entries of one family, sorted. Threads as in {@link Memtable}. */
interface EntryIndex {
    /** Adds an entry, or replaces the value of the one with this key and sequence; returns the heap bytes it takes. */
    long add(byte[] key, long sequence, byte[] value);

    void find(PointLookup lookup);

    EntryCursor cursor();
}
