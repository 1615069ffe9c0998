package io.nokv.lsm.table;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.Bytes;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.lsm.Family;
import io.nokv.lsm.Range;
import io.nokv.lsm.file.FileChecksum;
import io.nokv.lsm.file.OpenFiles;
import io.nokv.lsm.point.KeyHash;
import io.nokv.lsm.point.KeyPrefixes;
import io.nokv.lsm.point.PointLookup;
import io.nokv.lsm.point.PrefixProbe;
import io.nokv.lsm.range.RangeDeletions;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * One table to read from: the index of its partitions in memory, partitions and blocks through the cache, which keeps them
 * in the slots of this reader. Thread-safe.
 */
public final class TableReader {
    /** What a rewrite reads at once. */
    private static final int AHEAD_BYTES = 64 << 10;
    private static final int OBJECT_BYTES = 64 + 48 + 96;

    private final TableStore store;
    /** Stands for this reader in the cache of rows. */
    private final long id;
    private final String path;
    private final OpenFiles.Handle file;
    private final TableMeta meta;
    private final TableIndex index;
    private final HeadBounds heads;
    private final KeyPrefixes prefixes;
    /** Null when there are none. */
    private final DeletionsBlock deletions;
    private final Cached[] partitions;
    /** By partition, made when the first of its blocks is kept. */
    private final AtomicReferenceArray<Cached[]> blocks;

    private TableReader(TableStore store, String path, TableMeta meta, TableIndex index,
            TableProperties properties, DeletionsBlock deletions) {
        this.store = store;
        this.id = store.nextReader();
        this.path = path;
        this.file = store.files().handle(path);
        this.meta = meta;
        this.index = index;
        this.heads = properties.heads();
        this.prefixes = properties.prefixes();
        this.deletions = deletions;
        this.partitions = new Cached[index.pieces()];
        this.blocks = new AtomicReferenceArray<>(index.pieces());
    }

    /** Reads footer, parts, properties and the index of partitions; CORRUPTION unless all check and agree with {@code meta}. */
    static TableReader open(TableStore store, TableMeta meta) {
        String path = store.path(meta.number());
        if (meta.bytes() < BlockFormat.FOOTER_BYTES) {
            throw NokvException.corruption(path, 0, "too short for a table");
        }
        TableTail tail = TableTail.read(store.files(), path, meta);
        BlockFormat.Place listed = tail.listed();
        TableParts parts = placed(path, listed.offset(), () -> TableParts.decode(tail.raw(listed), listed.offset()));
        BlockFormat.Place described = parts.place(TablePart.PROPERTIES);
        TableProperties properties = placed(path, described.offset(),
                () -> TableProperties.decode(tail.raw(described), meta));
        BlockFormat.Place indexed = parts.place(TablePart.INDEX);
        TableIndex index = placed(path, indexed.offset(),
                () -> TableIndex.parse(new ByteReader(tail.raw(indexed)), 0, parts.begin()));
        BlockFormat.Place deleted = parts.place(TablePart.DELETIONS);
        DeletionsBlock deletions = deleted == null
                ? null
                : placed(path, deleted.offset(), () -> DeletionsBlock.decode(tail.raw(deleted)));
        if (meta.traits().rangeDeletions() != (deletions == null ? 0 : deletions.count())) {
            throw NokvException.corruption(path, described.offset(),
                    "deletions of ranges that the manifest does not know");
        }
        return new TableReader(store, path, meta, index, properties, deletions);
    }

    private interface Decoding<T> {
        T run();
    }

    /** Says of what does not decode where it lies. A device that fails while it is read is no damage. */
    private static <T> T placed(String path, long offset, Decoding<T> decoding) {
        try {
            return decoding.run();
        } catch (NokvException e) {
            boolean hasPlace = e.code() != FailureCode.CORRUPTION || e.getMessage().startsWith(path);
            throw hasPlace ? e : NokvException.corruption(path, offset, e.getMessage());
        }
    }

