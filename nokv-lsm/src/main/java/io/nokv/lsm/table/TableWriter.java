package io.nokv.lsm.table;

import io.nokv.lsm.file.Compression;
import io.nokv.base.codec.ByteWriter;
import io.nokv.base.error.Invariant;
import io.nokv.base.vfs.VfsFile;
import io.nokv.base.vfs.VfsIo;
import io.nokv.lsm.EntryKind;
import io.nokv.lsm.Family;
import io.nokv.lsm.point.KeyHash;
import io.nokv.lsm.point.KeyPrefixes;
import io.nokv.lsm.point.PrefixRule;
import io.nokv.lsm.vlog.ValuePointer;
import io.nokv.lsm.vlog.ValueShare;
import io.nokv.lsm.range.RangeDeletions;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/** Writes one table, entry by entry in order. Used by one flow. The file is left as it is when writing fails. */
public final class TableWriter implements AutoCloseable {
    private static final int BUFFER_BYTES = 128 << 10;

    private final VfsFile file;
    private final long number;
    private final TableShape shape;
    private final Compression compression;

    private final BlockBuilder block = new BlockBuilder();
    /** Blocks of the partition that is being written, and the partitions before. */
    private final TableIndex.Builder blocks = new TableIndex.Builder();
    private final TableIndex.Builder partitions = new TableIndex.Builder();
    private long partitionAt;
    private long[] hashes = new long[1024];
    private int hashCount;
    /** The hashes of the last head and of the last prefix, while the partition has any. */
    private long lastHead;
    private long lastPrefix;
    private boolean hasPrefix;
    private final HeadBounds bounds;
    private final DeletionsBlock deletions = new DeletionsBlock();

    private ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    private long written;
    private final CRC32C checksum = new CRC32C();

    private long entries;
    private long tombstones;
    private long rawKeyBytes;
    private long rawValueBytes;
    private long minSequence = Long.MAX_VALUE;
    private long maxSequence;
    private byte[] smallest;
    /** What the entries point to, by origin. */
    private final TreeMap<Long, ValueShare> values = new TreeMap<>();

    /** @param file new and empty; closed with the writer */
    TableWriter(VfsFile file, long number, TableShape shape, Compression compression) {
        this.file = file;
        this.number = number;
        this.shape = shape;
        this.compression = compression;
        this.bounds = new HeadBounds(shape.tails());
    }

    /** Bytes the table has so far, roughly. */
    public long bytes() {
        return written + buffer.position() + block.bytes() + deletions.bytes();
    }

    public long entries() {
        return entries;
    }

    /** Whether the last entry added has this key. */
    public boolean lastKeyEquals(Family family, byte[] key, int keyAt, int keyBytes) {
        return entries > 0 && block.lastKeyEquals(family.code(), key, keyAt, keyBytes);
    }

    /** Adds an entry after all added before; a tombstone has no value. */
    public void add(Family family, byte[] key, int keyAt, int keyBytes, long sequence, EntryKind kind, byte[] value,
            int valueAt, int valueBytes) {
        boolean newKey = !lastKeyEquals(family, key, keyAt, keyBytes);
        if (newKey) {
            addHead(KeyHash.of(family, key, keyAt, shape.tails().headBytes(family, keyBytes)));
            addPrefix(family, key, keyAt, keyBytes);
            bounds.add(family, key, keyAt, keyBytes);
        }
        if (entries == 0) {
            smallest = TableKey.of(family, key, keyAt, keyBytes);
        }
        boolean tombstone = kind == EntryKind.DELETE;
        block.add(family.code(), key, keyAt, keyBytes, sequence, kind, value, valueAt,
                tombstone ? 0 : valueBytes);
        if (kind == EntryKind.POINTER) {
            ValuePointer pointer = ValuePointer.decode(value, valueAt, valueBytes);
            values.merge(pointer.origin(), new ValueShare(pointer.origin(), 1, pointer.recordBytes()),
                    ValueShare::plus);
        }
        entries++;
        rawKeyBytes += keyBytes;
        rawValueBytes += tombstone ? 0 : valueBytes;
        tombstones += tombstone ? 1 : 0;
        minSequence = Math.min(minSequence, sequence);
        maxSequence = Math.max(maxSequence, sequence);
        if (block.bytes() >= shape.blockBytes()) {
            finishBlock();
        }
    }

    /** Deletes ranges of {@code family}; of one family they come in order. */
    public void delete(Family family, RangeDeletions more) {
        deletions.add(family, more);
    }

    /** Keys of one head come one after the other: it is noted once. */
    private void addHead(long hash) {
        if (hashCount == 0 || lastHead != hash) {
            addHash(hash);
            lastHead = hash;
        }
    }

