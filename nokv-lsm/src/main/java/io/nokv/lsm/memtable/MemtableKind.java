package io.nokv.lsm.memtable;

import io.nokv.lsm.point.KeyTails;
import java.util.function.Supplier;

/** How a memtable keeps its entries in order. They differ in speed and memory only. */
public enum MemtableKind {
    /** An adaptive radix tree: the cost of an entry does not grow with their number, common prefixes are compared once. */
    ART(RadixTree::new),

    /** A skip list: the plainer structure. */
    SKIP_LIST(SkipList::new);

    private final Supplier<EntryIndex> index;

    MemtableKind(Supplier<EntryIndex> index) {
        this.index = index;
    }

    /** @param capacityBytes about how many bytes of entries it will take */
    public Memtable create(KeyTails tails, long capacityBytes) {
        return new FilteredMemtable(index, tails, capacityBytes, null);
    }

    /** As above; values are copied to {@code memory}, which has them back when the memtable is released. */
    public Memtable create(KeyTails tails, long capacityBytes, ValueChunks memory) {
        return new FilteredMemtable(index, tails, capacityBytes, memory);
    }
}
