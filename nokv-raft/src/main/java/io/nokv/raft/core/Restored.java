package io.nokv.raft.core;

import io.nokv.raft.membership.Membership;

/**
 * What a replica finds when it starts.
 *
 * @param appliedIndex the state machine's; at least the log's base
 * @param membership as of {@code appliedIndex}
 */
public record Restored(HardState hardState, Membership membership, long appliedIndex, LogShape log) {
    /** The same with {@code newer} as what it must not forget. */
    public Restored with(HardState newer) {
        return new Restored(newer, membership, appliedIndex, log);
    }

    /** A replica that never ran, in a group that begins with {@code membership}. */
    public static Restored fresh(Membership membership) {
        return new Restored(HardState.INITIAL, membership, 0, LogShape.EMPTY);
    }
}
