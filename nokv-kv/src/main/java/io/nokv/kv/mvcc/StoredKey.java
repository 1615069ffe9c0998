package io.nokv.kv.mvcc;

import io.nokv.kv.layout.VersionedKey;
import io.nokv.lsm.Cursor;
import java.util.Arrays;

/** The stored key of one version, overwritten again and again without new arrays. Not thread-safe. */
final class StoredKey {
    private byte[] bytes = new byte[96];
    private int length;

    /** Takes the key that the cursor stands on. */
    void set(Cursor cursor) {
        int count = cursor.keyLength();
        if (count > bytes.length) {
            bytes = new byte[count * 2];
        }
        System.arraycopy(cursor.keyArray(), cursor.keyOffset(), bytes, 0, count);
        length = count;
    }

    long timestamp() {
        return VersionedKey.timestampValue(bytes, length);
    }

    /** Whether the cursor stands on a version of the same user key. */
    boolean hasSameUserKey(Cursor cursor) {
        int head = length - VersionedKey.TIMESTAMP_BYTES;
        int at = cursor.keyOffset();
        return cursor.keyLength() == length
                && Arrays.equals(bytes, 0, head, cursor.keyArray(), at, at + head);
    }

    byte[] userKey() {
        return VersionedKey.userKeyOf(bytes, length);
    }

    byte[] copy() {
        return Arrays.copyOf(bytes, length);
    }
}
