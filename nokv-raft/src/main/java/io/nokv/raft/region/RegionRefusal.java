package io.nokv.raft.region;

import java.util.List;

/** Why a store did not take a request. Nothing happened; ask again with a better route. */
public sealed interface RegionRefusal {
    /** Another store leads the region. {@code leaderStoreId} is a hint, 0 when unknown. */
    record NotLeader(long regionId, long leaderStoreId) implements RegionRefusal {}

    /** The region changed since the request was routed; {@code current} covers its former range. */
    record EpochMismatch(List<RegionDescriptor> current) implements RegionRefusal {}

    /** The sender's route was wrong from the start. */
    record KeyNotInRegion(byte[] key, RegionDescriptor region) implements RegionRefusal {}

    /** This store does not host the region. */
    record RegionNotFound(long regionId) implements RegionRefusal {}

    /** Too much is under way; ask again later. {@code what} is full. */
    record Overloaded(long regionId, String what) implements RegionRefusal {}

    /** What this store has of the region cannot be used, {@code why} says what is wrong; ask another store. */
    record Degraded(long regionId, String why) implements RegionRefusal {}

    /** The region is being merged into its neighbour: ask again later, it is part of that or back by then. */
    record Frozen(long regionId) implements RegionRefusal {}
}