    public TableMeta meta() {
        return meta;
    }

    TableIndex index() {
        return index;
    }

    private long identity(long offset) {
        long h = (meta.number() * 0x9E3779B97F4A7C15L ^ offset) * 0xBF58476D1CE4E5B9L;
        return h ^ h >>> 31 | 1;
    }

    /** @param keep whether the partition is worth a place in the cache */
    Partition partition(int number, boolean keep) {
        Partition partition = BlockCache.partition(partitions, number);
        return partition == null ? loadPartition(number, keep) : partition;
    }

    private Partition loadPartition(int number, boolean keep) {
        long end = index.offset(number + 1) - index.detail(number);
        byte[] framed = new byte[index.detail(number)];
        file.read(end, ByteBuffer.wrap(framed));
        byte[] raw = BlockFormat.unframe(meta.stamp(), end, framed, path);
        Partition partition = placed(path, end,
                () -> Partition.parse(raw, index.offset(number), end, identity(end)));
        store.countPartitionLoaded();
        if (keep) {
            store.cache().put(partitions, number, partition);
        }
        return partition;
    }

    /** The block, held for the caller, if it is in memory, else null. */
    Block blockInMemory(int partition, int number) {
        Cached[] slots = blocks.getAcquire(partition);
        return slots == null ? null : BlockCache.block(slots, number);
    }

    /** The block, held for the caller, and kept for others too. */
    Block block(Partition in, int partition, int number) {
        Block block = blockInMemory(partition, number);
        if (block != null) {
            countBlocks(1);
            return block;
        }
        return load(in, partition, number);
    }

    /** The block, which was not in memory, held for the caller, and kept for others too. */
    private Block load(Partition in, int partition, int number) {
        FrameBuffer frame = store.frames().take();
        try {
            read(frame, in.blocks.offset(number), (int) in.blocks.bytes(number));
            return loaded(in, partition, number, frame);
        } finally {
            store.frames().giveBack(frame);
        }
    }

    /**
     * A copy of the block for the caller alone, who reads it once.
     *
     * @param before what this returned the last time, whose memory is used again, or null
     * @param ahead of the caller, for this table alone: blocks behind this one are read into it too
     */
    Block copyOfBlock(Partition in, int partition, int number, Block before, FrameBuffer ahead) {
        Cached[] slots = blocks.getAcquire(partition);
        Block known = slots == null ? null : BlockCache.unnoted(slots, number);
        if (known != null) {
            try {
                countBlocks(1);
                return known.copiedTo(space(known.spaceBytes(), before));
            } finally {
                known.release();
            }
        }
        long offset = in.blocks.offset(number);
        int framedBytes = (int) in.blocks.bytes(number);
        if (!ahead.has(offset, framedBytes)) {
            long left = in.blocks.offset(in.blocks.pieces()) - offset;
            read(ahead, offset, (int) Math.max(framedBytes, Math.min(left, AHEAD_BYTES)));
        }
        int rawBytes = rawBytes(in, number, ahead);
        Space space = space(Block.spaceBytes(rawBytes, in.blocks.detail(number)), before);
        store.cache().countBlocks(0, 1);
        return decoded(in, number, ahead, space, rawBytes);
    }

    private static Space space(int bytes, Block before) {
        return before != null && before.bytes.length >= bytes ? before.space() : Space.ofItsOwn(bytes + bytes / 8);
    }

    FrameBuffers frames() {
        return store.frames();
    }

    void read(FrameBuffer frame, long offset, int count) {
        frame.read(file, path, meta.stamp(), offset, count);
    }

    void countBlocks(int found) {
        store.cache().countBlocks(found, 0);
    }

