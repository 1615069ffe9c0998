package io.nokv.kv.store;

import io.nokv.base.codec.Bytes;
import io.nokv.base.error.Invariant;
import io.nokv.base.port.Promise;
import io.nokv.control.time.Timestamp;
import io.nokv.kv.layout.LockRecord;
import io.nokv.lsm.Cursor;
import io.nokv.lsm.Engine;
import io.nokv.lsm.Family;
import io.nokv.lsm.Range;
import io.nokv.lsm.WriteBatch;
import io.nokv.raft.log.ApplyObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Family LOCK in memory. Locks are few, because only transactions over several regions take them, and usually there are
 * none, so a reader's look at them costs next to nothing. A lock is here before its prewrite is visible, and still here
 * when its commit becomes visible: who looks here first and opens a cursor afterwards misses nothing. Thread-safe.
 */
public final class LockIndex implements ApplyObserver {
    private final Engine engine;
    private final ConcurrentSkipListMap<byte[], LockRecord> locks = new ConcurrentSkipListMap<>(Bytes.ORDER);

    /** Guards {@link #waiting}; memory only. */
    private final ReentrantLock guard = new ReentrantLock();
    private final TreeMap<byte[], List<Promise<Void>>> waiting = new TreeMap<>(Bytes.ORDER);

    public LockIndex(Engine engine) {
        this.engine = engine;
        try (Cursor cursor = engine.cursor(Family.LOCK, Range.ALL, null)) {
            for (cursor.seekToFirst(); cursor.isValid(); cursor.next()) {
                locks.put(cursor.key(), LockRecord.decode(cursor.value()));
            }
        }
    }

    /** The lock on {@code key}, or null. */
    public LockRecord get(byte[] key) {
        return locks.isEmpty() ? null : locks.get(key);
    }

    /** The first lock within {@code [from, to)} ({@code to} null: no end) whose transaction started at or below {@code at}. */
    public Map.Entry<byte[], LockRecord> first(byte[] from, byte[] to, ReadPoint at) {
        if (locks.isEmpty()) {
            return null;
        }
        ConcurrentNavigableMap<byte[], LockRecord> range = to == null
                ? locks.tailMap(from)
                : Bytes.ORDER.compare(from, to) >= 0
                        ? new ConcurrentSkipListMap<>(Bytes.ORDER)
                        : locks.subMap(from, to);
        for (Map.Entry<byte[], LockRecord> entry : range.entrySet()) {
            if (at.isHeldUpBy(entry.getValue())) {
                return entry;
            }
        }
        return null;
    }

    public int size() {
        return locks.size();
    }

    /** The start of the oldest transaction that holds a lock; {@link Timestamp#MAX} when there is none. */
    public Timestamp oldest() {
        Timestamp oldest = Timestamp.MAX;
        for (LockRecord lock : locks.values()) {
            oldest = Timestamp.min(oldest, lock.startTs());
        }
        return oldest;
    }

    /** Every lock, by key; as of some moment during the call. */
    public Map<byte[], LockRecord> all() {
        return new TreeMap<>(locks);
    }

    /** Completes {@code over} once the transaction that started at {@code startTs} holds no lock on {@code key}. */
    void onUnlock(byte[] key, Timestamp startTs, Promise<Void> over) {
        guard.lock();
        try {
            waiting.computeIfAbsent(key, _ -> new ArrayList<>()).add(over);
        } finally {
            guard.unlock();
        }
        LockRecord lock = locks.get(key);
        if (lock == null || !lock.startTs().equals(startTs)) {
            over.complete(null);
        }
    }

    /** Takes back an {@link #onUnlock}. */
    void forgetUnlock(byte[] key, Promise<Void> over) {
        guard.lock();
        try {
            List<Promise<Void>> of = waiting.get(key);
            if (of != null && of.remove(over) && of.isEmpty()) {
                waiting.remove(key);
            }
        } finally {
            guard.unlock();
        }
    }

    private void wake(byte[] key) {
        List<Promise<Void>> of;
        guard.lock();
        try {
            of = waiting.remove(key);
        } finally {
            guard.unlock();
        }
        if (of != null) {
            of.forEach(over -> over.complete(null));
        }
    }

    @Override
    public void applying(long regionId, long index, WriteBatch writes) {
        for (WriteBatch.Op op : writes.ops()) {
            Invariant.check(op.family() != Family.LOCK || !(op instanceof WriteBatch.Op.DeleteRange),
                    "locks are deleted one by one");
            if (op.family() == Family.LOCK && op instanceof WriteBatch.Op.Put(_, byte[] key, byte[] value)) {
                locks.put(key, LockRecord.decode(value));
            }
        }
    }

    @Override
    public void applied(long regionId, long index, WriteBatch writes) {
        for (WriteBatch.Op op : writes.ops()) {
            if (op.family() == Family.LOCK && op instanceof WriteBatch.Op.Delete(_, byte[] key)) {
                locks.remove(key);
                wake(key);
            }
        }
    }

    @Override
    public void refused(long regionId, long index, WriteBatch writes) {
        for (WriteBatch.Op op : writes.ops()) {
            if (op.family() == Family.LOCK) {
                byte[] stored = engine.get(Family.LOCK, op.key(), null);
                if (stored == null) {
                    locks.remove(op.key());
                } else {
                    locks.put(op.key(), LockRecord.decode(stored));
                }
            }
        }
    }
}
