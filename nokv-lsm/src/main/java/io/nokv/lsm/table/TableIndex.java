package io.nokv.lsm.table;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.base.error.NokvException;
import java.util.Arrays;

/** The last entry of each block, and where the block lies. Immutable. */
final class TableIndex {
    private final byte[][] lastKeys;
    private final long[] lastSequences;
    /** One more than there are blocks: the last is where the blocks end. */
    private final long[] offsets;

    private TableIndex(byte[][] lastKeys, long[] lastSequences, long[] offsets) {
        this.lastKeys = lastKeys;
        this.lastSequences = lastSequences;
        this.offsets = offsets;
    }

    /** Collects the index while a table is written. */
    static final class Builder {
        private final ByteWriter out = new ByteWriter(4 << 10);

        void add(byte[] lastKey, long lastSequence, int storedBytes) {
            out.bytes(lastKey).varint(lastSequence).varint(storedBytes);
        }

        byte[] finish() {
            return out.toBytes();
        }
    }

    /** @param blocksEnd where the blocks must end */
    static TableIndex parse(byte[] raw, long blocksEnd, String path, long indexAt) {
        ByteReader in = new ByteReader(raw);
        int capacity = 64;
        byte[][] keys = new byte[capacity][];
        long[] sequences = new long[capacity];
        long[] offsets = new long[capacity + 1];
        int count = 0;
        while (in.remaining() > 0) {
            if (count == capacity) {
                capacity *= 2;
                keys = Arrays.copyOf(keys, capacity);
                sequences = Arrays.copyOf(sequences, capacity);
                offsets = Arrays.copyOf(offsets, capacity + 1);
            }
            keys[count] = in.bytes();
            sequences[count] = in.varint();
            offsets[count + 1] = offsets[count] + in.varint(BlockFormat.MAX_RAW_BYTES) + BlockFormat.TRAILER_BYTES;
            if (keys[count].length == 0) {
                throw NokvException.corruption(path, indexAt, "an empty key in the index");
            }
            count++;
        }
        if (offsets[count] != blocksEnd) {
            throw NokvException.corruption(path, indexAt, "the index does not cover the blocks");
        }
        return new TableIndex(Arrays.copyOf(keys, count), Arrays.copyOf(sequences, count),
                Arrays.copyOf(offsets, count + 1));
    }

    int blocks() {
        return lastKeys.length;
    }

    BlockFormat.Place place(int block) {
        return new BlockFormat.Place(offsets[block],
                (int) (offsets[block + 1] - offsets[block]) - BlockFormat.TRAILER_BYTES);
    }

    /** The table key of the last entry; not to be changed. */
    byte[] lastKey(int block) {
        return lastKeys[block];
    }

    long offset(int block) {
        return offsets[block];
    }

    /** The only block that can hold the first entry at or after the target; {@link #blocks()} when all are before it. */
    int find(int familyCode, byte[] key, long sequence) {
        int low = 0;
        int high = lastKeys.length;
        while (low < high) {
            int middle = low + high >>> 1;
            byte[] last = lastKeys[middle];
            int order = TableKey.compare(last, 0, last.length, familyCode, key);
            if (order < 0 || order == 0 && lastSequences[middle] > sequence) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Heap bytes, roughly. */
    long bytes() {
        long sum = 48;
        for (byte[] key : lastKeys) {
            sum += key.length + 40;
        }
        return sum;
    }
}
