package io.nokv.lsm.event;

/** What a write waited for. */
public enum StallReason {
    /** Flushes or compactions lag behind: the write was slowed down so that they keep up. */
    SLOWED,
    /** Memtables or tables of level 0 are at their limit: the write waited for one to go. */
    STOPPED,
    /** The log is at its limit: the write waited for those who keep its oldest segments to let go. */
    LOG_FULL,
    /** What it writes to is written too often (see {@link io.nokv.lsm.thermos}): the write was held up. */
    HOT_KEY
}
