package io.nokv.kv.gc;

import io.nokv.base.codec.Bytes;
import io.nokv.control.time.Timestamp;
import io.nokv.kv.layout.VersionedKey;
import io.nokv.kv.layout.WriteRecord;
import io.nokv.lsm.Cursor;
import io.nokv.lsm.Engine;
import io.nokv.lsm.Family;
import io.nokv.lsm.WriteBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Removes what compactions reported, one key at a time, with all of its versions in sight: superseded versions with
 * their long values, and a deletion or expired row together with everything older. Thread-safe; one flow sweeps.
 *
 * <p>Reports are kept in memory and dropped when there are too many: the next compaction of the key reports it again.
 */
public final class GarbageSweeper {
    private static final int MAX_REPORTS = 1 << 16;
    private static final int KEYS_PER_BATCH = 64;

    private final Engine engine;
    private final SafePoint safePoint;

    /** Guards the reports; memory only. */
    private final ReentrantLock guard = new ReentrantLock();
    private final TreeSet<byte[]> reports = new TreeSet<>(Bytes.ORDER);

    public GarbageSweeper(Engine engine, SafePoint safePoint) {
        this.engine = engine;
        this.safePoint = safePoint;
    }

    /** Notes that {@code userKey} may have something to remove. Never waits. */
    public void report(byte[] userKey) {
        guard.lock();
        try {
            if (reports.size() < MAX_REPORTS) {
                reports.add(userKey);
            }
        } finally {
            guard.unlock();
        }
    }

    /** Works off what was reported. Returns how many records it removed. */
    public int sweep() {
        int removed = 0;
        while (true) {
            List<byte[]> keys = take();
            if (keys.isEmpty()) {
                return removed;
            }
            WriteBatch batch = new WriteBatch();
            for (byte[] key : keys) {
                removed += collect(key, batch);
            }
            if (!batch.isEmpty()) {
                // Need not be durable: what a crash brings back is reported again.
                engine.submit(batch);
            }
        }
    }

    private List<byte[]> take() {
        guard.lock();
        try {
            List<byte[]> keys = new ArrayList<>();
            while (keys.size() < KEYS_PER_BATCH && !reports.isEmpty()) {
                keys.add(reports.pollFirst());
            }
            return keys;
        } finally {
            guard.unlock();
        }
    }

    /**
     * Adds to {@code batch} the removal of what nobody at or above the safe point can see. All removals of a key are one
     * batch, so a deletion never goes before what it hides. Commits at or below the safe point are over, so nothing is
     * added there meanwhile.
     */
    private int collect(byte[] userKey, WriteBatch batch) {
        Timestamp at = safePoint.get();
        int removed = 0;
        boolean sawVisible = false;
        try (Cursor cursor = engine.cursor(Family.WRITE, VersionedKey.versionsOf(userKey, at), null)) {
            for (cursor.seekToFirst(); cursor.isValid(); cursor.next()) {
                byte[] stored = cursor.key();
                WriteRecord record = WriteRecord.decode(VersionedKey.timestampValue(stored), cursor.value());
                if (record.isVersion() && !sawVisible) {
                    sawVisible = true;
                    if (record.isPresentAt(at.millis())) {
                        continue;
                    }
                }
                batch.delete(Family.WRITE, stored);
                if (record.isLong()) {
                    batch.delete(Family.DEFAULT, VersionedKey.at(userKey, record.startTs()));
                }
                removed++;
            }
        }
        return removed;
    }
}
