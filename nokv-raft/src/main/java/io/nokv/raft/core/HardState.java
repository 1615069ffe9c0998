package io.nokv.raft.core;

/**
 * What a replica must find again after a crash, beside its log (figure 2: persistent state).
 *
 * @param vote who got the vote of this replica in {@code term}; 0: nobody
 * @param commit entries up to here are committed, as far as this replica knew; may be older than what was known
 */
public record HardState(long term, long vote, long commit) {
    public static final HardState INITIAL = new HardState(0, 0, 0);
}
