package io.nokv.lsm;

import io.nokv.base.codec.Bytes;
import java.util.Arrays;

/** Keys {@code from} (inclusive) to {@code to} (exclusive); null means unbounded on that side. */
public record Range(byte[] from, byte[] to) {
    public static final Range ALL = new Range(null, null);

    /** Whether {@code key} lies in the range. */
    public boolean contains(byte[] key) {
        return (from == null || Bytes.ORDER.compare(key, from) >= 0)
                && (to == null || Bytes.ORDER.compare(key, to) < 0);
    }

    /** Whether no key can lie in the range. */
    public boolean isEmpty() {
        return to != null && (to.length == 0 || from != null && Bytes.ORDER.compare(from, to) >= 0);
    }

    /** The longest prefix that every key of the range must have; empty when there is none. Requires a range that is not empty. */
    public byte[] commonPrefix() {
        if (from == null || to == null) {
            return Bytes.EMPTY;
        }
        int same = Arrays.mismatch(from, to);
        if (same < from.length && to.length == same + 1 && (from[same] & 0xFF) + 1 == (to[same] & 0xFF)) {
            // Nothing lies between the two but what goes on from the byte in which they differ.
            same++;
            while (same < from.length && from[same] == (byte) 0xFF) {
                same++;
            }
        }
        return Arrays.copyOf(from, Math.min(same, from.length));
    }

    /** The keys that begin with {@code prefix}. */
    public static Range prefix(byte[] prefix) {
        return new Range(prefix, Bytes.prefixEnd(prefix));
    }
}
