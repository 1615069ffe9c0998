package io.nokv.raft.core;

import io.nokv.raft.membership.Membership;

/**
 * The state machine after the entry at {@code index}, standing in for the log up to there. Immutable.
 *
 * @param term of the entry at {@code index}
 * @param membership as of {@code index}
 * @param data whatever those who make and install snapshots agree on: the state itself, or where it can be had
 */
public record Snapshot(long index, long term, Membership membership, byte[] data) {
    @Override
    public String toString() {
        return "snapshot " + term + "/" + index + " " + membership;
    }
}
