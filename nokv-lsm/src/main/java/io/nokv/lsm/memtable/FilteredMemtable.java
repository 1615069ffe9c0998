package io.nokv.lsm.memtable;

import io.nokv.lsm.Family;
import io.nokv.lsm.cursor.EntryCursor;
import io.nokv.lsm.point.KeyHash;
import io.nokv.lsm.point.KeyTails;
import io.nokv.lsm.point.PointLookup;
import java.util.function.Supplier;

/** One {@link EntryIndex} per family, and one filter before all of them. */
final class FilteredMemtable implements Memtable {
    private static final Family[] FAMILIES = Family.values();
    /** A filter bit for so many bytes of entries: some 20 bits for an entry of 150 bytes. */
    private static final int BYTES_PER_FILTER_BIT = 8;

    private final EntryIndex[] indexes = new EntryIndex[FAMILIES.length];
    private final KeyTails tails;
    private final HeadFilter filter;
    private volatile long bytes;
    private volatile long entries;

    /** @param capacityBytes about how many bytes of entries it will take; sizes the filter */
    FilteredMemtable(Supplier<EntryIndex> index, KeyTails tails, long capacityBytes) {
        this.tails = tails;
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
        bytes += indexes[family.ordinal()].add(key, sequence, value);
        entries++;
    }

    @Override
    public void find(PointLookup lookup) {
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
    public long entries() {
        return entries;
    }
}
