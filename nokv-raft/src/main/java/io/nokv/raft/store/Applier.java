package io.nokv.raft.store;

import io.nokv.lsm.Family;
import io.nokv.lsm.WriteBatch;
import io.nokv.raft.region.RegionDescriptor;
import java.util.Set;

/**
 * What commands mean. Called on one flow at a time, in the order of each region's log. It may read the disk through the reader it is
 * given, and must not wait for anything else.
 */
public interface Applier {
    /** The families that hold rows of regions, all of them by keys of the region's range; not LOCAL and not RAFT. */
    Set<Family> families();

    /**
     * Puts the effects of {@code command} into {@code into}: deterministic, so that it depends on nothing but its arguments and
     * what {@code reader} shows, which is the same on all replicas for the region's range. Keys outside of that range are a bug. Failing
     * stops the region on this store: a command that cannot be carried out is to be answered, not thrown.
     *
     * @param region as of this entry
     * @param into shared with other entries: only add to it
     * @param reader shows everything applied before this entry
     * @return for the proposer; null for nothing
     */
    byte[] apply(RegionDescriptor region, long term, long index, byte[] command, WriteBatch into, ApplyReader reader);
}
