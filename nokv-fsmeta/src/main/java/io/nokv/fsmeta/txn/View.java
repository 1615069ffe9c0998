package io.nokv.fsmeta.txn;

import java.util.ArrayList;
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

    /** {@link #get} and {@link #versionOf} in one read; null when absent. */
    default Versioned getVersioned(byte[] key) {
        byte[] value = get(key);
        return value == null ? null : new Versioned(value, versionOf(key));
    }

    /** As {@link #multiGet}, with versions. */
    default List<Versioned> multiGetVersioned(List<byte[]> keys) {
        List<byte[]> values = multiGet(keys);
        List<Versioned> out = new ArrayList<>(keys.size());
        for (int i = 0; i < keys.size(); i++) {
            byte[] value = values.get(i);
            out.add(value == null ? null : new Versioned(value, versionOf(keys.get(i))));
        }
        return out;
    }

    /** Rows with {@code from <= key < to} ({@code to} null: no end), ascending or, when {@code reverse}, descending. */
    Rows scan(byte[] from, byte[] to, boolean reverse);

    /** A value and the version that {@link #versionOf} answers for it. */
    record Versioned(byte[] value, long version) {}

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
