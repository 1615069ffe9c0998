package io.nokv.raft.membership;

/** What a change makes of a membership. */
public sealed interface ChangeOutcome {
    record Changed(Membership membership) implements ChangeOutcome {}

    /** The membership stays as it is. */
    record Refused(Why why) implements ChangeOutcome {}

    /** Why a change is refused. */
    enum Why {
        /** It needs a membership that is not joint. */
        JOINT_ALREADY,
        /** There is no joint membership to leave. */
        NOT_JOINT,
        /** Nobody would vote. */
        NO_VOTER_LEFT,
        /** An id is not positive. */
        BAD_ID,
        /** A joint change names a member twice. */
        MEMBER_TWICE,
        /** A member is what it is to become, or is to be removed and is none. */
        NOTHING_TO_DO
    }
}
