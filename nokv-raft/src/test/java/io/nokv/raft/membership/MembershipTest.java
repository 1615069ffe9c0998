package io.nokv.raft.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.raft.TestSeed;
import io.nokv.raft.membership.ChangeOutcome.Changed;
import io.nokv.raft.membership.ChangeOutcome.Refused;
import io.nokv.raft.membership.ChangeOutcome.Why;
import io.nokv.raft.membership.MembershipChange.EnterJoint;
import io.nokv.raft.membership.MembershipChange.LeaveJoint;
import io.nokv.raft.membership.MembershipChange.Simple;
import io.nokv.raft.membership.MembershipChange.Step;
import io.nokv.raft.quorum.Ballot;
import io.nokv.raft.quorum.JointQuorum;
import io.nokv.raft.quorum.MemberSet;
import io.nokv.raft.quorum.VoteResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Membership changes against a version that writes down for each member what it is before and after. */
class MembershipTest {
    private static final MemberSet NONE = MemberSet.EMPTY;

    private enum Role {
        NONE, LEARNER, VOTER
    }

    /** What each member was before the joint change began, and what it is to be. */
    private static final class Naive {
        Map<Long, Role> before;
        Map<Long, Role> now = new TreeMap<>();
        boolean autoLeave;

        static Naive of(Membership membership) {
            Naive naive = new Naive();
            membership.voters().forEach(id -> naive.now.put(id, Role.VOTER));
            membership.learners().forEach(id -> naive.now.put(id, Role.LEARNER));
            return naive;
        }

        /** False when it is refused; then nothing changed. */
        boolean apply(MembershipChange change) {
            List<Step> steps = switch (change) {
                case Simple(Step step) -> List.of(step);
                case EnterJoint enter -> enter.steps();
                case LeaveJoint() -> List.of();
            };
            boolean leave = change instanceof LeaveJoint;
            if ((before != null) != leave || steps.stream().map(Step::id).distinct().count() != steps.size()
                    || !leave && steps.isEmpty()) {
                return false;
            }
            Map<Long, Role> next = new TreeMap<>(now);
            for (Step step : steps) {
                Role role = switch (step) {
                    case Step.AddVoter _ -> Role.VOTER;
                    case Step.AddLearner _ -> Role.LEARNER;
                    case Step.Remove _ -> Role.NONE;
                };
                if (step.id() <= 0 || next.getOrDefault(step.id(), Role.NONE) == role) {
                    return false;
                }
                next.put(step.id(), role);
            }
            if (!next.containsValue(Role.VOTER)) {
                return false;
            }
            before = change instanceof EnterJoint ? now : null;
            autoLeave = change instanceof EnterJoint enter && enter.autoLeave();
            now = next;
            return true;
        }

        private static MemberSet with(Map<Long, Role> roles, Role role) {
            return MemberSet.of(roles.entrySet().stream().filter(e -> e.getValue() == role)
                    .mapToLong(Map.Entry::getKey).toArray());
        }

        Membership membership() {
            MemberSet outgoing = before == null ? NONE : with(before, Role.VOTER);
            long[] learners = with(now, Role.LEARNER).toArray();
            List<Long> at = new ArrayList<>();
            List<Long> later = new ArrayList<>();
            for (long id : learners) {
                (outgoing.contains(id) ? later : at).add(id);
            }
            return new Membership(with(now, Role.VOTER), outgoing,
                    MemberSet.of(at.stream().mapToLong(Long::longValue).toArray()),
                    MemberSet.of(later.stream().mapToLong(Long::longValue).toArray()), autoLeave);
        }
    }

    private static Step randomStep(Random random) {
        long id = random.nextInt(0, 7);
        return switch (random.nextInt(3)) {
            case 0 -> new Step.AddVoter(id);
            case 1 -> new Step.AddLearner(id);
            default -> new Step.Remove(id);
        };
    }

