package io.nokv.lsm;

import io.nokv.base.codec.Bytes;

/** Keys {@code from} (inclusive) to {@code to} (exclusive); null means unbounded on that side. */
public record Range(byte[] from, byte[] to) {
    public static final Range ALL = new Range(null, null);

    public static Range prefix(byte[] prefix) {
        return new Range(prefix, Bytes.prefixEnd(prefix));
    }
}
