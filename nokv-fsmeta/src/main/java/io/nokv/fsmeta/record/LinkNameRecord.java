package io.nokv.fsmeta.record;

import io.nokv.base.codec.ByteReader;

/** The value of a P row: nothing, the key says it all. */
public final class LinkNameRecord {
    private LinkNameRecord() {}

    public static byte[] encode() {
        return ValueHeader.of(RowKind.LINK_NAME);
    }

    /** CORRUPTION when it is something else. */
    public static void verify(byte[] value) {
        ByteReader in = new ByteReader(value);
        ValueHeader.end(in, ValueHeader.read(in, RowKind.LINK_NAME));
    }
}
