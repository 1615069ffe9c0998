package io.nokv.fsmeta.record;

import io.nokv.base.codec.ByteReader;

/**
 * The limits of a scope; 0 for none.
 *
 * @param counting what was there when the quota was set is still being counted: changes are charged, limits not enforced
 */
public record QuotaRecord(long limitBytes, long limitInodes, boolean counting) {
    public byte[] encode() {
        return ValueHeader.write(RowKind.QUOTA).u8(counting ? 1 : 0).varint(limitBytes).varint(limitInodes).toBytes();
    }

    public static QuotaRecord decode(byte[] value) {
        ByteReader in = new ByteReader(value);
        int version = ValueHeader.read(in, RowKind.QUOTA);
        boolean counting = in.u8() != 0;
        QuotaRecord record = new QuotaRecord(in.varint(), in.varint(), counting);
        ValueHeader.end(in, version);
        return record;
    }
}
