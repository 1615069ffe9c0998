package io.nokv.fsmeta.fsck;

import java.util.BitSet;
import java.util.TreeMap;

/** A set of group numbers, a bit each. */
final class GroupSet {
    private static final int PAGE_BITS = 20;

    private final TreeMap<Long, BitSet> pages = new TreeMap<>();

    boolean contains(long group) {
        BitSet page = pages.get(group >>> PAGE_BITS);
        return page != null && page.get(bit(group));
    }

    void add(long group) {
        pages.computeIfAbsent(group >>> PAGE_BITS, _ -> new BitSet()).set(bit(group));
    }

    private static int bit(long group) {
        return (int) (group & ((1 << PAGE_BITS) - 1));
    }
}
