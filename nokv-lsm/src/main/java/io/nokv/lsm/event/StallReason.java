package io.nokv.lsm.event;

/** What a write waited for. */
public enum StallReason {
    /** Tables of level 0 are many: the write was slowed down so that compaction keeps up. */
    SLOWED,
    /** Memtables or tables of level 0 are at their limit: the write waited for one to go. */
    STOPPED
}
