package io.nokv.lsm.table;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;

/** Some neighbouring blocks of a table: which heads they hold, and where each of them lies. Immutable. */
final class Partition extends Cached {
    private static final int OBJECT_BYTES = 56 + 32;

    final BloomFilter filter;
    final TableIndex blocks;
    private final int filterBytes;
    private final long identity;

    private Partition(BloomFilter filter, int filterBytes, TableIndex blocks, long identity) {
        this.filter = filter;
        this.filterBytes = filterBytes;
        this.blocks = blocks;
        this.identity = identity;
    }

    /**
     * CORRUPTION, without a place, when the grammar is broken.
     *
     * @param begin where its first block begins
     * @param end where its last one must end
     */
    static Partition parse(byte[] raw, long begin, long end, long identity) {
        ByteReader in = new ByteReader(raw);
        int filterBytes = in.varint(raw.length);
        BloomFilter filter = BloomFilter.of(in.raw(filterBytes));
        if (filter == null) {
            throw new NokvException(FailureCode.CORRUPTION, "the filter has an impossible size");
        }
        return new Partition(filter, filterBytes, TableIndex.parse(in, begin, end), identity);
    }

    @Override
    long heapBytes() {
        return OBJECT_BYTES + 16 + filterBytes + blocks.heapBytes();
    }

    @Override
    long identity() {
        return identity;
    }
}
