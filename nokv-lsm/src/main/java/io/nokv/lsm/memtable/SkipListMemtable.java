package io.nokv.lsm.memtable;

import io.nokv.lsm.Family;
import io.nokv.lsm.cursor.EntryCursor;

/** One {@link SkipList} per family. */
public final class SkipListMemtable implements Memtable {
    private static final Family[] FAMILIES = Family.values();

    private final SkipList[] lists = new SkipList[FAMILIES.length];
    private volatile long bytes;
    private volatile long entries;

    public SkipListMemtable() {
        for (Family family : FAMILIES) {
            lists[family.ordinal()] = new SkipList();
        }
    }

    /** Single writer: a plain read and a volatile write of the counters are enough. */
    @Override
    @SuppressWarnings("NonAtomicOperationOnVolatileField")
    public void add(Family family, byte[] key, long sequence, byte[] value) {
        bytes += lists[family.ordinal()].add(key, sequence, value);
        entries++;
    }

    @Override
    public byte[] get(Family family, byte[] key, long sequence) {
        return lists[family.ordinal()].get(key, sequence);
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
