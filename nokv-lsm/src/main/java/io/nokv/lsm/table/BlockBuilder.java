package io.nokv.lsm.table;

import io.nokv.base.codec.ByteWriter;
import io.nokv.lsm.EntryKind;
import java.util.Arrays;

/** Collects the entries of one data block. Not thread-safe. */
final class BlockBuilder {
    private final ByteWriter out = new ByteWriter(16 << 10);
    private int count;
    /** The last key that was written as a whole. */
    private byte[] baseKey = new byte[64];
    private int baseKeyBytes;
    private byte[] lastKey = new byte[64];
    private int lastKeyBytes;
    private long lastSequence;

    boolean isEmpty() {
        return count == 0;
    }

    int entries() {
        return count;
    }

    int bytes() {
        return out.size();
    }

    byte[] lastKey() {
        return Arrays.copyOf(lastKey, lastKeyBytes);
    }

    long lastSequence() {
        return lastSequence;
    }

    boolean lastKeyEquals(int familyCode, byte[] key, int offset, int length) {
        return count > 0 && lastKeyBytes == length + 1 && lastKey[0] == (byte) familyCode
                && Arrays.equals(lastKey, 1, lastKeyBytes, key, offset, offset + length);
    }

    void add(int familyCode, byte[] key, int keyAt, int keyBytes, long sequence, EntryKind kind, byte[] value,
            int valueAt, int valueBytes) {
        lastKey = key(lastKey, familyCode, key, keyAt, keyBytes);
        lastKeyBytes = keyBytes + 1;
        lastSequence = sequence;
        int shared = 0;
        if (count % Block.INTERVAL == 0) {
            baseKey = key(baseKey, familyCode, key, keyAt, keyBytes);
            baseKeyBytes = lastKeyBytes;
        } else {
            int mismatch = Arrays.mismatch(baseKey, 0, baseKeyBytes, lastKey, 0, lastKeyBytes);
            shared = mismatch < 0 ? lastKeyBytes : mismatch;
        }
        count++;
        out.varint(shared).varint(lastKeyBytes - shared).varint(sequence << EntryKind.BITS | kind.code())
                .varint(valueBytes);
        out.raw(lastKey, shared, lastKeyBytes - shared);
        if (valueBytes > 0) {
            out.raw(value, valueAt, valueBytes);
        }
    }

    private static byte[] key(byte[] into, int familyCode, byte[] key, int keyAt, int keyBytes) {
        byte[] to = into.length > keyBytes ? into : new byte[Math.max(keyBytes + 1, into.length * 2)];
        to[0] = (byte) familyCode;
        System.arraycopy(key, keyAt, to, 1, keyBytes);
        return to;
    }

    /** The raw block is the first {@link #bytes} of it, until the builder is changed. */
    byte[] raw() {
        return out.array();
    }

    /** The builder is empty again, but still knows its last key. */
    void clear() {
        out.reset();
        count = 0;
    }

    /** A copy of the raw block; the builder is {@linkplain #clear empty} afterwards. */
    byte[] finish() {
        byte[] raw = out.toBytes();
        clear();
        return raw;
    }
}
