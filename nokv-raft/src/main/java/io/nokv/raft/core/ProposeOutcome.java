package io.nokv.raft.core;

import io.nokv.raft.membership.ChangeOutcome;

/** What a replica says to a proposal. */
public sealed interface ProposeOutcome {
    /**
     * It is in the leader's log. It is committed if the entry that is applied at its index is of {@code term}; if another
     * one is, it is lost.
     */
    record Accepted(long term, long firstIndex, long lastIndex) implements ProposeOutcome {}

    /** Not here; {@code leader} is a hint, 0 when unknown. */
    record NotLeader(long leader) implements ProposeOutcome {}

    /** The budget for uncommitted proposals is used up. */
    record Overloaded(long uncommittedBytes) implements ProposeOutcome {}

    /** This leader is handing over to {@code target}. */
    record Transferring(long target) implements ProposeOutcome {}

    /** Another change, or the leader's own first entry, is not applied yet. */
    record ChangeUnderWay(long index) implements ProposeOutcome {}

    /** The membership does not allow this change. */
    record IllegalChange(ChangeOutcome.Why why) implements ProposeOutcome {}
}
