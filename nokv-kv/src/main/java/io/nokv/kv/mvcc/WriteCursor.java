package io.nokv.kv.mvcc;

import io.nokv.base.codec.Bytes;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.control.time.Timestamp;
import io.nokv.kv.layout.VersionedKey;
import io.nokv.kv.layout.WriteRecord;
import io.nokv.lsm.Cursor;
import io.nokv.lsm.Engine;
import io.nokv.lsm.Family;
import io.nokv.lsm.Range;

/** Finds versions of single keys over one engine cursor: a seek each, never a walk over a key's history. */
public final class WriteCursor implements AutoCloseable {
    private final Engine engine;
    private final Cursor cursor;

    private WriteCursor(Engine engine, Range range) {
        this.engine = engine;
        this.cursor = engine.cursor(Family.WRITE, range, null);
    }

    /** Over the versions of all keys from {@code first} to {@code last}, both inclusive, as they are now. */
    public static WriteCursor between(Engine engine, byte[] first, byte[] last) {
        return new WriteCursor(engine,
                new Range(VersionedKey.prefix(first), Bytes.prefixEnd(VersionedKey.prefix(last))));
    }

    /** Over the versions of one key at or below {@code timestamp}, as they are now. */
    public static WriteCursor of(Engine engine, byte[] userKey, Timestamp timestamp) {
        return new WriteCursor(engine, VersionedKey.versionsOf(userKey, timestamp));
    }

    /** The newest version at or below {@code timestamp}, deletions included, evidence skipped; null when there is none. */
    public WriteRecord versionAt(byte[] userKey, Timestamp timestamp) {
        byte[] prefix = VersionedKey.prefix(userKey);
        cursor.seek(VersionedKey.withTimestamp(prefix, timestamp));
        while (cursor.isValid()) {
            byte[] stored = cursor.key();
            if (!VersionedKey.isVersionOf(stored, prefix)) {
                return null;
            }
            WriteRecord record = WriteRecord.decode(VersionedKey.timestampValue(stored), cursor.value());
            if (record.isVersion()) {
                return record;
            }
            cursor.next();
        }
        return null;
    }

    /** What the transaction that started at {@code startTs} left on the key: commit, evidence or rollback; or null. */
    public WriteRecord ofTransaction(byte[] userKey, Timestamp startTs) {
        byte[] prefix = VersionedKey.prefix(userKey);
        cursor.seek(VersionedKey.withTimestamp(prefix, Timestamp.MAX));
        while (cursor.isValid()) {
            byte[] stored = cursor.key();
            if (!VersionedKey.isVersionOf(stored, prefix) || VersionedKey.timestampValue(stored) < startTs.value()) {
                return null;
            }
            WriteRecord record = WriteRecord.decode(VersionedKey.timestampValue(stored), cursor.value());
            if (record.startTs().equals(startTs)) {
                return record;
            }
            cursor.next();
        }
        return null;
    }

    /** The value of a PUT or ADD. */
    public byte[] valueOf(byte[] userKey, WriteRecord record) {
        return loadValue(engine, userKey, record);
    }

    static byte[] loadValue(Engine engine, byte[] userKey, WriteRecord record) {
        if (!record.isLong()) {
            return record.value();
        }
        byte[] value = engine.get(Family.DEFAULT, VersionedKey.at(userKey, record.startTs()), null);
        if (value == null) {
            throw new NokvException(FailureCode.CORRUPTION,
                    "value of " + Bytes.show(userKey) + " at " + record.commitTs() + " is missing");
        }
        return value;
    }

    @Override
    public void close() {
        cursor.close();
    }
}
