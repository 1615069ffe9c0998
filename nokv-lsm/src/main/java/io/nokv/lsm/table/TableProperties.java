package io.nokv.lsm.table;

import io.nokv.lsm.file.Compression;
import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.lsm.point.KeyPrefixes;
import io.nokv.lsm.vlog.ValueShare;
import java.util.Arrays;

/**
 * What a table says of itself.
 *
 * @param rawKeyBytes of all keys, without the family
 * @param rawValueBytes of all values and pointers
 * @param prefixes that its filters hold besides heads
 * @param compression how blocks were stored, where that made them smaller
 */
record TableProperties(long rawKeyBytes, long rawValueBytes, Compression compression, int bloomBitsPerKey,
        KeyPrefixes prefixes, HeadBounds heads) {
    byte[] encode(TableMeta meta) {
        ByteWriter out = new ByteWriter(128).u64(meta.entries()).u64(meta.tombstones()).u64(meta.minSequence())
                .u64(meta.maxSequence()).bytes(meta.smallest()).bytes(meta.largest());
        ValueShare.encode(out, meta.values());
        out.varint(rawKeyBytes).varint(rawValueBytes).u8(compression.code()).varint(bloomBitsPerKey);
        prefixes.encode(out);
        heads.encode(out);
        return out.toBytes();
    }

    /** CORRUPTION, without a place, unless the table is the one that {@code meta} means. */
    static TableProperties decode(byte[] raw, TableMeta meta) {
        ByteReader in = new ByteReader(raw);
        boolean ingested = meta.traits().sequence() != 0;
        boolean agrees = in.u64() == meta.entries() & in.u64() == meta.tombstones()
                & in.u64() == (ingested ? 0 : meta.minSequence()) & in.u64() == (ingested ? 0 : meta.maxSequence())
                & Arrays.equals(in.bytes(), meta.smallest())
                & Arrays.equals(in.bytes(), meta.largest()) & ValueShare.decode(in).equals(meta.values());
        if (!agrees) {
            throw new NokvException(FailureCode.CORRUPTION, "the table is not the one the manifest knows");
        }
        long keyBytes = in.varint();
        long valueBytes = in.varint();
        Compression compression = Compression.ofCode(in.u8());
        if (compression == null) {
            throw new NokvException(FailureCode.CORRUPTION, "a compression nobody knows");
        }
        return new TableProperties(keyBytes, valueBytes, compression, in.varint(Integer.MAX_VALUE),
                KeyPrefixes.decode(in), HeadBounds.decode(in));
    }
}
