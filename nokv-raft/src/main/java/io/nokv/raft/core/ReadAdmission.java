package io.nokv.raft.core;

/** What a replica says at once to a read. */
public sealed interface ReadAdmission {
    /** Read from the state machine once everything up to {@code index} is applied: the lease covers it. */
    record Now(long index) implements ReadAdmission {}

    /** A {@link ReadOutcome} follows. */
    record Pending() implements ReadAdmission {}

    /** Not here; {@code leader} is a hint, 0 when unknown. */
    record NotLeader(long leader) implements ReadAdmission {}

    /** Too many reads wait already. */
    record Overloaded(int waiting) implements ReadAdmission {}
}
