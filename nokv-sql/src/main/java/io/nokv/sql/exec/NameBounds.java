package io.nokv.sql.exec;

import io.nokv.fsmeta.api.FileName;
import java.util.Arrays;

/**
 * Bounds of names. Conditions compare names with any text; scans take names. {@link #ceiling} is the bridge: names below
 * any byte string are exactly the names below its ceiling.
 */
final class NameBounds {
    private NameBounds() {}

    /** The least name that is not below {@code bytes}; null when every name is below. The empty string has none: use null for "from the start". */
    static FileName ceiling(byte[] bytes) {
        byte[] bound = bytes.length > FileName.MAX_BYTES ? increment(Arrays.copyOf(bytes, FileName.MAX_BYTES)) : bytes;
        if (bound == null) {
            return null;
        }
        for (int i = 0; i < bound.length; i++) {
            if (bound[i] == 0 || bound[i] == '/') {
                bound = Arrays.copyOf(bound, i + 1);
                bound[i] = (byte) (bound[i] == 0 ? 1 : '/' + 1);
                break;
            }
        }
        if (bound.length == 0) {
            bound = new byte[]{1};
        }
        if (bound[0] == '.' && (bound.length == 1 || bound.length == 2 && bound[1] == '.')) {
            bound = Arrays.copyOf(bound, bound.length + 1);
            bound[bound.length - 1] = 1;
        }
        return FileName.of(bound);
    }

    /** The least name above {@code bytes}; null when there is none. */
    static FileName above(byte[] bytes) {
        return ceiling(Arrays.copyOf(bytes, bytes.length + 1));
    }

    /** The least name above everything that begins with {@code prefix}; null when there is none. */
    static FileName afterPrefix(byte[] prefix) {
        byte[] next = increment(prefix);
        return next == null ? null : ceiling(next);
    }

    /** The least byte string above all that begin with {@code bytes}; null when there is none. */
    private static byte[] increment(byte[] bytes) {
        for (int i = bytes.length - 1; i >= 0; i--) {
            if (bytes[i] != (byte) 0xFF) {
                byte[] next = Arrays.copyOf(bytes, i + 1);
                next[i]++;
                return next;
            }
        }
        return null;
    }
}
