package io.nokv.kv.percolator;

import io.nokv.control.time.Timestamp;
import io.nokv.kv.layout.LockRecord;
import io.nokv.kv.layout.VersionedKey;
import io.nokv.kv.layout.WriteRecord;
import io.nokv.lsm.Family;
import io.nokv.lsm.WriteBatch;

/**
 * A judged mutation: what will be written once the commit timestamp is known.
 *
 * @param kind LOCK: nothing but evidence
 * @param value of a PUT or ADD, else null
 * @param ttlMillis of a PUT, how long the row lives; 0: for ever
 * @param expiresAtMillis of an ADD, the expiry of the record it changes; 0: never
 * @param baseTs of an ADD, the commit that last replaced the record; else {@link Timestamp#ZERO}
 */
record PendingWrite(byte[] key, WriteRecord.Kind kind, byte[] value, long ttlMillis, long expiresAtMillis,
        Timestamp baseTs) {
    /** Longer values go to family DEFAULT, in bytes: readers of other keys should not carry them along. */
    static final int MAX_INLINE_VALUE_BYTES = 1024;

    boolean isLong() {
        return value != null && value.length > MAX_INLINE_VALUE_BYTES;
    }

    /** Adds the committed form to {@code batch}. */
    void commit(Timestamp startTs, Timestamp commitTs, WriteBatch batch) {
        long expires = ttlMillis != 0 ? commitTs.millis() + ttlMillis : expiresAtMillis;
        WriteRecord record = new WriteRecord(kind, commitTs, startTs, expires,
                kind == WriteRecord.Kind.ADD ? baseTs : commitTs, isLong(), isLong() ? null : value);
        batch.put(Family.WRITE, VersionedKey.at(key, commitTs), record.encode());
        putLongValue(startTs, batch);
    }

    /** Adds the prewritten form to {@code batch}. */
    void lock(byte[] primary, Timestamp startTs, long lockTtlMillis, Timestamp minCommitTs, WriteBatch batch) {
        LockRecord lock = new LockRecord(kind, primary, startTs, lockTtlMillis, minCommitTs, ttlMillis,
                expiresAtMillis, baseTs, isLong(), isLong() ? null : value);
        batch.put(Family.LOCK, key, lock.encode());
        putLongValue(startTs, batch);
    }

    private void putLongValue(Timestamp startTs, WriteBatch batch) {
        if (isLong()) {
            batch.put(Family.DEFAULT, VersionedKey.at(key, startTs), value);
        }
    }
}
