package io.nokv.raft.quorum;

/** How a vote stands. */
public enum VoteResult {
    /** It can still go either way. */
    PENDING,
    /** It cannot be won any more. */
    LOST,
    /** A quorum said yes; further answers change nothing. */
    WON
}
