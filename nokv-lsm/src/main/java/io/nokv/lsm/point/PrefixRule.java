package io.nokv.lsm.point;

import io.nokv.base.error.NokvException;

/**
 * Which bytes at the beginning of a key are its prefix, so that filters can hold prefixes: the first {@code bytes} bytes,
 * then {@code fields} fields, each a byte that says how many bytes of the field follow. A key that ends before that has no prefix.
 *
 * <p>Only bytes of the prefix itself decide how long it is. So all keys that begin with a key's prefix have that prefix, and a
 * range whose keys all begin with it can be asked for.
 *
 * @param bytes at least 0
 * @param fields at least 0; with no bytes and no fields, no key has a prefix
 * @param escaped whether a zero byte is stored as {@code 00 FF} and counts as one; a zero byte before anything else ends the key
 */
public record PrefixRule(int bytes, int fields, boolean escaped) {
    /** No key has a prefix. */
    public static final PrefixRule NONE = new PrefixRule(0, 0, false);
    /** Neither part of a rule may be larger. */
    public static final int MAX = 255;

    public PrefixRule {
        if (bytes < 0 || fields < 0 || bytes > MAX || fields > MAX) {
            throw NokvException.invalid("a prefix of " + bytes + " bytes and " + fields + " fields");
        }
    }

    public boolean isNone() {
        return bytes == 0 && fields == 0;
    }

    /** Bytes of the prefix of the key in {@code array[offset, offset + length)}; -1 when it has none. */
    public int length(byte[] array, int offset, int length) {
        if (isNone()) {
            return -1;
        }
        int end = offset + length;
        int at = pass(array, offset, end, bytes);
        for (int field = 0; field < fields && at >= 0; field++) {
            if (at == end) {
                return -1;
            }
            int fieldBytes = array[at] & 0xFF;
            at = pass(array, at, end, 1);
            at = at < 0 ? -1 : pass(array, at, end, fieldBytes);
        }
        return at < 0 ? -1 : at - offset;
    }

    /** Where {@code count} bytes from {@code from} on end; -1 when the key ends before. */
    private int pass(byte[] array, int from, int end, int count) {
        if (!escaped) {
            return end - from < count ? -1 : from + count;
        }
        int at = from;
        for (int left = count; left > 0; left--) {
            if (at == end) {
                return -1;
            }
            if (array[at] != 0) {
                at++;
            } else if (at + 1 < end && array[at + 1] == (byte) 0xFF) {
                at += 2;
            } else {
                return -1;
            }
        }
        return at;
    }
}
