package io.nokv.lsm.table;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.Bytes;
import io.nokv.base.error.NokvException;
import io.nokv.lsm.Family;
import io.nokv.lsm.Range;
import io.nokv.lsm.point.PointLookup;
import io.nokv.lsm.vlog.ValueShare;
import io.nokv.lsm.range.RangeDeletions;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** One table to read from: index and filter in memory, blocks through the cache. Thread-safe. */
public final class TableReader {
    private final TableStore store;
    private final String path;
    private final TableMeta meta;
    private final TableIndex index;
    private final BloomFilter filter;
    private final HeadBounds heads;
    /** Null when there are none. */
    private final DeletionsBlock deletions;

    private TableReader(TableStore store, String path, TableMeta meta, TableIndex index, BloomFilter filter,
            HeadBounds heads, DeletionsBlock deletions) {
        this.store = store;
        this.path = path;
        this.meta = meta;
        this.index = index;
        this.filter = filter;
        this.heads = heads;
        this.deletions = deletions;
    }

    /** Reads footer, index, filter and properties; CORRUPTION unless all check and agree with {@code meta}. */
    static TableReader open(TableStore store, TableMeta meta) {
        String path = store.path(meta.number());
        if (meta.bytes() < BlockFormat.FOOTER_BYTES) {
            throw NokvException.corruption(path, 0, "too short for a table");
        }
        byte[] footerBytes = new byte[BlockFormat.FOOTER_BYTES];
        store.files().read(path, meta.bytes() - BlockFormat.FOOTER_BYTES, ByteBuffer.wrap(footerBytes));
        BlockFormat.Footer footer = BlockFormat.parseFooter(meta.stamp(), footerBytes, meta.bytes(), path);
        ByteReader properties = new ByteReader(raw(store, path, meta.stamp(), footer.properties()));
        boolean ingested = meta.traits().sequence() != 0;
        boolean agrees = properties.u64() == meta.entries() & properties.u64() == meta.tombstones()
                & properties.u64() == (ingested ? 0 : meta.minSequence())
                & properties.u64() == (ingested ? 0 : meta.maxSequence())
                & Arrays.equals(properties.bytes(), meta.smallest())
                & Arrays.equals(properties.bytes(), meta.largest())
                & ValueShare.decode(properties).equals(meta.values());
        if (!agrees) {
            throw NokvException.corruption(path, footer.properties().offset(),
                    "the table is not the one the manifest knows");
        }
        BlockFormat.Place deleted = new BlockFormat.Place(properties.u64(), properties.u32());
        DeletionsBlock deletions = null;
        long blocksEnd = footer.filter().offset();
        if (deleted.bytes() > 0) {
            if (deleted.end() != blocksEnd || deleted.offset() < 0) {
                throw NokvException.corruption(path, footer.properties().offset(),
                        "the parts of the table do not meet");
            }
            deletions = deletions(raw(store, path, meta.stamp(), deleted), path, deleted.offset());
            blocksEnd = deleted.offset();
        }
        if (meta.traits().rangeDeletions() != (deletions == null ? 0 : deletions.count())) {
            throw NokvException.corruption(path, deleted.offset(),
                    "deletions of ranges that the manifest does not know");
        }
        HeadBounds heads = heads(properties, path, footer.properties().offset());
        TableIndex index = TableIndex.parse(raw(store, path, meta.stamp(), footer.index()), blocksEnd,
                path, footer.index().offset());
        BloomFilter filter = BloomFilter.of(raw(store, path, meta.stamp(), footer.filter()));
        if (filter == null) {
            throw NokvException.corruption(path, footer.filter().offset(), "the filter has an impossible size");
        }
        return new TableReader(store, path, meta, index, filter, heads, deletions);
    }

    private static HeadBounds heads(ByteReader properties, String path, long offset) {
        try {
            return HeadBounds.decode(properties);
        } catch (NokvException e) {
            throw NokvException.corruption(path, offset, e.getMessage());
        }
    }

    private static DeletionsBlock deletions(byte[] raw, String path, long offset) {
        try {
            return DeletionsBlock.decode(raw);
        } catch (NokvException e) {
            throw NokvException.corruption(path, offset, e.getMessage());
        }
    }

