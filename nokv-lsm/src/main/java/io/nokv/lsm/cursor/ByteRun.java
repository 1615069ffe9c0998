package io.nokv.lsm.cursor;

import java.util.Arrays;

/** A byte string that is overwritten again and again without new arrays. Not thread-safe. */
public final class ByteRun {
    private byte[] bytes = new byte[64];
    private int length;

    public void set(byte[] from, int offset, int count) {
        if (bytes.length < count) {
            bytes = new byte[Math.max(count, bytes.length * 2)];
        }
        System.arraycopy(from, offset, bytes, 0, count);
        length = count;
    }

    public boolean equalTo(byte[] other, int offset, int count) {
        return count == length && Arrays.equals(bytes, 0, length, other, offset, offset + count);
    }

    /** Overwritten by the next {@link #set}, or replaced. */
    public byte[] array() {
        return bytes;
    }

    public int length() {
        return length;
    }

    public byte[] copy() {
        return Arrays.copyOf(bytes, length);
    }
}
