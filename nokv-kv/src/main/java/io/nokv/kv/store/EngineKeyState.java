package io.nokv.kv.store;

import io.nokv.control.time.Timestamp;
import io.nokv.kv.layout.LockRecord;
import io.nokv.kv.layout.WriteRecord;
import io.nokv.kv.mvcc.WriteCursor;
import io.nokv.kv.percolator.KeyState;
import io.nokv.lsm.Engine;

/** The latest state of the keys of one request, over one cursor. Make it when the latches are held. */
final class EngineKeyState implements KeyState, AutoCloseable {
    private final LockIndex locks;
    private final WriteCursor writes;
    private final long nowMillis;

    /** @param first and {@code last}: the bounds of the keys, both inclusive */
    EngineKeyState(Engine engine, LockIndex locks, byte[] first, byte[] last, long nowMillis) {
        this.locks = locks;
        this.writes = WriteCursor.between(engine, first, last);
        this.nowMillis = nowMillis;
    }

    @Override
    public LockRecord lock(byte[] key) {
        return locks.get(key);
    }

    @Override
    public WriteRecord newest(byte[] key) {
        return writes.versionAt(key, Timestamp.MAX);
    }

    @Override
    public WriteRecord ofTransaction(byte[] key, Timestamp startTs) {
        return writes.ofTransaction(key, startTs);
    }

    @Override
    public byte[] valueOf(byte[] key, WriteRecord record) {
        return writes.valueOf(key, record);
    }

    @Override
    public long nowMillis() {
        return nowMillis;
    }

    @Override
    public void close() {
        writes.close();
    }
}
