package io.nokv.raft.store;

import io.nokv.raft.region.RegionDescriptor;

/**
 * Says that the engine holds everything of a region that was acknowledged before the read was asked for, and goes on to hold it as
 * long as the region stays on this store. Thread-safe.
 */
public interface ReadPermission {
    /** The region as it was when permission was given: reads keep to its range. */
    RegionDescriptor region();

    /** Everything up to here is applied. */
    long index();

    /**
     * To be asked after reading: false when the region may have left this store meanwhile, taking its rows along; then what
     * was read does not count.
     */
    boolean holds();
}
