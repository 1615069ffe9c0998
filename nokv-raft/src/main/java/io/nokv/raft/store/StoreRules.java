package io.nokv.raft.store;

/** Decisions that are easy to get wrong, each in one place; tests of the checks put a broken one in its place. */
class StoreRules {
    static final StoreRules RIGHT = new StoreRules();

    StoreRules() {}

    /** Whether a split makes everything that was routed before it stale. */
    boolean splitChangesTheEpoch() {
        return true;
    }

    /** Whether how far a region is applied stands in the batch of what was applied. */
    boolean appliedIndexIsInTheBatch() {
        return true;
    }

    /** Whether a snapshot brings the membership as of its index. */
    boolean snapshotBringsItsMembership() {
        return true;
    }

    /** Whether a merge is committed only when every replica of the source is known to be frozen. */
    boolean mergeWaitsForAllReplicas() {
        return true;
    }

    /** Whether a lease that is published ends when its replica gives it up, and not with its time. */
    boolean leaseIsWithdrawnAtOnce() {
        return true;
    }

    /** Whether regions may split and merge by themselves at present; a run that is to come to rest says no. */
    boolean regionsChangeByThemselves() {
        return true;
    }
}
