package io.nokv.lsm.point;

import io.nokv.base.error.NokvException;
import io.nokv.lsm.Family;
import java.util.Arrays;

/** How many bytes at the end of a key are its tail, by family. Immutable. */
public final class KeyTails {
    public static final int MAX_BYTES = 8;
    /** No family has tails: every key is its own head. */
    public static final KeyTails NONE = new KeyTails(new byte[Family.values().length]);

    private final byte[] bytes;

    private KeyTails(byte[] bytes) {
        this.bytes = bytes;
    }

    /** These tails, with {@code tailBytes} (0 to 8) for {@code family}. */
    public KeyTails with(Family family, int tailBytes) {
        if (tailBytes < 0 || tailBytes > MAX_BYTES) {
            throw NokvException.invalid("a tail of " + tailBytes + " bytes; 0 to " + MAX_BYTES + " are possible");
        }
        byte[] changed = bytes.clone();
        changed[family.ordinal()] = (byte) tailBytes;
        return new KeyTails(changed);
    }

    public int of(Family family) {
        return bytes[family.ordinal()];
    }

    /** Bytes of the head of a key of {@code keyBytes} bytes. */
    public int headBytes(Family family, int keyBytes) {
        int tail = bytes[family.ordinal()];
        return keyBytes < tail ? keyBytes : keyBytes - tail;
    }

    /** The big-endian number in {@code count} (0 to 8) bytes of {@code array} from {@code offset} on. */
    public static long read(byte[] array, int offset, int count) {
        long value = 0;
        for (int i = 0; i < count; i++) {
            value = value << 8 | array[offset + i] & 0xFF;
        }
        return value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeyTails tails && Arrays.equals(bytes, tails.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return Arrays.toString(bytes);
    }
}
