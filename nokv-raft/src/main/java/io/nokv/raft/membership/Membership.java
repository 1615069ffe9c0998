package io.nokv.raft.membership;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.Invariant;
import io.nokv.base.error.NokvException;
import io.nokv.raft.membership.ChangeOutcome.Why;
import io.nokv.raft.membership.MembershipChange.Step;
import io.nokv.raft.quorum.JointQuorum;
import io.nokv.raft.quorum.MemberSet;
import java.util.List;

/**
 * The members of a group.
 *
 * <pre>
 * stored = set:voters set:outgoing set:learners set:learnersNext u8:autoLeave
 * set    = varint:size varint:id*
 * </pre>
 *
 * @param voters who votes; while joint, the incoming half
 * @param outgoing while joint, who voted before; else empty
 * @param learners who gets the log and does not vote
 * @param learnersNext members of {@code outgoing} that become learners when the joint membership ends
 * @param autoLeave whether the leader ends the joint membership by itself
 */
public record Membership(MemberSet voters, MemberSet outgoing, MemberSet learners, MemberSet learnersNext,
        boolean autoLeave) {
    /** More members of one kind than this are not decoded. */
    private static final int MAX_MEMBERS = 64;

    public Membership {
        String problem = problem(voters, outgoing, learners, learnersNext, autoLeave);
        Invariant.check(problem == null, "a membership that can be", problem);
    }

    /** What is wrong with a membership of these sets; null when nothing is. */
    private static String problem(MemberSet voters, MemberSet outgoing, MemberSet learners, MemberSet learnersNext,
            boolean autoLeave) {
        if (voters.isEmpty()) {
            return "a group has a voter";
        }
        if (learners.meets(voters) || learners.meets(outgoing)) {
            return "learners do not vote: " + learners;
        }
        if (!outgoing.containsAll(learnersNext) || learnersNext.meets(voters)) {
            return "who becomes a learner later is an outgoing voter now: " + learnersNext;
        }
        return autoLeave && outgoing.isEmpty() ? "only a joint membership is left" : null;
    }

    /** A group of {@code voters}. */
    public static Membership of(long... voters) {
        return new Membership(MemberSet.of(voters), MemberSet.EMPTY, MemberSet.EMPTY, MemberSet.EMPTY, false);
    }

    public boolean isJoint() {
        return !outgoing.isEmpty();
    }

    /** True when {@code id} takes part in votes, in either half. */
    public boolean isVoter(long id) {
        return voters.contains(id) || outgoing.contains(id);
    }

    /** Everybody who gets the log. */
    public MemberSet members() {
        return voters.union(outgoing).union(learners);
    }

    public JointQuorum quorum() {
        return new JointQuorum(voters, outgoing);
    }

    /** What {@code change} makes of this. */
    public ChangeOutcome with(MembershipChange change) {
        return switch (change) {
            case MembershipChange.Simple(Step step) -> isJoint() ? refused(Why.JOINT_ALREADY) : steps(List.of(step));
            case MembershipChange.EnterJoint(List<Step> steps, boolean autoLeave) -> isJoint()
                    ? refused(Why.JOINT_ALREADY)
                    : new Membership(voters, voters, learners, learnersNext, autoLeave).steps(steps);
            case MembershipChange.LeaveJoint() -> isJoint()
                    ? new ChangeOutcome.Changed(new Membership(voters, MemberSet.EMPTY, learners.union(learnersNext),
                            MemberSet.EMPTY, false))
                    : refused(Why.NOT_JOINT);
        };
    }

    private static ChangeOutcome refused(Why why) {
        return new ChangeOutcome.Refused(why);
    }

    private ChangeOutcome steps(List<Step> steps) {
        MemberSet newVoters = voters;
        MemberSet newLearners = learners;
        MemberSet later = learnersNext;
        MemberSet seen = MemberSet.EMPTY;
        for (Step step : steps) {
            long id = step.id();
            if (id <= 0) {
                return refused(Why.BAD_ID);
            }
            if (seen.contains(id)) {
                return refused(Why.MEMBER_TWICE);
            }
            seen = seen.with(id);
            boolean already = switch (step) {
                case Step.AddVoter _ -> newVoters.contains(id);
                case Step.AddLearner _ -> newLearners.contains(id);
                case Step.Remove _ -> !newVoters.contains(id) && !newLearners.contains(id);
            };
            if (already) {
                return refused(Why.NOTHING_TO_DO);
            }
            newVoters = step instanceof Step.AddVoter ? newVoters.with(id) : newVoters.without(id);
            newLearners = newLearners.without(id);
            if (step instanceof Step.AddLearner) {
                if (outgoing.contains(id)) {
                    later = later.with(id);
                } else {
                    newLearners = newLearners.with(id);
                }
            }
        }
        if (seen.isEmpty()) {
            return refused(Why.NOTHING_TO_DO);
        }
        return newVoters.isEmpty()
                ? refused(Why.NO_VOTER_LEFT)
                : new ChangeOutcome.Changed(new Membership(newVoters, outgoing, newLearners, later, autoLeave));
    }

    public void encode(ByteWriter out) {
        for (MemberSet set : List.of(voters, outgoing, learners, learnersNext)) {
            out.varint(set.size());
            set.forEach(out::varint);
        }
        out.u8(autoLeave ? 1 : 0);
    }

    /** CORRUPTION when {@code in} does not hold a membership. */
    public static Membership decode(ByteReader in) {
        MemberSet[] sets = new MemberSet[4];
        for (int i = 0; i < sets.length; i++) {
            long[] ids = new long[in.varint(MAX_MEMBERS)];
            for (int j = 0; j < ids.length; j++) {
                ids[j] = in.varint();
            }
            sets[i] = MemberSet.of(ids);
        }
        boolean autoLeave = in.u8() != 0;
        String problem = problem(sets[0], sets[1], sets[2], sets[3], autoLeave);
        if (problem != null) {
            throw new NokvException(FailureCode.CORRUPTION, "no membership: " + problem);
        }
        return new Membership(sets[0], sets[1], sets[2], sets[3], autoLeave);
    }

    @Override
    public String toString() {
        return "voters=" + voters + (isJoint() ? " outgoing=" + outgoing : "")
                + (learners.isEmpty() ? "" : " learners=" + learners)
                + (learnersNext.isEmpty() ? "" : " learnersNext=" + learnersNext) + (autoLeave ? " autoLeave" : "");
    }
}
