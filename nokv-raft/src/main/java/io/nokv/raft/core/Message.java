package io.nokv.raft.core;

import java.util.List;

/**
 * What replicas of one group say to each other. Messages may be lost, repeated, delayed and overtaken; they are not
 * changed on the way, and come from members of the group. {@code from} and {@code to} are replica ids; {@code term} is
 * the sender's, except where a record says otherwise.
 */
public sealed interface Message {
    long from();

    long to();

    long term();

    /**
     * Would you vote for me? Changes nothing at the receiver (thesis, 9.6).
     *
     * @param term the one the sender would campaign in
     */
    record PreVote(long from, long to, long term, long lastIndex, long lastTerm) implements Message {}

    /**
     * @param term the one asked about when granted, else the sender's
     * @param commit what the sender knows to be committed; see {@link VoteReply}
     * @param commitTerm the term of that entry
     */
    record PreVoteReply(long from, long to, long term, boolean granted, long commit, long commitTerm)
            implements
                Message {}

    /**
     * Vote for me.
     *
     * @param transfer the former leader asked the sender to campaign: promises to it do not hold it up
     */
    record RequestVote(long from, long to, long term, long lastIndex, long lastTerm, boolean transfer)
            implements
                Message {}

    /**
     * @param commit what the sender knows to be committed. A candidate that holds that entry learns of it here. It may have
     * to: when a committed change has removed a voter whose log is longer, the removed one will not campaign, and its
     * refusal would otherwise hold up a candidate that does not know yet that it needs that vote no more
     * @param commitTerm the term of that entry
     */
    record VoteReply(long from, long to, long term, boolean granted, long commit, long commitTerm)
            implements
                Message {}

    /**
     * Entries that follow the one at {@code prevIndex}; none to ask whether that one is there, or to tell the commit.
     *
     * @param commit what the leader has committed
     */
    record Append(long from, long to, long term, long prevIndex, long prevTerm, List<Entry> entries, long commit)
            implements
                Message {
        /** The index of the last entry the receiver has when it takes this. */
        long lastIndex() {
            return prevIndex + entries.size();
        }

        @Override
        public String toString() {
            return "Append[" + from + " -> " + to + ", term=" + term + ", prev=" + prevTerm + "/" + prevIndex
                    + ", entries=" + entries.size() + ", commit=" + commit + "]";
        }
    }

    /** The sender's log equals the leader's up to {@code match}, durably. */
    record Appended(long from, long to, long term, long match) implements Message {}

    /**
     * The sender does not have the entry at {@code prevIndex} as the leader has it.
     *
     * @param hintIndex nothing of the sender above this can match the leader's log
     * @param hintTerm the term of the sender's entry there
     */
    record AppendRefused(long from, long to, long term, long prevIndex, long hintIndex, long hintTerm)
            implements
                Message {}

    /**
     * The leader lives.
     *
     * @param round counts the leader's heartbeats in its term, from 1
     * @param commit what the leader has committed and knows the receiver to hold
     */
    record Heartbeat(long from, long to, long term, long round, long commit) implements Message {}

    /** @param round of the heartbeat answered */
    record HeartbeatReply(long from, long to, long term, long round) implements Message {}

    /** Install this instead of a log that the leader no longer has. */
    record InstallSnapshot(long from, long to, long term, Snapshot snapshot) implements Message {}

    /** Campaign now, without asking whether you would win: the leader hands over to you. */
    record TimeoutNow(long from, long to, long term) implements Message {}

    /** Somebody spoke to the sender as the leader of a term that is over; {@code term} is the present one. */
    record NewerTerm(long from, long to, long term) implements Message {}
}
