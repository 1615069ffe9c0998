package io.nokv.raft.core;

/** What a replica does as long as it has one standing. Gone, with all it remembers, when the standing changes. */
sealed interface Role permits Follower, Candidate, Leader {
    Standing standing();

    void tick();

    /** A message of the present term; votes are dealt with before. */
    void receive(Message message);

    /** Something became durable. */
    default void persisted() {}

    /** A Ready is put together: what waited to be sent in one go is sent now. */
    default void flush() {}

    /** Whether it knows of a leader that others must not be helped to replace. */
    boolean isPromised();

    /** The standing changes. */
    default void ended() {}
}
