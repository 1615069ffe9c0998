package io.nokv.raft.core;

/** What a replica says to a request to hand over the leadership. */
public sealed interface TransferOutcome {
    /** The target gets what it lacks and is then told to campaign; given up after an election timeout. */
    record Started() implements TransferOutcome {}

    /** Not here; {@code leader} is a hint, 0 when unknown. */
    record NotLeader(long leader) implements TransferOutcome {}

    /** The target is this replica, or does not vote. */
    record BadTarget(long target) implements TransferOutcome {}
}
