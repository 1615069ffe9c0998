package io.nokv.lsm.cursor;

import java.util.Arrays;

/** A byte string that is overwritten again and again without new arrays. Not thread-safe. */
final class ByteRun {
    private byte[] bytes = new byte[64];
    private int length;

    void set(byte[] from, int offset, int count) {
        if (bytes.length < count) {
            bytes = new byte[Math.max(count, bytes.length * 2)];
        }
        System.arraycopy(from, offset, bytes, 0, count);
        length = count;
    }

    boolean equalTo(byte[] other, int offset, int count) {
        return count == length && Arrays.equals(bytes, 0, length, other, offset, offset + count);
    }

    /** Overwritten by the next {@link #set}, or replaced. */
    byte[] array() {
        return bytes;
    }

    int length() {
        return length;
    }

    byte[] copy() {
        return Arrays.copyOf(bytes, length);
    }
}
