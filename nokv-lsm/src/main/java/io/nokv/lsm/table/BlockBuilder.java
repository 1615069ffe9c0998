package io.nokv.lsm.table;

import io.nokv.base.codec.ByteWriter;
import io.nokv.lsm.EntryKind;
import java.util.Arrays;

/** Collects the entries of one data block. Not thread-safe. */
final class BlockBuilder {
    private static final int RESTART_INTERVAL = 16;

    private final ByteWriter out = new ByteWriter(16 << 10);
    private int[] restarts = new int[64];
    private int restartCount;
    private int sinceRestart;
    private byte[] lastKey = new byte[64];
    private int lastKeyBytes;
    private long lastSequence;
    private boolean empty = true;

    boolean isEmpty() {
        return empty;
    }

    int bytes() {
        return out.size() + 4 * restartCount + 4;
    }

    byte[] lastKey() {
        return Arrays.copyOf(lastKey, lastKeyBytes);
    }

    long lastSequence() {
        return lastSequence;
    }

    boolean lastKeyEquals(int familyCode, byte[] key, int offset, int length) {
        return !empty && lastKeyBytes == length + 1 && lastKey[0] == (byte) familyCode
                && Arrays.equals(lastKey, 1, lastKeyBytes, key, offset, offset + length);
    }

    void add(int familyCode, byte[] key, int keyAt, int keyBytes, long sequence, EntryKind kind, byte[] value,
            int valueAt, int valueBytes) {
        int shared = 0;
        if (empty || sinceRestart == RESTART_INTERVAL) {
            if (restartCount == restarts.length) {
                restarts = Arrays.copyOf(restarts, restartCount * 2);
            }
            restarts[restartCount++] = out.size();
            sinceRestart = 0;
        } else if (lastKey[0] == (byte) familyCode) {
            int mismatch = Arrays.mismatch(lastKey, 1, lastKeyBytes, key, keyAt, keyAt + keyBytes);
            shared = 1 + (mismatch < 0 ? keyBytes : mismatch);
        }
        sinceRestart++;
        empty = false;
        setLastKey(familyCode, key, keyAt, keyBytes);
        lastSequence = sequence;
        out.varint(shared).varint(lastKeyBytes - shared).varint(sequence << EntryKind.BITS | kind.code())
                .varint(valueBytes);
        out.raw(lastKey, shared, lastKeyBytes - shared);
        if (valueBytes > 0) {
            out.raw(value, valueAt, valueBytes);
        }
    }

    private void setLastKey(int familyCode, byte[] key, int keyAt, int keyBytes) {
        if (lastKey.length < keyBytes + 1) {
            lastKey = new byte[Math.max(keyBytes + 1, lastKey.length * 2)];
        }
        lastKey[0] = (byte) familyCode;
        System.arraycopy(key, keyAt, lastKey, 1, keyBytes);
        lastKeyBytes = keyBytes + 1;
    }

    /** The raw block; the builder is empty again afterwards, but still knows its last key. */
    byte[] finish() {
        for (int i = 0; i < restartCount; i++) {
            out.u32(restarts[i]);
        }
        out.u32(restartCount);
        byte[] raw = out.toBytes();
        out.reset();
        restartCount = 0;
        empty = true;
        return raw;
    }
}
