package io.nokv.lsm.table;

import io.nokv.lsm.EntryKind;
import java.util.Arrays;

/**
 * Stands on one entry of a block. Forward, the key is put together in place from entry to entry. Backward, the entries
 * between two restarts are decoded once into {@code run} and shown from the last to the first. Reused from block to
 * block. Not thread-safe.
 */
final class BlockCursor {
    private Block block;
    private boolean valid;

    /** The entry shown. */
    byte[] keyArray = new byte[128];
    int keyOffset;
    int keyLength;
    long sequence;
    EntryKind kind;
    int valueOffset;
    int valueLength;

    /** Where keys are put together on the way forward. */
    private byte[] forward = keyArray;
    /** Where the entry after the one shown begins. */
    private int nextEntry;
    /** Scratch of the decoder. */
    private int position;

    /** Backward only: the decoded entries of one restart interval, the one shown among them. */
    private Run run;
    private int restartOfRun;
    private int indexInRun;

    private static final class Run {
        byte[] keys = new byte[1024];
        int[] keyEnds = new int[32];
        long[] sequences = new long[32];
        EntryKind[] kinds = new EntryKind[32];
        int[] valueOffsets = new int[32];
        int[] valueLengths = new int[32];
        int count;

        void add(BlockCursor from) {
            if (count == keyEnds.length) {
                int more = count * 2;
                keyEnds = Arrays.copyOf(keyEnds, more);
                sequences = Arrays.copyOf(sequences, more);
                kinds = Arrays.copyOf(kinds, more);
                valueOffsets = Arrays.copyOf(valueOffsets, more);
                valueLengths = Arrays.copyOf(valueLengths, more);
            }
            int start = count == 0 ? 0 : keyEnds[count - 1];
            int end = start + from.keyLength;
            if (end > keys.length) {
                keys = Arrays.copyOf(keys, Math.max(end, keys.length * 2));
            }
            System.arraycopy(from.keyArray, from.keyOffset, keys, start, from.keyLength);
            keyEnds[count] = end;
            sequences[count] = from.sequence;
            kinds[count] = from.kind;
            valueOffsets[count] = from.valueOffset;
            valueLengths[count] = from.valueLength;
            count++;
        }
    }

    /** Goes over to {@code next}; null leaves the cursor invalid. */
    void reset(Block next) {
        block = next;
        valid = false;
    }

    Block block() {
        return block;
    }

    boolean isValid() {
        return valid;
    }

    int familyCode() {
        return keyArray[keyOffset] & 0xFF;
    }

    /** Before decoding at a restart: the key array is the forward one again, and empty. */
    private void startAt(int entry) {
        keyArray = forward;
        keyOffset = 0;
        keyLength = 0;
        nextEntry = entry;
    }

    /** Decodes the entry at {@link #nextEntry}; invalid at the end of the block. */
    void next() {
        int at = nextEntry;
        if (at >= block.entriesEnd) {
            valid = false;
            return;
        }
        byte[] bytes = block.bytes;
        int shared = bytes[at++];
        if (shared < 0) {
            position = at;
            shared = longVarint(bytes, shared);
            at = position;
        }
        int own = bytes[at++];
        if (own < 0) {
            position = at;
            own = longVarint(bytes, own);
            at = position;
        }
        position = at;
        long head = headVarint(bytes);
        at = position;
        int valueBytes = bytes[at++];
        if (valueBytes < 0) {
            position = at;
            valueBytes = longVarint(bytes, valueBytes);
            at = position;
        }
        long end = (long) at + own + valueBytes;
        if (shared > keyLength || end > block.entriesEnd || shared + own < 1) {
            throw block.damaged("an entry that does not fit into its block");
        }
        int length = shared + own;
        if (length > forward.length) {
            forward = Arrays.copyOf(forward, Math.max(length, forward.length * 2));
        }
        keyArray = forward;
        System.arraycopy(bytes, at, forward, shared, own);
        keyLength = length;
        sequence = head >>> EntryKind.BITS;
        kind = EntryKind.ofHead(head);
        if (kind == null) {
            throw block.damaged("an entry of no known kind");
        }
        valueOffset = at + own;
        valueLength = valueBytes;
        nextEntry = (int) end;
        valid = true;
    }

    /** The rest of a varint of up to 31 bits whose first byte, with its top bit set, was {@code first}. */
    private int longVarint(byte[] bytes, int first) {
        int value = first & 0x7F;
        for (int shift = 7; shift < 35; shift += 7) {
            int b = byteAt(bytes);
            value |= (b & 0x7F) << shift;
            if (b >= 0) {
                if (value < 0) {
                    break;
                }
                return value;
            }
        }
        throw block.damaged("a length above 31 bits");
    }

    private long headVarint(byte[] bytes) {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int b = byteAt(bytes);
            value |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw block.damaged("a sequence number above 63 bits");
    }

    private int byteAt(byte[] bytes) {
        if (position >= block.entriesEnd) {
            throw block.damaged("an entry that runs over the end of its block");
        }
        return bytes[position++];
    }

    void seekToFirst() {
        startAt(0);
        next();
    }

    /** The first entry at or after the target. */
    void seek(int familyCode, byte[] key, long atSequence) {
        startAt(block.restart(lastRestartBefore(familyCode, key, atSequence)));
        do {
            next();
        } while (valid && isBefore(familyCode, key, atSequence));
    }

    /** The last entry before the target. */
    void seekBefore(int familyCode, byte[] key, long atSequence) {
        int restart = lastRestartBefore(familyCode, key, atSequence);
        startRun(restart);
        while (nextEntry < runEnd(restart)) {
            next();
            if (!isBefore(familyCode, key, atSequence)) {
                break;
            }
            run.add(this);
        }
        show(run.count - 1);
    }

    void seekToLast() {
        decodeRun(block.restarts - 1);
    }

    void prev() {
        if (indexInRun > 0) {
            show(indexInRun - 1);
        } else if (restartOfRun > 0) {
            decodeRun(restartOfRun - 1);
        } else {
            valid = false;
        }
    }

    private void decodeRun(int restart) {
        startRun(restart);
        while (nextEntry < runEnd(restart)) {
            next();
            run.add(this);
        }
        show(run.count - 1);
    }

    private void startRun(int restart) {
        if (run == null) {
            run = new Run();
        }
        run.count = 0;
        restartOfRun = restart;
        startAt(block.restart(restart));
    }

    private int runEnd(int restart) {
        return restart + 1 < block.restarts ? block.restart(restart + 1) : block.entriesEnd;
    }

    private void show(int index) {
        indexInRun = index;
        valid = index >= 0;
        if (valid) {
            keyArray = run.keys;
            keyOffset = index == 0 ? 0 : run.keyEnds[index - 1];
            keyLength = run.keyEnds[index] - keyOffset;
            sequence = run.sequences[index];
            kind = run.kinds[index];
            valueOffset = run.valueOffsets[index];
            valueLength = run.valueLengths[index];
        }
    }

    private boolean isBefore(int familyCode, byte[] key, long atSequence) {
        int order = TableKey.compare(keyArray, keyOffset, keyLength, familyCode, key);
        return order < 0 || order == 0 && sequence > atSequence;
    }

    /** The last restart whose entry is before the target, or the first one. */
    private int lastRestartBefore(int familyCode, byte[] key, long atSequence) {
        int low = 0;
        int high = block.restarts - 1;
        while (low < high) {
            int middle = low + high + 1 >>> 1;
            startAt(block.restart(middle));
            next();
            if (isBefore(familyCode, key, atSequence)) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }
}
