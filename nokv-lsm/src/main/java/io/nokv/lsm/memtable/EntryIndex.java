package io.nokv.lsm.memtable;

import io.nokv.lsm.cursor.EntryCursor;
import io.nokv.lsm.point.PointLookup;

/** The entries of one family, sorted. Threads as in {@link Memtable}. */
interface EntryIndex {
    /**
     * Adds an entry, or replaces the value of the one with this key and sequence; returns the heap bytes it takes.
     *
     * @param array has the value, and stays as it is there; null for a tombstone
     */
    long add(byte[] key, long sequence, byte[] array, int offset, int length);

    void find(PointLookup lookup);

    EntryCursor cursor();
}
