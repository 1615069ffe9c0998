package io.nokv.fsmeta.txn;

import java.util.List;

/** Reads at one version. Keys and values are at most 4 KiB and 1 MiB. Not thread-safe unless an implementation says so. */
public interface View {
    long version();

    /** The value, or null. */
    byte[] get(byte[] key);

    /** The i-th answer belongs to the i-th key; null when absent. Keys may come in any order. */
    List<byte[]> multiGet(List<byte[]> keys);

    /** The commit version of the value that {@link #get} returns, or 0 when absent; for a key this transaction wrote, 0. */
    long versionOf(byte[] key);

    /** Rows with {@code from <= key < to} ({@code to} null: no end), ascending or, when {@code reverse}, descending. */
    Rows scan(byte[] from, byte[] to, boolean reverse);

    /** A pull iterator; close it. */
    interface Rows extends AutoCloseable {
        /** Steps to the next row; false at the end. Call before the first row. */
        boolean next();

        byte[] key();

        byte[] value();

        /** The commit version of this row; 0 for a row the reading transaction wrote itself. */
        long version();

        @Override
        void close();
    }
}
