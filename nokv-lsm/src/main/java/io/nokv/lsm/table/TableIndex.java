package io.nokv.lsm.table;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.lsm.point.PointLookup;
import java.util.Arrays;

/**
 * Pieces of a table that lie one after the other, each known by its last entry: the blocks of a partition, or the
 * partitions of a table. The search goes down a blind trie over the last keys (Ferragina and Grossi, "The String B-tree",
 * 1999), which looks at single bits of the key wanted and compares it with one last key at the end, so that it touches few
 * lines of memory however long the keys are. Immutable.
 */
final class TableIndex {
    /** The last keys one after the other, and where each of them ends. */
    private final byte[] keys;
    private final int[] keyEnds;
    private final long[] lastSequences;
    /** One more than there are pieces: the last is where they end. From the beginning of the table. */
    private final long[] offsets;
    /** Of a block, its entries; of a partition, the bytes of its filter and index, trailer included. */
    private final int[] details;

    /**
     * Three numbers for each node: the position of the bit that it asks for, then what follows when the bit is 0 and when it
     * is 1: the number of a node, or the complement of the number of a piece.
     */
    private final int[] trie;
    private final int root;

    private TableIndex(byte[] keys, int[] keyEnds, long[] lastSequences, long[] offsets, int[] details) {
        this.keys = keys;
        this.keyEnds = keyEnds;
        this.lastSequences = lastSequences;
        this.offsets = offsets;
        this.details = details;
        this.trie = new int[3 * Math.max(0, keyEnds.length - 1)];
        this.root = plant();
    }

    /** Collects the index while a table is written. */
    static final class Builder {
        private final ByteWriter out = new ByteWriter(4 << 10);
        private int pieces;

        /**
         * @param bytes of the piece in the file, its trailers included
         * @param detail what else is to be known of it
         */
        void add(byte[] lastKey, long lastSequence, long bytes, int detail) {
            out.bytes(lastKey).varint(lastSequence).varint(bytes).varint(detail);
            pieces++;
        }

        int pieces() {
            return pieces;
        }

        /** The raw index; the builder is empty again afterwards. */
        byte[] finish() {
            byte[] raw = out.toBytes();
            out.reset();
            pieces = 0;
            return raw;
        }
    }

    /**
     * Reads to the end of {@code in}; CORRUPTION, without a place, when the grammar is broken.
     *
     * @param begin where the first piece begins
     * @param end where the last one must end
     */
    static TableIndex parse(ByteReader in, long begin, long end) {
        int capacity = 16;
        ByteWriter keys = new ByteWriter(512);
        int[] keyEnds = new int[capacity];
        long[] sequences = new long[capacity];
        long[] offsets = new long[capacity + 1];
        int[] details = new int[capacity];
        offsets[0] = begin;
        int count = 0;
        byte[] before = null;
        while (in.remaining() > 0) {
            if (count == capacity) {
                capacity *= 2;
                keyEnds = Arrays.copyOf(keyEnds, capacity);
                sequences = Arrays.copyOf(sequences, capacity);
                offsets = Arrays.copyOf(offsets, capacity + 1);
                details = Arrays.copyOf(details, capacity);
            }
            byte[] key = in.bytes();
            if (key.length == 0 || before != null && Arrays.compareUnsigned(before, key) > 0) {
                throw new NokvException(FailureCode.CORRUPTION, "a key out of order in the index");
            }
            before = key;
            keyEnds[count] = keys.raw(key).size();
            sequences[count] = in.varint();
            long bytes = in.varint();
            details[count] = in.varint(Integer.MAX_VALUE);
            if (bytes < BlockFormat.TRAILER_BYTES || bytes > end - offsets[count]) {
                throw new NokvException(FailureCode.CORRUPTION, "a piece of " + bytes + " bytes in the index");
            }
            offsets[count + 1] = offsets[count] + bytes;
            count++;
        }
        if (offsets[count] != end) {
            throw new NokvException(FailureCode.CORRUPTION, "the index does not cover its pieces");
        }
        return new TableIndex(keys.toBytes(), Arrays.copyOf(keyEnds, count), Arrays.copyOf(sequences, count),
                Arrays.copyOf(offsets, count + 1), Arrays.copyOf(details, count));
    }

    int pieces() {
        return keyEnds.length;
    }

    long offset(int piece) {
        return offsets[piece];
    }

    /** Bytes in the file, trailers included. */
    long bytes(int piece) {
        return offsets[piece + 1] - offsets[piece];
    }

    /** Of a block, its entries; of a partition, the bytes of its filter and index, trailer included. */
    int detail(int piece) {
        return details[piece];
    }

    /** A copy of the last key of {@code piece}. */
    byte[] lastKey(int piece) {
        return Arrays.copyOfRange(keys, keyStart(piece), keyEnds[piece]);
    }

    /** Whether {@code lookup} may find a key behind {@code piece} although none in it will do. */
    boolean mayGoOnBehind(int piece, PointLookup lookup) {
        int start = keyStart(piece);
        return keys[start] == (byte) lookup.family().code()
                && lookup.mayMatchAfter(keys, start + 1, keyEnds[piece] - start - 1);
    }