    private static MembershipChange randomChange(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> new LeaveJoint();
            case 1 -> new Simple(randomStep(random));
            default -> {
                List<Step> steps = new ArrayList<>();
                for (int i = random.nextInt(5); i > 0; i--) {
                    steps.add(randomStep(random));
                }
                yield new EnterJoint(steps, random.nextBoolean());
            }
        };
    }

    /** Two quorums that do not meet exist exactly when some split of the members lets both sides win. */
    private static boolean quorumsMeet(JointQuorum a, JointQuorum b, MemberSet everybody) {
        long[] ids = everybody.toArray();
        for (int left = 0; left < 1 << ids.length; left++) {
            int side = left;
            VoteResult here = a.vote(id -> (side >> indexOf(ids, id) & 1) == 1 ? Ballot.GRANTED : Ballot.REFUSED);
            VoteResult there = b.vote(id -> (side >> indexOf(ids, id) & 1) == 0 ? Ballot.GRANTED : Ballot.REFUSED);
            if (here == VoteResult.WON && there == VoteResult.WON) {
                return false;
            }
        }
        return true;
    }

    private static int indexOf(long[] ids, long id) {
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] == id) {
                return i;
            }
        }
        throw new AssertionError("no member " + id);
    }

    @Test
    void changesDoWhatTheNaiveVersionDoesAndNeighbouringQuorumsMeet() {
        TestSeed.check(MembershipTest.class, 1_000, random -> {
            Membership membership = Membership.of(1, 2, 3);
            Naive naive = Naive.of(membership);
            for (int i = 0; i < 20; i++) {
                MembershipChange change = randomChange(random);
                ChangeOutcome outcome = membership.with(change);
                assertEquals(naive.apply(change), outcome instanceof Changed, membership + " " + change);
                if (outcome instanceof Changed(Membership next)) {
                    assertTrue(quorumsMeet(membership.quorum(), next.quorum(), membership.members()
                            .union(next.members())), membership + " to " + next);
                    membership = next;
                }
                assertEquals(naive.membership(), membership);
            }
        });
    }

    @Test
    void everyRefusalSaysWhy() {
        Membership plain = Membership.of(1, 2, 3);
        Membership joint = changed(plain, new EnterJoint(List.of(new Step.AddVoter(4)), false));
        assertEquals(new Refused(Why.JOINT_ALREADY), joint.with(new Simple(new Step.AddVoter(5))));
        assertEquals(new Refused(Why.JOINT_ALREADY), joint.with(new EnterJoint(List.of(new Step.Remove(1)), true)));
        assertEquals(new Refused(Why.NOT_JOINT), plain.with(new LeaveJoint()));
        assertEquals(new Refused(Why.NO_VOTER_LEFT), Membership.of(1).with(new Simple(new Step.Remove(1))));
        assertEquals(new Refused(Why.NO_VOTER_LEFT), Membership.of(1).with(new Simple(new Step.AddLearner(1))));
        assertEquals(new Refused(Why.BAD_ID), plain.with(new Simple(new Step.AddVoter(0))));
        assertEquals(new Refused(Why.MEMBER_TWICE),
                plain.with(new EnterJoint(List.of(new Step.AddVoter(4), new Step.Remove(4)), true)));
        assertEquals(new Refused(Why.NOTHING_TO_DO), plain.with(new Simple(new Step.AddVoter(1))));
        assertEquals(new Refused(Why.NOTHING_TO_DO), plain.with(new Simple(new Step.Remove(9))));
        assertEquals(new Refused(Why.NOTHING_TO_DO), plain.with(new EnterJoint(List.of(), true)));
    }

    @Test
    void aVoterThatBecomesALearnerInAJointChangeVotesUntilItEnds() {
        Membership joint = changed(Membership.of(1, 2, 3),
                new EnterJoint(List.of(new Step.AddLearner(3), new Step.AddVoter(4)), true));
        assertEquals("voters=(1 2 4) outgoing=(1 2 3) learnersNext=(3) autoLeave", joint.toString());
        assertTrue(joint.isVoter(3));
        Membership after = changed(joint, new LeaveJoint());
        assertEquals("voters=(1 2 4) learners=(3)", after.toString());
        assertFalse(after.isVoter(3));
    }

    @Test
    void membershipsAndChangesComeBackFromTheirBytes() {
        TestSeed.check(MembershipTest.class, 2_000, random -> {
            MembershipChange change = randomChange(random);
            assertEquals(change, MembershipChange.decode(change.encode()));
            if (Membership.of(1, 2, 3).with(change) instanceof Changed(Membership membership)) {
                ByteWriter out = new ByteWriter();
                membership.encode(out);
                ByteReader in = new ByteReader(out.toBytes());
                assertEquals(membership, Membership.decode(in));
                in.end();
            }
        });
    }

    @Test
    void bytesThatAreNoMembershipAreCorruptionNotAnAccident() {
        TestSeed.check(MembershipTest.class, 2_000, random -> {
            byte[] noise = new byte[random.nextInt(12)];
            random.nextBytes(noise);
            for (int i = 0; i < noise.length; i++) {
                noise[i] = (byte) (noise[i] & 3);
            }
            try {
                Membership.decode(new ByteReader(noise));
            } catch (NokvException e) {
                assertEquals(FailureCode.CORRUPTION, e.code());
            }
            try {
                MembershipChange.decode(noise);
            } catch (NokvException e) {
                assertEquals(FailureCode.CORRUPTION, e.code());
            }
        });
    }

    @Test
    void aMembershipThatCannotBeIsABug() {
        assertThrows(AssertionError.class, () -> new Membership(NONE, NONE, NONE, NONE, false));
        assertThrows(AssertionError.class, () -> new Membership(MemberSet.of(1), NONE, MemberSet.of(1), NONE, false));
        assertThrows(AssertionError.class, () -> new Membership(MemberSet.of(1), NONE, NONE, MemberSet.of(2), false));
        assertThrows(AssertionError.class, () -> new Membership(MemberSet.of(1), NONE, NONE, NONE, true));
    }

    private static Membership changed(Membership from, MembershipChange change) {
        return assertInstanceOf(Changed.class, from.with(change)).membership();
    }
}
