package io.nokv.lsm;

import io.nokv.base.codec.Bytes;

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

    public static Range prefix(byte[] prefix) {
        return new Range(prefix, Bytes.prefixEnd(prefix));
    }
}
