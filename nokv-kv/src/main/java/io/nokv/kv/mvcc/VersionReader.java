package io.nokv.kv.mvcc;

import io.nokv.base.codec.Bytes;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.control.time.Timestamp;
import io.nokv.kv.layout.VersionedKey;
import io.nokv.kv.layout.WriteRecord;
import io.nokv.lsm.Cursor;
import io.nokv.lsm.Engine;
import io.nokv.lsm.EntryReader;
import io.nokv.lsm.Family;

/**
 * Finds versions of single keys, each by one look-up that passes over every table without a version in question. Each call
 * sees the engine as it is then: what a caller wants to be one state it must keep from changing, by latches or by reading
 * below the safe point. Thread-safe.
 */
public final class VersionReader {
    private static final EntryReader<WriteRecord> RECORD = (tail, array, offset, length) -> WriteRecord
            .decode(VersionedKey.timestampOfTail(tail), array, offset, length);

    private final Engine engine;

    public VersionReader(Engine engine) {
        this.engine = engine;
    }

    /** The newest version at or below {@code timestamp}, deletions included, evidence skipped; null when there is none. */
    public WriteRecord versionAt(byte[] userKey, Timestamp timestamp) {
        byte[] key = VersionedKey.at(userKey, timestamp);
        while (true) {
            WriteRecord record = engine.first(Family.WRITE, key, null, RECORD);
            if (record == null || record.isVersion()) {
                return record;
            }
            if (record.commitTs().equals(Timestamp.ZERO)) {
                return null;
            }
            key = VersionedKey.at(userKey, record.commitTs().previous());
        }
    }

    /** What the transaction that started at {@code startTs} left on the key: commit, evidence or rollback; or null. */
    public WriteRecord ofTransaction(byte[] userKey, Timestamp startTs) {
        try (Cursor cursor = engine.cursor(Family.WRITE, VersionedKey.versionsOf(userKey), null)) {
            for (cursor.seekToFirst(); cursor.isValid(); cursor.next()) {
                long commitTs = VersionedKey.timestampValue(cursor.key());
                if (commitTs < startTs.value()) {
                    return null;
                }
                WriteRecord record = WriteRecord.decode(commitTs, cursor.value());
                if (record.startTs().equals(startTs)) {
                    return record;
                }
            }
            return null;
        }
    }

    /** The value of a PUT or ADD; CORRUPTION when it is missing. */
    public byte[] valueOf(byte[] userKey, WriteRecord record) {
        return record.isLong() ? longValue(userKey, record.startTs(), record.commitTs()) : record.value();
    }

    /** The value that the transaction which started at {@code startTs} put aside; CORRUPTION when it is missing. */
    byte[] longValue(byte[] userKey, Timestamp startTs, Timestamp commitTs) {
        byte[] value = engine.get(Family.DEFAULT, VersionedKey.at(userKey, startTs), null);
        if (value == null) {
            throw new NokvException(FailureCode.CORRUPTION,
                    "value of " + Bytes.show(userKey) + " at " + commitTs + " is missing");
        }
        return value;
    }
}