    /** The block, which {@code frame} read from the file, held for the caller, and kept for others too. */
    Block loaded(Partition in, int partition, int number, FrameBuffer frame) {
        int rawBytes = rawBytes(in, number, frame);
        long identity = identity(in.blocks.offset(number));
        Space space = store.cache().space(Block.spaceBytes(rawBytes, in.blocks.detail(number)), identity);
        boolean decoded = false;
        Block block;
        try {
            block = decoded(in, number, frame, space, rawBytes);
            decoded = true;
        } finally {
            if (!decoded) {
                store.cache().giveBack(space, identity);
            }
        }
        store.cache().countBlocks(0, 1);
        return store.cache().put(slots(partition, in), number, block);
    }

    private int rawBytes(Partition in, int number, FrameBuffer frame) {
        long offset = in.blocks.offset(number);
        int rawBytes = frame.rawBytes(offset, (int) in.blocks.bytes(number));
        int count = in.blocks.detail(number);
        if (count < 1 || count > rawBytes) {
            throw NokvException.corruption(path, offset, count + " entries in a block of " + rawBytes + " bytes");
        }
        return rawBytes;
    }

    private Block decoded(Partition in, int number, FrameBuffer frame, Space space, int rawBytes) {
        long offset = in.blocks.offset(number);
        frame.unframe(offset, (int) in.blocks.bytes(number), space.array(), space.at(), rawBytes);
        return Block.of(space, rawBytes, in.blocks.detail(number), path, offset, identity(offset));
    }

    private Cached[] slots(int partition, Partition in) {
        Cached[] slots = blocks.getAcquire(partition);
        if (slots == null) {
            Cached[] made = new Cached[in.blocks.pieces()];
            slots = blocks.compareAndExchange(partition, null, made);
            return slots == null ? made : slots;
        }
        return slots;
    }

    /** Gives up what the cache keeps of this table. */
    void forget() {
        store.cache().drop(partitions);
        for (int i = 0; i < blocks.length(); i++) {
            Cached[] slots = blocks.getAcquire(i);
            if (slots != null) {
                store.cache().drop(slots);
            }
        }
    }

    /** Heap bytes of the reader itself; what the cache keeps is not among them. */
    long heapBytes() {
        long sum = OBJECT_BYTES + index.heapBytes() + meta.smallest().length + meta.largest().length
                + (deletions == null ? 0 : deletions.bytes())
                + 2 * (16L + 4L * index.pieces());
        for (int i = 0; i < blocks.length(); i++) {
            Cached[] slots = blocks.getAcquire(i);
            sum += slots == null ? 0 : 16 + 4L * slots.length;
        }
        return sum;
    }

    /**
     * Reads all blocks and partitions from the file, past the cache; opening the reader has read the rest. CORRUPTION unless
     * they check, hold as many entries as the manifest says, in order and where the index says, filters know them, and the
     * checksum of the whole file is the one in the manifest.
     */
    public void verify() {
        long entries = 0;
        byte[] before = null;
        long sequenceBefore = 0;
        BlockCursor cursor = new BlockCursor();
        Block block = null;
        FrameBuffer ahead = new FrameBuffer();
        for (int number = 0; number < index.pieces(); number++) {
            Partition partition = partition(number, false);
            for (int at = 0; at < partition.blocks.pieces(); at++) {
                block = copyOfBlock(partition, number, at, block, ahead);
                cursor.reset(block);
                for (cursor.seekToFirst(); cursor.isValid(); cursor.next()) {
                    byte[] key = Arrays.copyOf(cursor.keyArray, cursor.keyLength);
                    int order = before == null ? -1 : Arrays.compareUnsigned(before, key);
                    boolean inOrder = order < 0 || order == 0 && sequenceBefore > cursor.sequence;
                    byte[] userKey = Arrays.copyOfRange(key, 1, key.length);
                    if (!inOrder || partition.blocks.find(cursor.familyCode(), userKey, cursor.sequence) != at) {
                        throw NokvException.corruption(path, partition.blocks.offset(at), "an entry out of its place");
                    }
                    Family family = Family.ofCode(cursor.familyCode());
                    boolean known = family != null && partition.filter.mayContain(
                            KeyHash.of(family, userKey, 0, heads.tails().headBytes(family, userKey.length)))
                            && knowsPrefix(partition, family, userKey);
                    if (!known) {
                        throw NokvException.corruption(path, partition.blocks.offset(at),
                                "an entry that its filter does not know");
                    }
                    before = key;
                    sequenceBefore = cursor.sequence;
                    entries++;
                }
            }
        }
        if (entries != meta.entries()) {
            throw NokvException.corruption(path, 0, entries + " entries, the manifest says " + meta.entries());
        }
        if (FileChecksum.of(store.files(), path, meta.bytes()) != meta.checksum()) {
            throw NokvException.corruption(path, 0, "the file does not match the checksum that the manifest has of it");
        }
    }