    /** So do those of one prefix. */
    private void addPrefix(Family family, byte[] key, int keyAt, int keyBytes) {
        PrefixRule rule = shape.prefixes().of(family);
        int prefixBytes = rule.length(key, keyAt, keyBytes);
        if (prefixBytes < 0) {
            return;
        }
        long hash = KeyPrefixes.hash(family, key, keyAt, prefixBytes);
        if (!hasPrefix || lastPrefix != hash) {
            addHash(hash);
            lastPrefix = hash;
            hasPrefix = true;
        }
    }

    private void addHash(long hash) {
        if (hashCount == hashes.length) {
            hashes = Arrays.copyOf(hashes, hashCount * 2);
        }
        hashes[hashCount++] = hash;
    }

    private void finishBlock() {
        int count = block.entries();
        BlockFormat.Place place = put(block.raw(), block.bytes(), compression);
        block.clear();
        blocks.add(block.lastKey(), block.lastSequence(), place.framedBytes(), count);
        if (blocks.pieces() == shape.partitionBlocks()) {
            finishPartition();
        }
    }

    /** The filter and the index of a partition follow its blocks. */
    private void finishPartition() {
        byte[] filter = BloomFilter.build(hashes, hashCount, shape.bloomBitsPerKey());
        byte[] index = blocks.finish();
        ByteWriter raw = new ByteWriter(filter.length + index.length + 8).bytes(filter).raw(index);
        BlockFormat.Place place = put(raw.toBytes(), Compression.LZ4);
        long bytes = place.end() - partitionAt;
        partitions.add(block.lastKey(), block.lastSequence(), bytes, place.framedBytes());
        partitionAt = place.end();
        hashCount = 0;
        hasPrefix = false;
    }

    private BlockFormat.Place put(byte[] raw, Compression how) {
        return put(raw, raw.length, how);
    }

    /** Compresses into the buffer: a block is copied by nobody else. */
    private BlockFormat.Place put(byte[] raw, int rawBytes, Compression how) {
        ensure(BlockFormat.mostFramedBytes(rawBytes, how));
        return BlockFormat.frame(number, written + buffer.position(), raw, rawBytes, how, buffer);
    }

    private void put(byte[] bytes) {
        ensure(bytes.length);
        buffer.put(bytes);
    }

    private void ensure(int bytes) {
        if (buffer.remaining() < bytes) {
            writeOut();
            if (buffer.capacity() < bytes) {
                buffer = ByteBuffer.allocate(bytes);
            }
        }
    }

    private void writeOut() {
        buffer.flip();
        int bytes = buffer.remaining();
        checksum.update(buffer.array(), 0, bytes);
        VfsIo.writeFully(file, written, buffer);
        written += bytes;
        buffer.clear();
    }

    /** Completes the table and syncs the file; its name is the caller's to sync. At least one entry or deletion was added. */
    public TableMeta finish() {
        Invariant.check(entries > 0 || !deletions.isEmpty(), "a table has entries or deletions of ranges");
        byte[] largest = entries == 0 ? null : block.lastKey();
        if (!block.isEmpty()) {
            finishBlock();
        }
        if (blocks.pieces() > 0) {
            finishPartition();
        }
        TableParts parts = new TableParts();
        parts.add(TablePart.INDEX, put(partitions.finish(), Compression.LZ4));
        TableTraits traits = TableTraits.NONE;
        if (!deletions.isEmpty()) {
            parts.add(TablePart.DELETIONS, put(deletions.encode(), Compression.LZ4));
            boolean openEnd = largest == null || Arrays.compareUnsigned(largest, deletions.end()) < 0;
            largest = openEnd ? deletions.end() : largest;
            byte[] first = deletions.smallest();
            smallest = smallest == null || Arrays.compareUnsigned(first, smallest) < 0 ? first : smallest;
            minSequence = Math.min(minSequence, deletions.minSequence());
            maxSequence = Math.max(maxSequence, deletions.maxSequence());
            traits = new TableTraits(0, 0, deletions.count(), openEnd);
        }
        TableMeta described = meta(largest, 0, traits);
        byte[] properties = new TableProperties(rawKeyBytes, rawValueBytes, compression, shape.bloomBitsPerKey(),
                shape.prefixes(), bounds)
                .encode(described);
        parts.add(TablePart.PROPERTIES, put(properties, Compression.NONE));
        put(BlockFormat.footer(number, put(parts.encode(), Compression.NONE)));
        writeOut();
        file.sync();
        return meta(largest, written, traits);
    }

    private TableMeta meta(byte[] largest, long bytes, TableTraits traits) {
        return new TableMeta(number, bytes, entries, tombstones, minSequence, maxSequence, smallest, largest,
                traits, List.copyOf(values.values()), (int) checksum.getValue());
    }

    @Override
    public void close() {
        file.close();
    }
}
