package io.nokv.raft.log;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.lsm.Range;

/**
 * Where a store keeps its regions, in family LOCAL:
 *
 * <pre>
 * 'r' u64:regionId   the descriptor
 * 'a' u64:regionId   varint: the applied index
 * </pre>
 */
final class RegionKeys {
    static final Range DESCRIPTORS = Range.prefix(new byte[]{'r'});

    private RegionKeys() {}

    static byte[] descriptor(long regionId) {
        return new ByteWriter(9).u8('r').u64(regionId).toBytes();
    }

    static byte[] applied(long regionId) {
        return new ByteWriter(9).u8('a').u64(regionId).toBytes();
    }

    static byte[] encodeIndex(long index) {
        return new ByteWriter(10).varint(index).toBytes();
    }

    /** 0 when {@code stored} is null. */
    static long decodeIndex(byte[] stored) {
        return stored == null ? 0 : new ByteReader(stored).varint();
    }
}
