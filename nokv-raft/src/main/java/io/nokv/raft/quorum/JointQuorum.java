package io.nokv.raft.quorum;

import java.util.function.LongFunction;
import java.util.function.LongUnaryOperator;

/**
 * Agreement while the voters change (Ongaro and Ousterhout 2014, section 6): a majority of {@code incoming} and a majority
 * of {@code outgoing}. With {@code outgoing} empty, a plain majority.
 */
public record JointQuorum(MemberSet incoming, MemberSet outgoing) {
    /** The highest number that both halves agree on; see {@link Majority#agreed}. */
    public long agreed(LongUnaryOperator acknowledged) {
        return Math.min(Majority.agreed(incoming, acknowledged), Majority.agreed(outgoing, acknowledged));
    }

    /** Won when both halves are won, lost when one of them is lost. */
    public VoteResult vote(LongFunction<Ballot> ballots) {
        VoteResult in = Majority.vote(incoming, ballots);
        VoteResult out = Majority.vote(outgoing, ballots);
        if (in == VoteResult.LOST || out == VoteResult.LOST) {
            return VoteResult.LOST;
        }
        return in == VoteResult.WON && out == VoteResult.WON ? VoteResult.WON : VoteResult.PENDING;
    }

    /** True when {@code id} votes in one of the halves. */
    public boolean contains(long id) {
        return incoming.contains(id) || outgoing.contains(id);
    }
}
