package io.nokv.benchmark.raft;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.lsm.Family;
import io.nokv.lsm.WriteBatch;
import io.nokv.raft.region.RegionDescriptor;
import io.nokv.raft.store.Applier;
import io.nokv.raft.store.ApplyReader;
import java.util.Set;

/** Puts rows: {@code command = u8:keyBytes key value | u8:0 (bytes:key bytes:value)*}. */
final class RowApplier implements Applier {
    static byte[] one(byte[] key, byte[] value) {
        return new ByteWriter(1 + key.length + value.length).u8(key.length).raw(key).raw(value).toBytes();
    }

    @Override
    public Set<Family> families() {
        return Set.of(Family.DEFAULT);
    }

    @Override
    public byte[] apply(RegionDescriptor region, long term, long index, byte[] command, WriteBatch into,
            ApplyReader reader) {
        ByteReader in = new ByteReader(command);
        int keyBytes = in.u8();
        if (keyBytes > 0) {
            into.put(Family.DEFAULT, in.raw(keyBytes), in.rest());
        } else {
            while (in.remaining() > 0) {
                into.put(Family.DEFAULT, in.bytes(), in.bytes());
            }
        }
        return null;
    }
}