    private int keyStart(int piece) {
        return piece == 0 ? 0 : keyEnds[piece - 1];
    }

    // ---- the trie -----------------------------------------------------------------------------------------------

    /** A bit's position: the byte's index, then 0 for whether there is such a byte, or 1 to 8 for its bits. */
    private static int position(int index, int bit) {
        return index << 4 | bit;
    }

    /** The first position in which the last keys of {@code piece} and the one before differ; -1 when they are equal. */
    private int parting(int piece) {
        int aStart = keyStart(piece - 1);
        int aEnd = keyEnds[piece - 1];
        int bEnd = keyEnds[piece];
        int index = Arrays.mismatch(keys, aStart, aEnd, keys, aEnd, bEnd);
        if (index < 0) {
            return -1;
        }
        if (index == aEnd - aStart) {
            return position(index, 0);
        }
        return position(index, differing(keys[aStart + index], keys[aEnd + index]));
    }

    /** 1 to 8: the first bit, from the top, in which two bytes differ. */
    private static int differing(int a, int b) {
        return 1 + Integer.numberOfLeadingZeros((a ^ b) & 0xFF) - 24;
    }

    /** Builds the trie from left to right, with the right edge of what there is on a stack; returns its root. */
    private int plant() {
        int[] edge = new int[keyEnds.length];
        int depth = 0;
        int nodes = 0;
        int top = ~0;
        for (int piece = 1; piece < keyEnds.length; piece++) {
            int position = parting(piece);
            if (position < 0) {
                continue; // found by its key's first piece
            }
            int under = depth == 0 ? top : trie[3 * edge[depth - 1] + 2];
            while (depth > 0 && trie[3 * edge[depth - 1]] > position) {
                under = edge[--depth];
            }
            int node = nodes++;
            trie[3 * node] = position;
            trie[3 * node + 1] = under;
            trie[3 * node + 2] = ~piece;
            if (depth == 0) {
                top = node;
            } else {
                trie[3 * edge[depth - 1] + 2] = node;
            }
            edge[depth++] = node;
        }
        return top;
    }

    private static int bit(int position, int familyCode, byte[] key) {
        int index = position >>> 4;
        if (index > key.length) {
            return 0;
        }
        int bit = position & 15;
        return bit == 0 ? 1 : (index == 0 ? familyCode : key[index - 1]) >>> 8 - bit & 1;
    }

    /** The only piece that can hold the first entry at or after the target; {@link #pieces()} when all are before it. */
    int find(int familyCode, byte[] key, long sequence) {
        if (keyEnds.length == 0) {
            return 0;
        }
        int at = root;
        while (at >= 0) {
            at = trie[3 * at + 1 + bit(trie[3 * at], familyCode, key)];
        }
        int piece = ~at;
        int start = keyStart(piece);
        int length = keyEnds[piece] - start;
        int same = keys[start] != (byte) familyCode ? 0 : 1;
        if (same == 1) {
            int found = Arrays.mismatch(keys, start + 1, start + length, key, 0, key.length);
            same = found < 0 ? length : 1 + found;
            if (found < 0) {
                return behindNewer(piece, sequence);
            }
        }
        boolean after; // whether the target is after the key it was led to
        int position;
        if (same == length) {
            after = true;
            position = position(same, 0);
        } else if (same == key.length + 1) {
            after = false;
            position = position(same, 0);
        } else {
            int wanted = same == 0 ? familyCode : key[same - 1] & 0xFF;
            int there = keys[start + same] & 0xFF;
            after = wanted > there;
            position = position(same, differing(wanted, there));
        }
        int branch = root;
        while (branch >= 0 && trie[3 * branch] < position) {
            branch = trie[3 * branch + 1 + bit(trie[3 * branch], familyCode, key)];
        }
        int side = after ? 2 : 1;
        while (branch >= 0) {
            branch = trie[3 * branch + side];
        }
        return after ? behindEqual(~branch) : ~branch;
    }

    /** Whether all entries of {@code piece} are before the target. */
    boolean endsBefore(int piece, int familyCode, byte[] key, long sequence) {
        int start = keyStart(piece);
        int order = TableKey.compare(keys, start, keyEnds[piece] - start, familyCode, key);
        return order < 0 || order == 0 && lastSequences[piece] > sequence;
    }

    /** Of pieces that end with the same key, the first whose last entry is not newer than {@code sequence}. */
    private int behindNewer(int first, long sequence) {
        int piece = first;
        while (lastSequences[piece] > sequence) {
            piece++;
            if (piece == keyEnds.length || parting(piece) >= 0) {
                return piece;
            }
        }
        return piece;
    }

    /** The first piece that ends with a key after the one with which {@code first} ends. */
    private int behindEqual(int first) {
        int piece = first + 1;
        while (piece < keyEnds.length && parting(piece) < 0) {
            piece++;
        }
        return piece;
    }

    /** Heap bytes. */
    long heapBytes() {
        return 48 + 6 * 16 + keys.length + 4L * keyEnds.length + 8L * lastSequences.length + 8L * offsets.length
                + 4L * details.length + 4L * trie.length;
    }
}
