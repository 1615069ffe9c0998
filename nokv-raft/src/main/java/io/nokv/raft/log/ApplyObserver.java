package io.nokv.raft.log;

import io.nokv.lsm.WriteBatch;

/**
 * How the layer above keeps what it derives from a region's data in step with it. Called in index order per region, on
 * the appending flow; must not wait and must not fail.
 */
public interface ApplyObserver {
    /** {@code writes} are about to become visible to readers. */
    void applying(long regionId, long index, WriteBatch writes);

    /** {@code writes} have become visible to readers; they may not be durable yet. */
    void applied(long regionId, long index, WriteBatch writes);

    /** {@code writes}, announced by {@link #applying}, were refused by the engine and never became visible. */
    void refused(long regionId, long index, WriteBatch writes);
}
