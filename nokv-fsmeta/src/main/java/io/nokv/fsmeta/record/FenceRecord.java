package io.nokv.fsmeta.record;

import io.nokv.base.codec.ByteReader;

/** Numbers below {@code next} may have been given out; a restart goes on from {@code next}. */
public record FenceRecord(long next) {
    public byte[] encode() {
        return ValueHeader.write(RowKind.FENCE).varint(next).toBytes();
    }

    public static FenceRecord decode(byte[] value) {
        ByteReader in = new ByteReader(value);
        int version = ValueHeader.read(in, RowKind.FENCE);
        FenceRecord record = new FenceRecord(in.varint());
        ValueHeader.end(in, version);
        return record;
    }
}
