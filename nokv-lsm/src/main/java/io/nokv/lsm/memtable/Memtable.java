package io.nokv.lsm.memtable;

import io.nokv.lsm.Family;
import io.nokv.lsm.cursor.EntryCursor;

/**
 * Entries of all families, sorted. {@link #add} is called by one thread at a time; everything else by any number of
 * threads meanwhile, without locks. A reader that knows a sequence number to be visible sees all entries up to it.
 */
public interface Memtable {
    /** What {@link #get} answers for a key whose newest visible entry deletes it; compare by identity. */
    byte[] DELETED = new byte[0];

    /** Adds an entry; the last one wins for equal family, key and sequence. A null {@code value} is a tombstone. */
    void add(Family family, byte[] key, long sequence, byte[] value);

    /** The value of the newest entry at or below {@code sequence}: null when there is none, {@link #DELETED} for a tombstone. */
    byte[] get(Family family, byte[] key, long sequence);

    EntryCursor cursor(Family family);

    /** Heap bytes held, roughly. */
    long bytes();

    long entries();
}
