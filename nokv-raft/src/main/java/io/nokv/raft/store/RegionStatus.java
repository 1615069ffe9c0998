package io.nokv.raft.store;

import io.nokv.raft.core.Standing;
import io.nokv.raft.region.RegionDescriptor;

/**
 * A region as one store knows it.
 *
 * @param region as of the last applied entry; null while nothing but its id is known
 * @param peerId of the replica here
 * @param state what may be asked of it
 * @param leaderStoreId 0 when unknown
 * @param awake whether it ticks; idle regions do not
 */
public record RegionStatus(long regionId, RegionDescriptor region, long peerId, State state, Standing standing,
        long term,
        long leaderStoreId, long firstIndex, long lastIndex, long committed, long applied, boolean awake) {
    /** What a replica here is at the moment. */
    public enum State {
        /** It was told of and waits for its first snapshot; it serves nothing. */
        WAITING,
        /** It is being opened or replaced by a snapshot. */
        OPENING, SERVING,
        /** It is being merged into its neighbour, or will turn back. */
        FROZEN,
        /** Something failed: it takes no part any more until the store is opened again. */
        STOPPED
    }

    public boolean isLeader() {
        return standing == Standing.LEADER;
    }
}
