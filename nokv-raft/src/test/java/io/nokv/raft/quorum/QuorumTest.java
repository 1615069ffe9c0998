package io.nokv.raft.quorum;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.raft.TestSeed;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Quorum arithmetic against versions too simple to be wrong. */
class QuorumTest {
    private static final int ROUNDS = 20_000;

    private static MemberSet randomSet(Random random, int most) {
        long[] ids = new long[random.nextInt(most + 1)];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = random.nextInt(1, 12);
        }
        return MemberSet.of(ids);
    }

    /** Tries every number that somebody acknowledged, and counts. */
    private static long naiveAgreed(MemberSet voters, Map<Long, Long> acknowledged) {
        if (voters.isEmpty()) {
            return Long.MAX_VALUE;
        }
        long best = 0;
        for (long candidate : acknowledged.values()) {
            int reached = 0;
            for (long voter : voters.toArray()) {
                reached += acknowledged.getOrDefault(voter, 0L) >= candidate ? 1 : 0;
            }
            if (2 * reached > voters.size()) {
                best = Math.max(best, candidate);
            }
        }
        return best;
    }

    private static boolean wins(MemberSet voters, Map<Long, Ballot> ballots) {
        int granted = 0;
        for (long voter : voters.toArray()) {
            granted += ballots.get(voter) == Ballot.GRANTED ? 1 : 0;
        }
        return voters.isEmpty() || 2 * granted > voters.size();
    }

    /** Lets everybody who is missing say yes, to see whether the vote can still be won. */
    private static VoteResult naiveVote(JointQuorum quorum, Map<Long, Ballot> ballots) {
        if (wins(quorum.incoming(), ballots) && wins(quorum.outgoing(), ballots)) {
            return VoteResult.WON;
        }
        Map<Long, Ballot> best = new TreeMap<>(ballots);
        best.replaceAll((_, ballot) -> ballot == Ballot.MISSING ? Ballot.GRANTED : ballot);
        return wins(quorum.incoming(), best) && wins(quorum.outgoing(), best) ? VoteResult.PENDING : VoteResult.LOST;
    }

    @Test
    void theAgreedNumberIsTheLargestThatAMajorityOfBothHalvesHasReached() {
        TestSeed.check(QuorumTest.class, ROUNDS, random -> {
            JointQuorum quorum = new JointQuorum(randomSet(random, 7), randomSet(random, 7));
            Map<Long, Long> acknowledged = new TreeMap<>();
            quorum.incoming().union(quorum.outgoing()).forEach(id -> {
                if (random.nextInt(4) > 0) {
                    acknowledged.put(id, random.nextLong(6));
                }
            });
            assertEquals(
                    Math.min(naiveAgreed(quorum.incoming(), acknowledged),
                            naiveAgreed(quorum.outgoing(), acknowledged)),
                    quorum.agreed(id -> acknowledged.getOrDefault(id, 0L)),
                    () -> quorum + " " + acknowledged);
        });
    }

    @Test
    void aVoteIsDecidedExactlyWhenNoFurtherAnswerCanChangeIt() {
        TestSeed.check(QuorumTest.class, ROUNDS, random -> {
            JointQuorum quorum = new JointQuorum(randomSet(random, 7), randomSet(random, 7));
            Map<Long, Ballot> ballots = new TreeMap<>();
            quorum.incoming().union(quorum.outgoing())
                    .forEach(id -> ballots.put(id, Ballot.values()[random.nextInt(3)]));
            assertEquals(naiveVote(quorum, ballots), quorum.vote(ballots::get), () -> quorum + " " + ballots);
        });
    }

    @Test
    void halfOfAnEvenGroupIsNoMajority() {
        assertEquals(0, Majority.agreed(MemberSet.of(1, 2, 3, 4), id -> id <= 2 ? 9 : 0));
        assertEquals(9, Majority.agreed(MemberSet.of(1, 2, 3, 4), id -> id <= 3 ? 9 : 0));
    }

    @Test
    void whoDoesNotVoteDoesNotCount() {
        assertEquals(2, Majority.agreed(MemberSet.of(1, 2, 3), id -> id > 3 ? 100 : id));
    }

    @Test
    void anEmptyHalfAgreesWithEverything() {
        assertEquals(7, new JointQuorum(MemberSet.of(1), MemberSet.EMPTY).agreed(_ -> 7));
        assertEquals(VoteResult.WON, Majority.vote(MemberSet.EMPTY, _ -> Ballot.MISSING));
    }

    @Test
    void setsBehaveLikeSortedSets() {
        TestSeed.check(QuorumTest.class, 2_000, random -> {
            MemberSet set = MemberSet.EMPTY;
            TreeSet<Long> model = new TreeSet<>();
            for (int i = 0; i < 20; i++) {
                long id = random.nextInt(1, 10);
                if (random.nextBoolean()) {
                    set = set.with(id);
                    model.add(id);
                } else {
                    set = set.without(id);
                    model.remove(id);
                }
                MemberSet other = randomSet(random, 5);
                TreeSet<Long> both = new TreeSet<>(model);
                other.forEach(both::add);
                TreeSet<Long> common = new TreeSet<>(model);
                common.removeIf(member -> !other.contains(member));
                assertEquals(MemberSet.of(model.stream().mapToLong(Long::longValue).toArray()), set);
                assertEquals(MemberSet.of(both.stream().mapToLong(Long::longValue).toArray()), set.union(other));
                assertEquals(!common.isEmpty(), set.meets(other));
                assertEquals(common.size() == other.size(), set.containsAll(other));
                assertEquals(model.contains(id), set.contains(id));
            }
        });
    }

    @Test
    void printsItsMembers() {
        assertEquals("(1 2 5)", MemberSet.of(5, 1, 2, 1).toString());
        assertTrue(MemberSet.of().isEmpty());
        assertFalse(MemberSet.of(1).isEmpty());
    }
}
