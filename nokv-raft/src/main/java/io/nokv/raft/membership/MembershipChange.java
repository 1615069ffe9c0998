package io.nokv.raft.membership;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import java.util.ArrayList;
import java.util.List;

/**
 * What becomes of a membership. A log entry carries one.
 *
 * <pre>
 * stored = u8:1 step | u8:2 u8:autoLeave varint:steps step* | u8:3
 * step   = u8:kind varint:id         (1 add voter, 2 add learner, 3 remove)
 * </pre>
 */
public sealed interface MembershipChange {
    /** What becomes of one member. */
    sealed interface Step {
        /** Positive. */
        long id();

        /** It votes from now on; a learner is promoted. */
        record AddVoter(long id) implements Step {}

        /** It gets the log and does not vote; a voter is demoted. */
        record AddLearner(long id) implements Step {}

        /** It is gone. */
        record Remove(long id) implements Step {}
    }

    /** One step, which needs no joint membership. */
    record Simple(Step step) implements MembershipChange {}

    /**
     * Any steps, through a joint membership, in which both the old and the new voters must agree.
     *
     * @param autoLeave whether the leader ends the joint membership by itself as soon as it holds
     */
    record EnterJoint(List<Step> steps, boolean autoLeave) implements MembershipChange {
        public EnterJoint {
            steps = List.copyOf(steps);
        }
    }

    /** Ends a joint membership: the old voters are gone. */
    record LeaveJoint() implements MembershipChange {}

    /** More steps than this are not decoded. */
    int MAX_STEPS = 64;

    default byte[] encode() {
        ByteWriter out = new ByteWriter();
        switch (this) {
            case Simple(Step step) -> put(out.u8(1), step);
            case EnterJoint(List<Step> steps, boolean autoLeave) -> {
                out.u8(2).u8(autoLeave ? 1 : 0).varint(steps.size());
                steps.forEach(step -> put(out, step));
            }
            case LeaveJoint() -> out.u8(3);
        }
        return out.toBytes();
    }

    /** CORRUPTION when {@code bytes} is not a change. */
    static MembershipChange decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        MembershipChange change = decode(in);
        in.end();
        return change;
    }

    /** The change that {@code in} is at; whatever follows is left there. CORRUPTION when there is none. */
    static MembershipChange decode(ByteReader in) {
        int kind = in.u8();
        return switch (kind) {
            case 1 -> new Simple(step(in));
            case 2 -> {
                boolean autoLeave = in.u8() != 0;
                int count = in.varint(MAX_STEPS);
                List<Step> steps = new ArrayList<>(count);
                for (int i = 0; i < count; i++) {
                    steps.add(step(in));
                }
                yield new EnterJoint(steps, autoLeave);
            }
            case 3 -> new LeaveJoint();
            default -> throw new NokvException(FailureCode.CORRUPTION, "membership change of kind " + kind);
        };
    }

    private static void put(ByteWriter out, Step step) {
        out.u8(switch (step) {
            case Step.AddVoter _ -> 1;
            case Step.AddLearner _ -> 2;
            case Step.Remove _ -> 3;
        }).varint(step.id());
    }

    private static Step step(ByteReader in) {
        int kind = in.u8();
        long id = in.varint();
        return switch (kind) {
            case 1 -> new Step.AddVoter(id);
            case 2 -> new Step.AddLearner(id);
            case 3 -> new Step.Remove(id);
            default -> throw new NokvException(FailureCode.CORRUPTION, "membership step of kind " + kind);
        };
    }
}
