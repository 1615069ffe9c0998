package io.nokv.lsm.concurrent;

import io.nokv.base.system.ThreadScheduler;
import io.nokv.lsm.Durability;
import io.nokv.lsm.Engine;
import io.nokv.lsm.EngineOptions;
import io.nokv.lsm.Family;
import io.nokv.lsm.Snapshot;
import io.nokv.lsm.TestWorld;
import io.nokv.lsm.WriteBatch;
import io.nokv.lsm.vfs.MemVfs;
import java.util.concurrent.atomic.AtomicReference;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;

/** An engine of two keys: the commit queue, the list of versions, memtables in all their states and the caches together. */
@Param(name = "value", gen = IntGen.class, conf = "1:100")
public final class ConcurrentEngine {
    private static final ThreadScheduler SCHEDULER = new ThreadScheduler(2);
    private static final byte[] A = {1};
    private static final byte[] B = {2};

    /** Lincheck makes an object for every run and tells none of them when its run has ended. */
    private static final AtomicReference<Engine> OF_THE_RUN_BEFORE = new AtomicReference<>();

    private final Engine engine = Engine.open("db",
            EngineOptions.tiny().withMemtableBytes(200).withBlockCacheBytes(1 << 10),
            TestWorld.ports(new MemVfs(), SCHEDULER));

    public ConcurrentEngine() {
        Engine before = OF_THE_RUN_BEFORE.getAndSet(engine);
        if (before != null) {
            before.close();
        }
    }

    @Operation
    public void write(@Param(name = "value") int value) {
        engine.write(batch(A, value), Durability.FSYNC);
    }

    @Operation
    public void writeBoth(@Param(name = "value") int value) {
        engine.write(batch(A, value).put(Family.DEFAULT, B, new byte[]{(byte) value}), Durability.BUFFERED);
    }

    @Operation
    public void delete() {
        engine.write(new WriteBatch().delete(Family.DEFAULT, A), Durability.FLUSHED);
    }

    @Operation
    public int read() {
        return value(A, null);
    }

    /** Both keys at one moment. */
    @Operation
    public int readBoth() {
        try (Snapshot snapshot = engine.snapshot("test")) {
            return value(A, snapshot) * 1_000 + value(B, snapshot);
        }
    }

    @Operation
    public void flush() {
        engine.flush();
    }

    private static WriteBatch batch(byte[] key, int value) {
        return new WriteBatch().put(Family.DEFAULT, key, new byte[]{(byte) value});
    }

    private int value(byte[] key, Snapshot snapshot) {
        byte[] value = engine.get(Family.DEFAULT, key, snapshot);
        return value == null ? 0 : value[0];
    }
}
