package io.nokv.raft.quorum;

/** What one member answered to a request for its vote. */
public enum Ballot {
    /** No answer yet. */
    MISSING,
    /** It said no. */
    REFUSED,
    /** It said yes. */
    GRANTED
}
