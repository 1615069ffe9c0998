package io.nokv.kv.mvcc;

import io.nokv.control.time.Timestamp;
import io.nokv.kv.layout.VersionedKey;
import io.nokv.kv.layout.WriteHead;
import io.nokv.lsm.Cursor;
import io.nokv.lsm.Engine;
import io.nokv.lsm.Family;
import java.util.Arrays;

/**
 * The rows of a range as of one timestamp, over one engine cursor. Versions that the timestamp does not see are skipped
 * by a few steps, then by a seek, so that a row with a long history costs no more than two seeks. Going from row to row
 * allocates nothing; {@link #key()} and {@link #value()} allocate what they return. Not thread-safe.
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
    private boolean onRow;

    /** The key whose versions are looked at; with a row, the row's. */
    private final StoredKey stored = new StoredKey();
    private final WriteHead record = new WriteHead();

    /** Where the row's inline value lies. Upward, in the cursor's array; downward, in a copy. */
    private byte[] valueArray;
    private int valueOffset;
    private int valueLength;
    private boolean isLong;
    private long commitTs;
    private long startTs;

    /** @param to null: no end. What happens to the range later does not show. */
    public VersionScan(Engine engine, byte[] from, byte[] to, Timestamp timestamp, boolean reverse) {
        this.versions = new VersionReader(engine);
        this.timestamp = timestamp.value();
        this.millis = timestamp.millis();
        this.reverse = reverse;
        this.cursor = engine.cursor(Family.WRITE, VersionedKey.versionsBetween(from, to), null);
    }

    /** Steps to the next row; false at the end, and from then on. */
    public boolean next() {
        boolean first = !started;
        started = true;
        if (!first && !onRow) {
            return false;
        }
        onRow = reverse ? nextDown(first) : nextUp(first);
        return onRow;
    }

    private boolean nextUp(boolean first) {
        if (first) {
            cursor.seekToFirst();
        } else {
            skipRest();
        }
        while (cursor.isValid()) {
            stored.set(cursor);
            long ts = stored.timestamp();
            if (ts > timestamp) {
                skipNewer();
                continue;
            }
            read(ts);
            if (!record.isVersion()) {
                cursor.next();
            } else if (record.isPresentAt(millis)) {
                take(cursor.valueArray(), record.valueOffset());
                return true;
            } else {
                skipRest();
            }
        }
        return false;
    }

    private void read(long ts) {
        record.read(ts, cursor.valueArray(), cursor.valueOffset(), cursor.valueLength());
    }

    private void take(byte[] array, int offset) {
        valueArray = array;
        valueOffset = offset;
        valueLength = record.valueLength();
        isLong = record.isLong();
        commitTs = record.commitTs();
        startTs = record.startTs();
    }

    /** Moves past the versions of the key that the timestamp does not see. */
    private void skipNewer() {
        for (int i = 0; i < STEPS_BEFORE_SEEK; i++) {
            cursor.next();
            if (!cursor.isValid() || !stored.hasSameUserKey(cursor) || timestampUnderCursor() <= timestamp) {
                return;
            }
        }
        cursor.seek(VersionedKey.withTimestamp(VersionedKey.prefixOf(stored.copy()), new Timestamp(timestamp)));
    }

    /** Moves past all versions of the key. */
    private void skipRest() {
        for (int i = 0; i < STEPS_BEFORE_SEEK; i++) {
            cursor.next();
            if (!cursor.isValid() || !stored.hasSameUserKey(cursor)) {
                return;
            }
        }
        cursor.seek(VersionedKey.withTimestamp(VersionedKey.prefixOf(stored.copy()), Timestamp.ZERO));
        if (cursor.isValid() && stored.hasSameUserKey(cursor)) {
            cursor.next();
        }
    }

    private long timestampUnderCursor() {
        return VersionedKey.timestampValue(cursor.keyArray(), cursor.keyOffset() + cursor.keyLength());
    }

    /** Backward, the oldest version of a key comes first; the wanted one is the last that the timestamp sees. */
    private boolean nextDown(boolean first) {
        if (first) {
            cursor.seekToLast();
        }
        while (cursor.isValid()) {
            stored.set(cursor);
            boolean present = false;
            int steps = 0;
            long ts = stored.timestamp();
            boolean sameKey = true;
            while (sameKey && ts <= timestamp && steps <= STEPS_BEFORE_SEEK) {
                present = considerDown(ts, present);
                steps++;
                cursor.prev();
                sameKey = cursor.isValid() && stored.hasSameUserKey(cursor);
                ts = sameKey ? timestampUnderCursor() : 0;
            }
            if (sameKey) {
                byte[] prefix = VersionedKey.prefixOf(stored.copy());
                if (ts <= timestamp) {
                    present = newestSeen(prefix, present);
                }
                // No version has the bare prefix as its key, so this lands on the key before.
                cursor.seekForPrev(prefix);
            }
            if (present) {
                return true;
            }
        }
        return false;
    }

    /** Looks at the version under the cursor, newer than all before it; says whether the row is present by now. */
    private boolean considerDown(long ts, boolean presentBefore) {
        read(ts);
        if (!record.isVersion()) {
            return presentBefore;
        }
        if (!record.isPresentAt(millis)) {
            return false;
        }
        // The cursor leaves this entry before the value is asked for.
        int from = record.valueOffset();
        take(Arrays.copyOfRange(cursor.valueArray(), from, from + record.valueLength()), 0);
        return true;
    }

    private boolean newestSeen(byte[] prefix, boolean presentBefore) {
        cursor.seek(VersionedKey.withTimestamp(prefix, new Timestamp(timestamp)));
        while (cursor.isValid() && stored.hasSameUserKey(cursor)) {
            read(timestampUnderCursor());
            if (record.isVersion()) {
                return considerDown(record.commitTs(), presentBefore);
            }
            cursor.next();
        }
        return presentBefore;
    }

    /** The user key; the array belongs to the caller. Requires a row. */
    public byte[] key() {
        return stored.userKey();
    }

    /** The array belongs to the caller. Requires a row. */
    public byte[] value() {
        return isLong
                ? versions.longValue(key(), new Timestamp(startTs), new Timestamp(commitTs))
                : Arrays.copyOfRange(valueArray, valueOffset, valueOffset + valueLength);
    }

    /** When the row was committed. Requires a row. */
    public Timestamp commitTs() {
        return new Timestamp(commitTs);
    }

    @Override
    public void close() {
        cursor.close();
    }
}
