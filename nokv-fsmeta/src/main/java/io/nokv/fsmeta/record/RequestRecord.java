package io.nokv.fsmeta.record;

import io.nokv.base.codec.ByteReader;

/**
 * The answer a request got, for its retries. The commit version is the version of the row.
 *
 * @param digest of the request, 16 bytes: a retry must ask the same
 * @param results the encoded answers
 */
public record RequestRecord(byte[] digest, byte[] results) {
    public static final int DIGEST_BYTES = 16;

    public byte[] encode() {
        return ValueHeader.write(RowKind.REQUEST).raw(digest).bytes(results).toBytes();
    }

    public static RequestRecord decode(byte[] value) {
        ByteReader in = new ByteReader(value);
        int version = ValueHeader.read(in, RowKind.REQUEST);
        RequestRecord record = new RequestRecord(in.raw(DIGEST_BYTES), in.bytes());
        ValueHeader.end(in, version);
        return record;
    }
}
