package io.nokv.raft.core;

/** What became of a read that a replica was asked to admit; {@code context} is what it was asked with. */
public sealed interface ReadOutcome {
    long context();

    /** Read from the state machine once everything up to {@code index} is applied. */
    record Confirmed(long context, long index) implements ReadOutcome {}

    /** The replica stopped leading before it knew; ask the next leader. */
    record Lost(long context) implements ReadOutcome {}
}
