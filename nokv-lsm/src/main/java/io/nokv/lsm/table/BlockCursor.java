package io.nokv.lsm.table;

import io.nokv.lsm.EntryKind;
import java.util.Arrays;

/**
 * Stands on one entry of a block, whose key it puts together in place: what the keys of an interval share with the first of
 * them is copied once on the way forward. Reused from block to block. Not thread-safe.
 */
final class BlockCursor {
    private static final int NO_INTERVAL = -1;

    private Block block;
    private int index;

    /** The entry shown; its key is at the beginning of {@link #keyArray}. */
    byte[] keyArray = new byte[128];
    int keyLength;
    long sequence;
    EntryKind kind;
    int valueOffset;
    int valueLength;

    /** The interval whose first key is in the first {@link #intact} bytes of {@link #keyArray}. */
    private int interval = NO_INTERVAL;
    private int intact;
    private int baseKeyAt;
    /** Where the entry after the one shown begins. */
    private int nextStart;

    /** Goes over to {@code next}; null leaves the cursor invalid. */
    void reset(Block next) {
        block = next;
        index = -1;
        interval = NO_INTERVAL;
    }

    Block block() {
        return block;
    }

    boolean isValid() {
        return index >= 0;
    }

    int familyCode() {
        return keyArray[0] & 0xFF;
    }

    void seekToFirst() {
        show(0);
    }

    void seekToLast() {
        show(block.count - 1);
    }

    /** The first entry at or after the target. */
    void seek(int familyCode, byte[] key, long atSequence) {
        int at = BlockSearch.lowerBound(block, 0, familyCode, key, atSequence);
        if (at < block.count) {
            show(at);
        } else {
            index = -1;
        }
    }

    /** The last entry before the target. */
    void seekBefore(int familyCode, byte[] key, long atSequence) {
        int at = BlockSearch.lowerBound(block, 0, familyCode, key, atSequence) - 1;
        if (at >= 0) {
            show(at);
        } else {
            index = -1;
        }
    }

    /** Invalid behind the last entry. */
    void next() {
        if (index + 1 < block.count) {
            decode(index + 1, nextStart);
        } else {
            index = -1;
        }
    }

    /** Invalid before the first entry. */
    void prev() {
        if (index > 0) {
            show(index - 1);
        } else {
            index = -1;
        }
    }

    /** Goes to entry {@code i}. */
    void show(int i) {
        decode(i, block.start(i));
    }

    /** The entry that begins at {@code start}; the block was checked when it was loaded. */
    private void decode(int i, int start) {
        byte[] bytes = block.bytes;
        int at = start;
        int shared = bytes[at++];
        for (int shift = 7, b = shared; b < 0; shift += 7) {
            b = bytes[at++];
            shared = shared & (1 << shift) - 1 | (b & 0x7F) << shift;
        }
        int own = bytes[at++];
        for (int shift = 7, b = own; b < 0; shift += 7) {
            b = bytes[at++];
            own = own & (1 << shift) - 1 | (b & 0x7F) << shift;
        }
        long head = bytes[at++];
        for (long shift = 7, b = head; b < 0; shift += 7) {
            b = bytes[at++];
            head = head & (1L << shift) - 1 | (b & 0x7F) << shift;
        }
        int valueBytes = bytes[at++];
        for (int shift = 7, b = valueBytes; b < 0; shift += 7) {
            b = bytes[at++];
            valueBytes = valueBytes & (1 << shift) - 1 | (b & 0x7F) << shift;
        }
        if (i / Block.INTERVAL != interval) {
            enter(i / Block.INTERVAL);
        }
        int length = shared + own;
        if (length > keyArray.length) {
            keyArray = Arrays.copyOf(keyArray, Math.max(length, keyArray.length * 2));
        }
        if (shared > intact) {
            System.arraycopy(bytes, baseKeyAt + intact, keyArray, intact, shared - intact);
        }
        System.arraycopy(bytes, at, keyArray, shared, own);
        intact = shared;
        index = i;
        keyLength = length;
        sequence = head >>> EntryKind.BITS;
        kind = EntryKind.ofHead(head);
        valueOffset = at + own;
        valueLength = valueBytes;
        nextStart = at + own + valueBytes;
    }

    private void enter(int number) {
        baseKeyAt = BlockSearch.keyAt(block, block.start(number * Block.INTERVAL));
        intact = 0;
        interval = number;
    }
}
