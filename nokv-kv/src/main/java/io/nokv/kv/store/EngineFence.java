package io.nokv.kv.store;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.control.Fence;
import io.nokv.kv.layout.FenceKey;
import io.nokv.lsm.Durability;
import io.nokv.lsm.Engine;
import io.nokv.lsm.Family;
import io.nokv.lsm.WriteBatch;

/** A fence kept in family LOCAL. */
public final class EngineFence implements Fence {
    private final Engine engine;
    private final byte[] key;

    public EngineFence(Engine engine, FenceKey name) {
        this.engine = engine;
        this.key = name.key();
    }

    @Override
    public long load() {
        byte[] stored = engine.get(Family.LOCAL, key, null);
        return stored == null ? 0 : new ByteReader(stored).u64();
    }

    @Override
    public void save(long value) {
        engine.write(new WriteBatch().put(Family.LOCAL, key, new ByteWriter(8).u64(value).toBytes()),
                Durability.FSYNC);
    }
}
