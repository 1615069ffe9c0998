package io.nokv.raft.region;

import io.nokv.base.codec.Bytes;
import java.util.Arrays;

/**
 * Keys {@code from} (inclusive) to {@code to} (exclusive), in unsigned byte order. An empty {@code from} is the start of
 * the key space, a null {@code to} its end.
 */
public record KeyRange(byte[] from, byte[] to) {
    public static final KeyRange ALL = new KeyRange(Bytes.EMPTY, null);

    public boolean contains(byte[] key) {
        return Arrays.compareUnsigned(from, key) <= 0 && (to == null || Arrays.compareUnsigned(key, to) < 0);
    }

    /** True when no key can lie in it. */
    public boolean isEmpty() {
        return to != null && Arrays.compareUnsigned(from, to) >= 0;
    }

    /** The part both have; may be empty. */
    public KeyRange intersect(KeyRange other) {
        byte[] start = Arrays.compareUnsigned(from, other.from) >= 0 ? from : other.from;
        byte[] end = to == null
                ? other.to
                : other.to == null ? to : Arrays.compareUnsigned(to, other.to) <= 0 ? to : other.to;
        return new KeyRange(start, end);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeyRange that && Arrays.equals(from, that.from) && Arrays.equals(to, that.to);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(from) + Arrays.hashCode(to);
    }

    @Override
    public String toString() {
        return "[" + Bytes.show(from) + ", " + (to == null ? "end" : Bytes.show(to)) + ")";
    }
}