    private boolean knowsPrefix(Partition partition, Family family, byte[] key) {
        int length = prefixes.of(family).length(key, 0, key.length);
        return length < 0 || partition.filter.mayContain(KeyPrefixes.hash(family, key, 0, length));
    }

    /** Offers {@code lookup} the first entry that will do, or none. */
    public void find(PointLookup lookup) {
        if (deletions != null) {
            lookup.cover(deletions.of(lookup.family()));
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
        boolean filtered = heads.agreesWith(lookup);
        if (filtered && !heads.mayAnswer(lookup)) {
            lookup.countOutOfTails();
            return;
        }
        int familyCode = lookup.family().code();
        for (int number = index.find(familyCode, lookup.key(), lookup.sequence()); number < index.pieces(); number++) {
            Partition partition = partition(number, true);
            boolean maybe = !filtered || partition.filter.mayContain(lookup.hash());
            if (filtered) {
                lookup.countFilter(maybe);
            }
            if (maybe) {
                search(partition, number, lookup, filtered);
                return;
            }
            // Longer keys that begin with the head may end this partition, and the head's own keys begin the next.
            if (!lookup.hasTail() || !index.mayGoOnBehind(number, lookup)) {
                return;
            }
        }
    }

    private void search(Partition partition, int number, PointLookup lookup, boolean filtered) {
        RowCache rows = store.rows();
        boolean all = filtered && lookup.sequence() >= meta.maxSequence() && !rows.isOff();
        if (all && rows.find(id, lookup)) {
            return;
        }
        int at = partition.blocks.find(lookup.family().code(), lookup.key(), lookup.sequence());
        Block block = blockInMemory(number, at);
        if (block != null) {
            countBlocks(1);
            search(block, lookup, filtered);
            return;
        }
        int offersBefore = lookup.offers();
        search(load(partition, number, at), lookup, filtered);
        if (all && lookup.offers() > offersBefore && lookup.tookLast()) {
            boolean first = lookup.hasTail() && heads.beginFrom(lookup);
            if (first || !lookup.hasTail()) {
                rows.put(id, lookup, first);
            }
        }
    }

    /**
     * @param block held by the caller, who is rid of it
     * @param filtered whether a filter let the look-up through
     */
    void search(Block block, PointLookup lookup, boolean filtered) {
        int offersBefore = lookup.offers();
        BlockSearch.Outcome outcome;
        try {
            outcome = BlockSearch.find(block, store.tails(), lookup);
        } finally {
            block.release();
        }
        if (outcome == BlockSearch.Outcome.WALK) {
            walk(lookup);
        }
        if (filtered && lookup.offers() == offersBefore) {
            lookup.countEmptyPass();
        }
    }

    /**
     * Whether entries of the probe's range may be here, as far as bounds and filters tell. Reads the partitions at the range's
     * ends, and no others: between them every partition has the prefix.
     */
    public boolean mayHold(PrefixProbe probe) {
        if (!prefixes.of(probe.family()).equals(probe.rule())) {
            return true;
        }
        int last = last(index, probe.family(), probe.range());
        boolean maybe = false;
        for (int number = index.find(probe.family().code(), probe.range().from(), Long.MAX_VALUE); !maybe
                && number <= last && number < index.pieces(); number++) {
            maybe = partition(number, true).filter.mayContain(probe.hash());
        }
        store.countPrefix(maybe);
        return maybe;
    }

    /**
     * As {@link #find}, for look-ups of keys without tails, of one family, ascending from {@code from} (inclusive) to
     * {@code to} (exclusive), not empty.
     */
    public void findAll(PointLookup[] lookups, int from, int to) {
        long assigned = meta.traits().sequence();
        for (int i = from; i < to && (deletions != null || assigned != 0); i++) {
            if (deletions != null) {
                lookups[i].cover(deletions.of(lookups[i].family()));
            }
            lookups[i].assign(assigned);
        }
        new TableBatch(this, lookups, from, to, heads.agreesWith(lookups[from])).run();
        for (int i = from; i < to && assigned != 0; i++) {
            lookups[i].assign(0);
        }
    }

    /** Entries that will not do lie in the way: not yet visible, or with a longer key. */
    private void walk(PointLookup lookup) {
        TableCursor cursor = cursor(lookup.family(), true);
        try {
            walk(cursor, lookup);
        } finally {
            cursor.close();
        }
    }

    private static void walk(TableCursor cursor, PointLookup lookup) {
        cursor.seek(lookup.key(), lookup.sequence());
        while (cursor.isValid()) {
            byte[] array = cursor.keyArray();
            int at = cursor.keyOffset();
            int count = cursor.keyLength();
            if (cursor.sequence() <= lookup.sequence() && lookup.matches(array, at, count)) {
                lookup.offerCopy(lookup.tailOf(array, at), cursor.sequence(), cursor.kind(), cursor.valueArray(),
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

    /**
     * A cursor over the table's entries of {@code family}, to be closed.
     *
     * @param keepBlocks as in a read: blocks are shared with others and kept; else, as in a rewrite, they are copied out of the
     *     file, and the cursor need not be closed
     */
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
     * about {@code limit} at most. In the middle of a range of many partitions, whole partitions are shown.
     */
    public void pieces(Family family, Range range, int limit, PieceVisitor visitor) {
        int first = index.find(family.code(), from(range), Long.MAX_VALUE);
        int last = last(index, family, range);
        int end = Math.min(last + 1, index.pieces());
        int limitPerPartition = Math.max(1, limit / Math.max(1, end - first));
        for (int number = first; number < end; number++) {
            boolean inside = number > first && number < last;
            if (inside && limitPerPartition == 1) {
                show(index, number, number + 1, 1, family, visitor);
            } else {
                TableIndex blocks = partition(number, true).blocks;
                int from = number > first ? 0 : blocks.find(family.code(), from(range), Long.MAX_VALUE);
                int to = number < last ? blocks.pieces() : Math.min(blocks.pieces(), 1 + last(blocks, family, range));
                show(blocks, from, to, limitPerPartition, family, visitor);
            }
        }
    }

    private static byte[] from(Range range) {
        return range.from() == null ? Bytes.EMPTY : range.from();
    }

    /** The last piece that may hold something of the range; the number of pieces when all may. */
    private static int last(TableIndex index, Family family, Range range) {
        return range.to() == null
                ? index.find(family.code() + 1, Bytes.EMPTY, Long.MAX_VALUE)
                : index.find(family.code(), range.to(), Long.MAX_VALUE);
    }

    private static void show(TableIndex index, int from, int to, int limit, Family family, PieceVisitor visitor) {
        int step = Math.max(1, (to - from + limit - 1) / limit);
        for (int piece = from; piece < to; piece += step) {
            int next = Math.min(piece + step, to);
            byte[] key = index.lastKey(next - 1);
            boolean inFamily = (key[0] & 0xFF) == family.code();
            visitor.piece(inFamily ? Arrays.copyOfRange(key, 1, key.length) : null,
                    index.offset(next) - index.offset(piece));
        }
    }
}