    private static byte[] raw(TableStore store, String path, long table, BlockFormat.Place place) {
        byte[] framed = new byte[place.bytes() + BlockFormat.TRAILER_BYTES];
        store.files().read(path, place.offset(), ByteBuffer.wrap(framed));
        return BlockFormat.unframe(table, place.offset(), framed, path);
    }

    public TableMeta meta() {
        return meta;
    }

    TableIndex index() {
        return index;
    }

    /** @param keep whether the block is worth a place in the cache */
    Block block(int number, boolean keep) {
        long offset = index.offset(number);
        BlockCache cache = store.cache();
        Block block = cache.get(meta.number(), offset);
        if (block == null) {
            block = new Block(raw(store, path, meta.stamp(), index.place(number)), path, offset);
            if (keep) {
                cache.put(meta.number(), offset, block);
            }
        }
        return block;
    }

    /** Offers {@code lookup} the first entry that will do, or none. */
    public void find(PointLookup lookup) {
        if (deletions != null) {
            lookup.cover(deletions.of(lookup.family()));
            if (meta.entries() == 0) {
                return;
            }
        }
        long assigned = meta.traits().sequence();
        if (assigned == 0) {
            search(lookup);
        } else {
            lookup.assign(assigned);
            search(lookup);
            lookup.assign(0);
        }
    }

    private void search(PointLookup lookup) {
        if (heads.agreesWith(lookup)) {
            if (!heads.mayAnswer(lookup)) {
                return;
            }
            boolean maybe = filter.mayContain(lookup.hash());
            store.countFilter(maybe);
            if (!maybe) {
                return;
            }
        }
        int number = index.find(lookup.family().code(), lookup.key(), lookup.sequence());
        if (number < index.blocks()
                && BlockSearch.find(block(number, true), lookup) == BlockSearch.Outcome.WALK) {
            walk(lookup);
        }
    }

    /** Entries that will not do lie in the way: not yet visible, or with a longer key. */
    private void walk(PointLookup lookup) {
        TableCursor cursor = cursor(lookup.family(), true);
        cursor.seek(lookup.key(), lookup.sequence());
        while (cursor.isValid()) {
            byte[] array = cursor.keyArray();
            int at = cursor.keyOffset();
            int count = cursor.keyLength();
            if (cursor.sequence() <= lookup.sequence() && lookup.matches(array, at, count)) {
                lookup.offer(lookup.tailOf(array, at), cursor.sequence(), cursor.kind(), cursor.valueArray(),
                        cursor.valueOffset(), cursor.valueLength());
                return;
            }
            if (!lookup.mayMatchAfter(array, at, count)) {
                return;
            }
            cursor.next();
        }
    }

    /** The ranges of {@code family} that the table deletes. */
    public RangeDeletions deletions(Family family) {
        return deletions == null ? RangeDeletions.NONE : deletions.of(family);
    }

    /** A cursor over the table's entries of {@code family}; {@code keepBlocks} as in a read, not as in a rewrite. */
    public TableCursor cursor(Family family, boolean keepBlocks) {
        return new TableCursor(this, family, keepBlocks);
    }

    /** Receives pieces of a table in the order of their keys. */
    public interface PieceVisitor {
        /** {@code storedBytes} that end with the user key {@code lastKey}, or, when that is null, behind the family. */
        void piece(byte[] lastKey, long storedBytes);
    }

    /**
     * Shows the blocks that may hold something of {@code range} of {@code family}, neighbours put together so that there are
     * at most {@code limit}.
     */
    public void pieces(Family family, Range range, int limit, PieceVisitor visitor) {
        int first = index.find(family.code(), range.from() == null ? Bytes.EMPTY : range.from(), Long.MAX_VALUE);
        int last = range.to() == null
                ? index.find(family.code() + 1, Bytes.EMPTY, Long.MAX_VALUE)
                : index.find(family.code(), range.to(), Long.MAX_VALUE);
        int end = Math.min(last + 1, index.blocks());
        int step = Math.max(1, (end - first + limit - 1) / limit);
        for (int block = first; block < end; block += step) {
            int next = Math.min(block + step, end);
            byte[] key = index.lastKey(next - 1);
            boolean inFamily = (key[0] & 0xFF) == family.code();
            visitor.piece(inFamily ? Arrays.copyOfRange(key, 1, key.length) : null,
                    index.offset(next) - index.offset(block));
        }
    }
}
