package io.nokv.lsm.memtable;

import io.nokv.lsm.Family;
import io.nokv.lsm.Range;
import io.nokv.lsm.cursor.EntryCursor;
import io.nokv.lsm.point.KeyHash;
import io.nokv.lsm.point.KeyTails;
import io.nokv.lsm.point.PointLookup;
import io.nokv.lsm.range.RangeDeletions;
import java.util.function.Supplier;

/** One {@link EntryIndex} per family, and one filter before all of them. */
final class FilteredMemtable implements Memtable {
    private static final Family[] FAMILIES = Family.values();
    /** A filter bit for so many bytes of entries: some 20 bits for an entry of 150 bytes. */
    private static final int BYTES_PER_FILTER_BIT = 8;

    private final EntryIndex[] indexes = new EntryIndex[FAMILIES.length];
    private final KeyTails tails;
    private final HeadFilter filter;
    /** Null when values stay in the arrays they come in. */
    private final ValueArena arena;
    /** By family. Set before the sequence number becomes visible, which is what orders it for readers; null until there is one. */
    private final RangeDeletions[] deletions = new RangeDeletions[FAMILIES.length];
    private volatile boolean hasDeletions;
    private volatile long bytes;
    private volatile long entries;

    /**
     * @param capacityBytes about how many bytes of entries it will take; sizes the filter
     * @param memory for values, or null
     */
    FilteredMemtable(Supplier<EntryIndex> index, KeyTails tails, long capacityBytes, ValueChunks memory) {
        this.tails = tails;
        this.arena = memory == null ? null : new ValueArena(memory);
        this.filter = new HeadFilter(capacityBytes / BYTES_PER_FILTER_BIT);
        for (Family family : FAMILIES) {
            indexes[family.ordinal()] = index.get();
        }
    }

    /** Single writer: a plain read and a volatile write of the counters are enough. */
    @Override
    @SuppressWarnings("NonAtomicOperationOnVolatileField")
    public void add(Family family, byte[] key, long sequence, byte[] value) {
        filter.add(KeyHash.of(family, key, 0, tails.headBytes(family, key.length)));
        byte[] array = value == null || arena == null ? value : arena.place(value);
        bytes += indexes[family.ordinal()].add(key, sequence, array, array == value ? 0 : arena.offset(),
                value == null ? 0 : value.length);
        entries++;
    }

    @Override
    @SuppressWarnings("NonAtomicOperationOnVolatileField")
    public void deleteRange(Family family, Range range, long sequence) {
        RangeDeletions before = deletions(family);
        RangeDeletions after = before.with(range, sequence);
        deletions[family.ordinal()] = after;
        hasDeletions = true;
        bytes += after.bytes() - before.bytes();
        entries++;
    }

    @Override
    public RangeDeletions deletions(Family family) {
        RangeDeletions known = hasDeletions ? deletions[family.ordinal()] : null;
        return known == null ? RangeDeletions.NONE : known;
    }

    @Override
    public void find(PointLookup lookup) {
        if (hasDeletions) {
            lookup.cover(deletions(lookup.family()));
        }
        if (filter.mayContain(lookup.hash())) {
            indexes[lookup.family().ordinal()].find(lookup);
        }
    }

    @Override
    public EntryCursor cursor(Family family) {
        return indexes[family.ordinal()].cursor();
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public long heapBytes() {
        return bytes + filter.bytes() + (arena == null ? 0 : arena.wastedBytes());
    }

    @Override
    public Runnable hold() {
        if (arena == null) {
            return () -> {};
        }
        arena.hold();
        return arena::release;
    }

    @Override
    public void release() {
        if (arena != null) {
            arena.release();
        }
    }

    @Override
    public long entries() {
        return entries;
    }
}
