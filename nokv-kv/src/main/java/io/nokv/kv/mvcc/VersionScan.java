package io.nokv.kv.mvcc;

import io.nokv.control.time.Timestamp;
import io.nokv.kv.layout.VersionedKey;
import io.nokv.kv.layout.WriteRecord;
import io.nokv.lsm.Cursor;
import io.nokv.lsm.Engine;
import io.nokv.lsm.Family;

/**
 * The rows of a range as of one timestamp, over one engine cursor. Versions that the timestamp does not see are skipped
 * by a few steps, then by a seek, so that a row with a long history costs no more than two seeks.
 */
public final class VersionScan implements AutoCloseable {
    /** Steps over unwanted versions before seeking past them. */
    private static final int STEPS_BEFORE_SEEK = 4;

    private final VersionReader versions;
    private final Cursor cursor;
    private final long timestamp;
    private final long millis;
    private final boolean reverse;
    private boolean started;

    /** The stored key under the cursor, going up; null when there is none. */
    private byte[] at;

    /** The stored key the cursor stood at when the current row was taken; null before the first row. */
    private byte[] rowStored;
    private WriteRecord row;
    private byte[] rowKey;

    /** @param to null: no end. What happens to the range later does not show. */
    public VersionScan(Engine engine, byte[] from, byte[] to, Timestamp timestamp, boolean reverse) {
        this.versions = new VersionReader(engine);
        this.timestamp = timestamp.value();
        this.millis = timestamp.millis();
        this.reverse = reverse;
        this.cursor = engine.cursor(Family.WRITE, VersionedKey.versionsBetween(from, to), null);
    }

    /** Steps to the next row; false at the end. */
    public boolean next() {
        rowKey = null;
        boolean found = reverse ? nextDown() : nextUp();
        if (!found) {
            row = null;
        }
        return found;
    }

    private boolean nextUp() {
        if (!started) {
            started = true;
            cursor.seekToFirst();
            load();
        } else if (row == null) {
            return false;
        } else {
            skipRest(rowStored);
        }
        while (at != null) {
            long commitTs = VersionedKey.timestampValue(at);
            if (commitTs > timestamp) {
                skipNewer(at);
                continue;
            }
            WriteRecord record = WriteRecord.decode(commitTs, cursor.value());
            if (!record.isVersion()) {
                step();
            } else if (record.isPresentAt(millis)) {
                rowStored = at;
                row = record;
                return true;
            } else {
                skipRest(at);
            }
        }
        return false;
    }

    private void load() {
        at = cursor.isValid() ? cursor.key() : null;
    }

    private void step() {
        cursor.next();
        load();
    }

    /** Moves past the versions of the key of {@code from} that the timestamp does not see. */
    private void skipNewer(byte[] from) {
        for (int i = 0; i < STEPS_BEFORE_SEEK; i++) {
            step();
            if (at == null || !VersionedKey.sameUserKey(at, from) || VersionedKey.timestampValue(at) <= timestamp) {
                return;
            }
        }
        cursor.seek(VersionedKey.withTimestamp(VersionedKey.prefixOf(from), new Timestamp(timestamp)));
        load();
    }

    /** Moves past all versions of the key of {@code from}. */
    private void skipRest(byte[] from) {
        for (int i = 0; i < STEPS_BEFORE_SEEK; i++) {
            step();
            if (at == null || !VersionedKey.sameUserKey(at, from)) {
                return;
            }
        }
        cursor.seek(VersionedKey.withTimestamp(VersionedKey.prefixOf(from), Timestamp.ZERO));
        load();
        if (at != null && VersionedKey.sameUserKey(at, from)) {
            step();
        }
    }

    /** Backward, the oldest version of a key comes first; the wanted one is the last that the timestamp sees. */
    private boolean nextDown() {
        if (!started) {
            started = true;
            cursor.seekToLast();
        } else if (row == null) {
            return false;
        }
        while (cursor.isValid()) {
            byte[] first = cursor.key();
            WriteRecord best = null;
            byte[] stored = first;
            int steps = 0;
            boolean sameKey = true;
            while (sameKey && VersionedKey.timestampValue(stored) <= timestamp && steps <= STEPS_BEFORE_SEEK) {
                WriteRecord record = WriteRecord.decode(VersionedKey.timestampValue(stored), cursor.value());
                if (record.isVersion()) {
                    best = record;
                }
                steps++;
                cursor.prev();
                if (!cursor.isValid()) {
                    sameKey = false;
                } else {
                    stored = cursor.key();
                    sameKey = VersionedKey.sameUserKey(stored, first);
                }
            }
            if (sameKey) {
                byte[] prefix = VersionedKey.prefixOf(first);
                if (VersionedKey.timestampValue(stored) <= timestamp) {
                    WriteRecord newest = newestSeen(prefix, first);
                    best = newest == null ? best : newest;
                }
                // No version has the bare prefix as its key, so this lands on the key before.
                cursor.seekForPrev(prefix);
            }
            if (best != null && best.isPresentAt(millis)) {
                rowStored = first;
                row = best;
                return true;
            }
        }
        return false;
    }

    private WriteRecord newestSeen(byte[] prefix, byte[] first) {
        cursor.seek(VersionedKey.withTimestamp(prefix, new Timestamp(timestamp)));
        while (cursor.isValid() && VersionedKey.sameUserKey(cursor.key(), first)) {
            WriteRecord record = WriteRecord.decode(VersionedKey.timestampValue(cursor.key()), cursor.value());
            if (record.isVersion()) {
                return record;
            }
            cursor.next();
        }
        return null;
    }

    /** The user key; the array belongs to the caller. Requires a row. */
    public byte[] key() {
        if (rowKey == null) {
            rowKey = VersionedKey.userKeyOf(rowStored);
        }
        return rowKey;
    }

    /** Requires a row. */
    public byte[] value() {
        return row.isLong() ? versions.valueOf(key(), row) : row.value();
    }

    /** When the row was committed. Requires a row. */
    public Timestamp commitTs() {
        return row.commitTs();
    }

    @Override
    public void close() {
        cursor.close();
    }
}
