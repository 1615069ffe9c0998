package io.nokv.raft.quorum;

import java.util.Arrays;
import java.util.function.LongConsumer;

/** A set of replica ids, in ascending order. Ids are positive. Immutable. */
public final class MemberSet {
    public static final MemberSet EMPTY = new MemberSet(new long[0]);

    private final long[] ids;

    private MemberSet(long[] ascending) {
        this.ids = ascending;
    }

    /** The set of {@code members}, in any order; repeated ones count once. */
    public static MemberSet of(long... members) {
        return members.length == 0 ? EMPTY : new MemberSet(Arrays.stream(members).sorted().distinct().toArray());
    }

    public int size() {
        return ids.length;
    }

    public boolean isEmpty() {
        return ids.length == 0;
    }

    public boolean contains(long id) {
        return Arrays.binarySearch(ids, id) >= 0;
    }

    /** This set and {@code id}. */
    public MemberSet with(long id) {
        if (contains(id)) {
            return this;
        }
        long[] more = Arrays.copyOf(ids, ids.length + 1);
        more[ids.length] = id;
        Arrays.sort(more);
        return new MemberSet(more);
    }

    /** This set but {@code id}. */
    public MemberSet without(long id) {
        int at = Arrays.binarySearch(ids, id);
        if (at < 0) {
            return this;
        }
        long[] fewer = new long[ids.length - 1];
        System.arraycopy(ids, 0, fewer, 0, at);
        System.arraycopy(ids, at + 1, fewer, at, fewer.length - at);
        return new MemberSet(fewer);
    }

    /** Members of this or of {@code other}. */
    public MemberSet union(MemberSet other) {
        if (other.isEmpty()) {
            return this;
        }
        long[] both = Arrays.copyOf(ids, ids.length + other.ids.length);
        System.arraycopy(other.ids, 0, both, ids.length, other.ids.length);
        return of(both);
    }

    /** True when somebody is in both. */
    public boolean meets(MemberSet other) {
        for (long id : ids) {
            if (other.contains(id)) {
                return true;
            }
        }
        return false;
    }

    /** True when every member of {@code other} is a member here. */
    public boolean containsAll(MemberSet other) {
        for (long id : other.ids) {
            if (!contains(id)) {
                return false;
            }
        }
        return true;
    }

    /** Calls {@code action} for each member, ascending. */
    public void forEach(LongConsumer action) {
        for (long id : ids) {
            action.accept(id);
        }
    }

    /** The members, ascending; a fresh array. */
    public long[] toArray() {
        return ids.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MemberSet that && Arrays.equals(ids, that.ids);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(ids);
    }

    @Override
    public String toString() {
        StringBuilder out = new StringBuilder("(");
        for (int i = 0; i < ids.length; i++) {
            out.append(i == 0 ? "" : " ").append(ids[i]);
        }
        return out.append(')').toString();
    }
}
