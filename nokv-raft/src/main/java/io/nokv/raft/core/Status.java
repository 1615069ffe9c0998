package io.nokv.raft.core;

import io.nokv.raft.membership.Membership;

/**
 * A replica at one moment.
 *
 * @param leader of {@code term}; 0 when unknown
 * @param firstIndex of the log; everything before it is compacted
 * @param tailBytes entries held in memory because they are not durable yet
 * @param uncommittedBytes of a leader's own proposals; else 0
 * @param successor whom a leader hands over to; else 0
 */
public record Status(long id, Standing standing, long term, long vote, long leader, long firstIndex, long lastIndex,
        long durable, long committed, long applied, Membership membership, long tailBytes, long uncommittedBytes,
        long successor) {
    public boolean isLeader() {
        return standing == Standing.LEADER;
    }
}
