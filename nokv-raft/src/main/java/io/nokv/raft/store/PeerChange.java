package io.nokv.raft.store;

/** What becomes of a region's replica on one store. */
public sealed interface PeerChange {
    long storeId();

    /** The store gets a replica that does not vote. */
    record AddLearner(long storeId) implements PeerChange {}

    /** The learner there votes from now on. */
    record Promote(long storeId) implements PeerChange {}

    /** The voter there is a learner from now on. */
    record Demote(long storeId) implements PeerChange {}

    /** The replica there goes, with its rows. */
    record Remove(long storeId) implements PeerChange {}
}
