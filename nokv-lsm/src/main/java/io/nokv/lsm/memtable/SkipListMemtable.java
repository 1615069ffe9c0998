package io.nokv.lsm.memtable;

import io.nokv.lsm.Family;
import io.nokv.lsm.cursor.EntryCursor;
import io.nokv.lsm.point.KeyHash;
import io.nokv.lsm.point.KeyTails;
import io.nokv.lsm.point.PointLookup;

/** One {@link SkipList} per family, and one filter before all of them. */
public final class SkipListMemtable implements Memtable {
    private static final Family[] FAMILIES = Family.values();
    /** A filter bit for so many bytes of entries: some 20 bits for an entry of 150 bytes. */
    private static final int BYTES_PER_FILTER_BIT = 8;

    private final SkipList[] lists = new SkipList[FAMILIES.length];
    private final KeyTails tails;
    private final HeadFilter filter;
    private volatile long bytes;
    private volatile long entries;

    /** @param capacityBytes about how many bytes of entries it will take; sizes the filter */
    public SkipListMemtable(KeyTails tails, long capacityBytes) {
        this.tails = tails;
        this.filter = new HeadFilter(capacityBytes / BYTES_PER_FILTER_BIT);
        for (Family family : FAMILIES) {
            lists[family.ordinal()] = new SkipList();
        }
    }

    /** Single writer: a plain read and a volatile write of the counters are enough. */
    @Override
    @SuppressWarnings("NonAtomicOperationOnVolatileField")
    public void add(Family family, byte[] key, long sequence, byte[] value) {
        filter.add(KeyHash.of(family, key, 0, tails.headBytes(family, key.length)));
        bytes += lists[family.ordinal()].add(key, sequence, value);
        entries++;
    }

    @Override
    public void find(PointLookup lookup) {
        if (filter.mayContain(lookup.hash())) {
            lists[lookup.family().ordinal()].find(lookup);
        }
    }

    @Override
    public EntryCursor cursor(Family family) {
        return lists[family.ordinal()].cursor();
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
