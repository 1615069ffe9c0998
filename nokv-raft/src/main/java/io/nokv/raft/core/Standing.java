package io.nokv.raft.core;

/** What a replica is at the moment. */
public enum Standing {
    FOLLOWER,
    /** Asks whether an election could be won. */
    PRE_CANDIDATE, CANDIDATE, LEADER
}
