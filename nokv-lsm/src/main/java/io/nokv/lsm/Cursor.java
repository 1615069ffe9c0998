package io.nokv.lsm;

/**
 * Moves over the live keys of one family in unsigned byte order, at one sequence number. Starts invalid; position it
 * first. Not thread-safe. Arrays returned by {@link #key()} and {@link #value()} belong to the caller.
 */
public interface Cursor extends AutoCloseable {
    boolean isValid();

    /** The first key within the bounds. */
    void seekToFirst();

    /** The last key within the bounds. */
    void seekToLast();

    /** The first key ≥ {@code target} within the bounds. */
    void seek(byte[] target);

    /** The last key ≤ {@code target} within the bounds. */
    void seekForPrev(byte[] target);

    /** Requires {@link #isValid()}. */
    void next();

    /** Requires {@link #isValid()}. */
    void prev();

    /** Requires {@link #isValid()}. */
    byte[] key();

    /** Requires {@link #isValid()}. */
    byte[] value();

    /**
     * Where the key lies, without a copy: {@link #keyLength} bytes from {@link #keyOffset} on. The array is the engine's: it
     * must not be changed, and holds the key until the cursor moves. Requires {@link #isValid()}.
     */
    byte[] keyArray();

    int keyOffset();

    int keyLength();

    /** As {@link #keyArray}, for the value. */
    byte[] valueArray();

    int valueOffset();

    int valueLength();

    @Override
    void close();
}
