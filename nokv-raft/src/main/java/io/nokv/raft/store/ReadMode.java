package io.nokv.raft.store;

/** How a leader makes sure that it still leads. Both are linearizable. */
public enum ReadMode {
    /** By the clock, when the lease covers it, else as {@link #READ_INDEX}. Right as long as clocks drift no more than assumed. */
    LEASE,
    /** By asking a quorum. */
    READ_INDEX
}
