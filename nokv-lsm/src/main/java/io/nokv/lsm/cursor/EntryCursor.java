package io.nokv.lsm.cursor;

import io.nokv.lsm.EntryKind;

/**
 * Moves over the entries of one family in (key ascending, sequence descending) order. Starts invalid. A cursor moves in
 * the direction it was positioned for: {@link #next()} after {@link #seekToFirst()} or {@link #seek}, {@link #prev()}
 * after {@link #seekToLast()} or {@link #seekBefore}; turning around takes a new seek. Arrays it exposes belong to it
 * and hold until it moves or is closed. Not thread-safe.
 */
public interface EntryCursor {
    /** Greater than every sequence number in use. */
    long MAX_SEQUENCE = Long.MAX_VALUE;

    boolean isValid();

    void seekToFirst();

    void seekToLast();

    /** The first entry at or after ({@code key}, {@code sequence}). */
    void seek(byte[] key, long sequence);

    /** The last entry before ({@code key}, {@code sequence}). */
    void seekBefore(byte[] key, long sequence);

    void next();

    void prev();

    byte[] keyArray();

    int keyOffset();

    int keyLength();

    long sequence();

    EntryKind kind();

    default boolean isTombstone() {
        return kind() == EntryKind.DELETE;
    }

    /** The value, or the pointer to it; undefined for a tombstone. */
    byte[] valueArray();

    int valueOffset();

    int valueLength();

    /** Gives up what the cursor holds; it is invalid then, and a seek holds anew. Not needed where nothing is shared. */
    default void close() {}
}
