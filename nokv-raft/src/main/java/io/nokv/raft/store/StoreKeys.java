package io.nokv.raft.store;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.lsm.Range;

/** Where a store keeps what it knows of its replicated regions, in family LOCAL; the package description draws it. */
final class StoreKeys {
    static final Range RECORDS = Range.prefix(new byte[]{'R'});
    static final Range TOMBSTONES = Range.prefix(new byte[]{'T'});

    /** What is applied: the entry at {@code index}, of {@code term}. */
    record Applied(long index, long term) {
        byte[] encode() {
            return new ByteWriter(20).varint(index).varint(term).toBytes();
        }

        static Applied decode(byte[] bytes) {
            ByteReader in = new ByteReader(bytes);
            Applied applied = new Applied(in.varint(), in.varint());
            in.end();
            return applied;
        }
    }

    private StoreKeys() {}

    static byte[] record(long regionId) {
        return key('R', regionId);
    }

    static byte[] applied(long regionId) {
        return key('A', regionId);
    }

    static byte[] tombstone(long regionId) {
        return key('T', regionId);
    }

    private static byte[] key(char kind, long regionId) {
        return new ByteWriter(9).u8(kind).u64(regionId).toBytes();
    }

    /** The region that a key is about. */
    static long region(byte[] key) {
        ByteReader in = new ByteReader(key);
        in.u8();
        return in.u64();
    }
}
