package io.nokv.raft.store;

import io.nokv.lsm.WriteBatch;
import io.nokv.raft.region.RegionDescriptor;

/**
 * How the layer above keeps in step what it derives from regions. Called in order, on one flow at a time; must not wait
 * and must not fail. Entries that had no effect are not told.
 */
public interface ApplyObserver {
    /** Hears nothing. */
    ApplyObserver NONE = new ApplyObserver() {};

    /** {@code command} took effect and is visible to readers; it may not be durable here, but it is on a quorum's logs. */
    default void applied(long regionId, long term, long index, byte[] command) {}

    /** {@code writes}, the effects of one or many entries of one or many regions, are about to become visible. */
    default void applying(WriteBatch writes) {}

    /** The rows of the range were replaced by those of a snapshot taken at {@code index}. */
    default void replaced(RegionDescriptor region, long index) {}

    /** The region is here, or is different from what it was. */
    default void changed(RegionDescriptor region) {}

    /** The region is not here any more. {@code region} is as it was last. */
    default void gone(RegionDescriptor region) {}

    /** This store leads the region in {@code term} and has applied everything acknowledged before; or does so no more. */
    default void leads(RegionDescriptor region, long term, boolean now) {}
}
