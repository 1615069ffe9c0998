package io.nokv.kv.store;

import io.nokv.control.time.Timestamp;
import io.nokv.kv.layout.LockRecord;
import io.nokv.kv.layout.WriteRecord;
import io.nokv.kv.mvcc.VersionReader;
import io.nokv.kv.percolator.KeyState;

/** The latest state of the keys of one request. Make it when the latches are held: they keep those keys from changing. */
final class EngineKeyState implements KeyState {
    private final LockIndex locks;
    private final VersionReader versions;
    private final long nowMillis;

    EngineKeyState(VersionReader versions, LockIndex locks, long nowMillis) {
        this.locks = locks;
        this.versions = versions;
        this.nowMillis = nowMillis;
    }

    @Override
    public LockRecord lock(byte[] key) {
        return locks.get(key);
    }

    @Override
    public WriteRecord newest(byte[] key) {
        return versions.versionAt(key, Timestamp.MAX);
    }

    @Override
    public WriteRecord ofTransaction(byte[] key, Timestamp startTs) {
        return versions.ofTransaction(key, startTs);
    }

    @Override
    public byte[] valueOf(byte[] key, WriteRecord record) {
        return versions.valueOf(key, record);
    }

    @Override
    public long nowMillis() {
        return nowMillis;
    }
}
