package io.nokv.raft.core;

import java.util.Arrays;
import java.util.List;

/**
 * One entry of the log. Immutable: nobody changes {@code data}.
 *
 * @param term of the leader that made it
 * @param index its place, from 1
 * @param data of a command whatever its proposer handed in, of a change an encoded {@code MembershipChange}, else empty
 */
public record Entry(long term, long index, Kind kind, byte[] data) {
    /** What an entry is for. */
    public enum Kind {
        /** The first entry of a leader: it commits what earlier terms left. */
        EMPTY,
        /** Something for the state machine. */
        COMMAND,
        /** A change of the membership; the replica carries it out itself. */
        CHANGE
    }

    /** What an entry costs beside its data, in limits and budgets. */
    static final int OVERHEAD_BYTES = 24;

    /** What it counts for in limits and budgets. */
    public long bytes() {
        return data.length + (long) OVERHEAD_BYTES;
    }

    /** Of {@code entries} together. */
    public static long bytes(List<Entry> entries) {
        long sum = 0;
        for (int i = 0; i < entries.size(); i++) {
            sum += entries.get(i).bytes();
        }
        return sum;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Entry that && term == that.term && index == that.index && kind == that.kind
                && Arrays.equals(data, that.data);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(term) * 31 + Long.hashCode(index);
    }

    @Override
    public String toString() {
        return term + "/" + index + (kind == Kind.COMMAND ? "" : " " + kind);
    }
}
