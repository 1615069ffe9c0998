package io.nokv.kv.percolator;

import io.nokv.base.codec.CounterRecord;
import java.util.List;

/** What a transaction wants done to one key. Arrays must not change after they were handed in. */
public sealed interface Mutation {
    byte[] key();

    /** Whether a commit leaves a new version of the key. */
    default boolean writes() {
        return switch (this) {
            case Put _,Insert _,Delete _,Add _ -> true;
            case Check _,CheckAbsent _ -> false;
        };
    }

    /**
     * Replaces the row; nobody may have changed it since the read version.
     *
     * @param ttlMillis the row is gone so long after the commit; 0: it stays
     */
    record Put(byte[] key, byte[] value, long ttlMillis) implements Mutation {}

    /** As {@link Put}, and the row must be absent at the commit. */
    record Insert(byte[] key, byte[] value, long ttlMillis) implements Mutation {}

    /** Removes the row, present or not; nobody may have changed it since the read version. */
    record Delete(byte[] key) implements Mutation {}

    /** Writes nothing; nobody may have changed the row since the read version. */
    record Check(byte[] key) implements Mutation {}

    /** As {@link Check}, and the row must be absent at the commit. */
    record CheckAbsent(byte[] key) implements Mutation {}

    /**
     * Changes the {@link CounterRecord} at the key, which must exist at the commit; nobody may have put or deleted it
     * since the read version, but others may have added.
     *
     * @param unchanged refuses changes by others' adds, too
     */
    record Add(byte[] key, List<CounterRecord.Delta> deltas, boolean unchanged) implements Mutation {}
}
