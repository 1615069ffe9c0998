package io.nokv.lsm.table;

import io.nokv.lsm.Family;
import java.util.Arrays;

/** Keys as tables hold them: the family's code, then the user key. */
public final class TableKey {
    private TableKey() {}

    public static byte[] of(Family family, byte[] key) {
        return of(family, key, 0, key.length);
    }

    static byte[] of(Family family, byte[] key, int offset, int length) {
        byte[] out = new byte[length + 1];
        out[0] = (byte) family.code();
        System.arraycopy(key, offset, out, 1, length);
        return out;
    }

    /** Orders a table key against a family and a user key, without putting the two together. */
    static int compare(byte[] array, int offset, int length, int familyCode, byte[] key) {
        int order = (array[offset] & 0xFF) - familyCode;
        return order != 0
                ? order
                : Arrays.compareUnsigned(array, offset + 1, offset + length, key, 0, key.length);
    }

    /** Behind all keys of {@code family}, and not behind any of the next. */
    public static byte[] end(Family family) {
        return new byte[]{(byte) (family.code() + 1)};
    }

    /** The part of {@code tableKey} that its user knows. */
    public static byte[] userKey(byte[] tableKey) {
        return Arrays.copyOfRange(tableKey, 1, tableKey.length);
    }

    public static int compare(byte[] tableKey, Family family, byte[] array, int offset, int length) {
        int order = (tableKey[0] & 0xFF) - family.code();
        return order != 0
                ? order
                : Arrays.compareUnsigned(tableKey, 1, tableKey.length, array, offset, offset + length);
    }

    public static int compare(byte[] tableKey, Family family, byte[] key) {
        return compare(tableKey, 0, tableKey.length, family.code(), key);
    }
}
