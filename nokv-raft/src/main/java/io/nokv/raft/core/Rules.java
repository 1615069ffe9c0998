package io.nokv.raft.core;

/**
 * The three decisions that are easiest to get wrong, each in one place. Production code has this version; tests of the
 * checks put a broken one in its place.
 */
class Rules {
    static final Rules RAFT = new Rules();

    Rules() {}

    /**
     * Whether a leader of {@code leaderTerm} may commit an entry of {@code entryTerm} because a quorum holds it. "Raft
     * never commits log entries from previous terms by counting replicas" (section 5.4.2).
     */
    boolean mayCommitByCounting(long entryTerm, long leaderTerm) {
        return entryTerm == leaderTerm;
    }

    /**
     * Whether a follower cuts its log behind the place an append names even where both agree. It must not: the append may
     * be an old one, overtaken by others, and what lies behind it acknowledged and committed ("if an existing entry
     * conflicts", figure 2).
     */
    boolean cutsWithoutConflict() {
        return false;
    }

    /** How long after it sent a heartbeat that a quorum answered a leader may answer reads alone. */
    long leaseNanos(ReplicaOptions options) {
        return options.leaseNanos();
    }
}
