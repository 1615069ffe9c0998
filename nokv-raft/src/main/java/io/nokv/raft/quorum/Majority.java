package io.nokv.raft.quorum;

import java.util.function.LongFunction;
import java.util.function.LongUnaryOperator;

/** Agreement of more than half of a set. */
public final class Majority {
    private Majority() {}

    /** How many of {@code voters} are more than half of them. */
    public static int size(MemberSet voters) {
        return voters.size() / 2 + 1;
    }

    /**
     * The highest number that more than half of {@code voters} have reached, where {@code acknowledged} says how far each
     * one is (0: not at all). {@link Long#MAX_VALUE} when there are no voters: nobody objects.
     */
    public static long agreed(MemberSet voters, LongUnaryOperator acknowledged) {
        if (voters.isEmpty()) {
            return Long.MAX_VALUE;
        }
        long[] reached = voters.toArray();
        for (int i = 0; i < reached.length; i++) {
            reached[i] = acknowledged.applyAsLong(reached[i]);
        }
        sort(reached);
        return reached[reached.length - size(voters)];
    }

    /** By insertion: there are few voters, and this is asked at every acknowledgement. */
    private static void sort(long[] some) {
        for (int i = 1; i < some.length; i++) {
            long next = some[i];
            int at = i;
            while (at > 0 && some[at - 1] > next) {
                some[at] = some[--at];
            }
            some[at] = next;
        }
    }

    /** How a vote among {@code voters} stands; won when there are none. */
    public static VoteResult vote(MemberSet voters, LongFunction<Ballot> ballots) {
        int granted = 0;
        int missing = 0;
        for (long voter : voters.toArray()) {
            switch (ballots.apply(voter)) {
                case GRANTED -> granted++;
                case MISSING -> missing++;
                case REFUSED -> {
                }
            }
        }
        int needed = voters.isEmpty() ? 0 : size(voters);
        if (granted >= needed) {
            return VoteResult.WON;
        }
        return granted + missing >= needed ? VoteResult.PENDING : VoteResult.LOST;
    }
}
