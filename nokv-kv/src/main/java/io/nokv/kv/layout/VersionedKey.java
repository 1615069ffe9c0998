package io.nokv.kv.layout;

import io.nokv.base.codec.Bytes;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.control.time.Timestamp;
import io.nokv.lsm.Range;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * User keys with a timestamp, as stored in families WRITE and DEFAULT:
 *
 * <pre>
 * stored  = escaped u64:~timestamp
 * escaped = (byte != 0 | 00 FF)* 00 01
 * </pre>
 *
 * Comparing stored keys compares user keys first, then timestamps, newest first.
 */
public final class VersionedKey {
    /** Bytes of the inverted timestamp. */
    public static final int TIMESTAMP_BYTES = 8;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final byte ESCAPE = 0;
    private static final byte ESCAPED_ZERO = (byte) 0xFF;
    private static final byte TERMINATOR = 1;

    private VersionedKey() {}

    private static byte[] escape(byte[] userKey, int tail) {
        int zeros = 0;
        for (byte b : userKey) {
            if (b == ESCAPE) {
                zeros++;
            }
        }
        byte[] out = new byte[userKey.length + zeros + 2 + tail];
        int at = 0;
        for (byte b : userKey) {
            out[at++] = b;
            if (b == ESCAPE) {
                out[at++] = ESCAPED_ZERO;
            }
        }
        out[at++] = ESCAPE;
        out[at] = TERMINATOR;
        return out;
    }

    /** The part that all versions of {@code userKey} begin with, and nothing else does; sorts before all of them. */
    public static byte[] prefix(byte[] userKey) {
        return escape(userKey, 0);
    }

    /** The stored key of one version. */
    public static byte[] at(byte[] userKey, Timestamp timestamp) {
        byte[] out = escape(userKey, TIMESTAMP_BYTES);
        writeTimestamp(out, timestamp);
        return out;
    }

    /** As {@link #at}, from what {@link #prefix} gave. */
    public static byte[] withTimestamp(byte[] prefix, Timestamp timestamp) {
        byte[] out = Arrays.copyOf(prefix, prefix.length + TIMESTAMP_BYTES);
        writeTimestamp(out, timestamp);
        return out;
    }

    private static void writeTimestamp(byte[] out, Timestamp timestamp) {
        long inverted = ~timestamp.value();
        int at = out.length - TIMESTAMP_BYTES;
        for (int shift = 56; shift >= 0; shift -= 8) {
            out[at++] = (byte) (inverted >>> shift);
        }
    }

    /** The timestamp of a stored key. */
    public static Timestamp timestampOf(byte[] stored) {
        return new Timestamp(timestampValue(stored));
    }

    /** As {@link #timestampOf}, without the object; for loops over many versions. */
    public static long timestampValue(byte[] stored) {
        return timestampValue(stored, stored.length);
    }

    /** As {@link #timestampValue(byte[])}, of the stored key in the first {@code length} bytes of {@code array}. */
    public static long timestampValue(byte[] array, int length) {
        if (length < TIMESTAMP_BYTES + 2) {
            throw malformed(Arrays.copyOf(array, length));
        }
        long inverted = (long) LONGS.get(array, length - TIMESTAMP_BYTES);
        if (inverted >= 0) {
            throw malformed(Arrays.copyOf(array, length));
        }
        return ~inverted;
    }

    /** The timestamp in the last {@link #TIMESTAMP_BYTES} of a stored key, given as a big-endian number. */
    public static long timestampOfTail(long tail) {
        if (tail >= 0) {
            throw new NokvException(FailureCode.CORRUPTION,
                    "not a versioned key: it ends in " + Long.toHexString(tail));
        }
        return ~tail;
    }

    /** The escaped user key of a stored key: what {@link #prefix} gives. */
    public static byte[] prefixOf(byte[] stored) {
        if (stored.length < TIMESTAMP_BYTES + 2) {
            throw malformed(stored);
        }
        return Arrays.copyOf(stored, stored.length - TIMESTAMP_BYTES);
    }

    /** Whether {@code stored} is a version of the key with {@code prefix}. */
    public static boolean isVersionOf(byte[] stored, byte[] prefix) {
        return stored.length == prefix.length + TIMESTAMP_BYTES
                && Arrays.equals(stored, 0, prefix.length, prefix, 0, prefix.length);
    }

    /** Whether two stored keys are versions of one user key. */
    public static boolean sameUserKey(byte[] a, byte[] b) {
        return a.length == b.length
                && Arrays.equals(a, 0, a.length - TIMESTAMP_BYTES, b, 0, b.length - TIMESTAMP_BYTES);
    }

    /** The user key of a stored key; CORRUPTION when it is none. */
    public static byte[] userKeyOf(byte[] stored) {
        return userKeyOf(stored, stored.length);
    }

    /** As {@link #userKeyOf(byte[])}, of the stored key in the first {@code length} bytes of {@code stored}. */
    public static byte[] userKeyOf(byte[] stored, int length) {
        int end = length - TIMESTAMP_BYTES - 2;
        if (end < 0 || stored[end] != ESCAPE || stored[end + 1] != TERMINATOR) {
            throw malformed(Arrays.copyOf(stored, length));
        }
        int escapes = 0;
        for (int i = 0; i < end; i++) {
            if (stored[i] == ESCAPE) {
                if (i + 1 >= end || stored[i + 1] != ESCAPED_ZERO) {
                    throw malformed(Arrays.copyOf(stored, length));
                }
                escapes++;
                i++;
            }
        }
        if (escapes == 0) {
            return Arrays.copyOf(stored, end);
        }
        byte[] out = new byte[end - escapes];
        int at = 0;
        for (int i = 0; i < end; i++) {
            out[at++] = stored[i];
            if (stored[i] == ESCAPE) {
                i++;
            }
        }
        return out;
    }

    /** All versions of {@code userKey}, newest first. */
    public static Range versionsOf(byte[] userKey) {
        return Range.prefix(prefix(userKey));
    }

    /** Versions of {@code userKey} at or below {@code timestamp}, newest first. */
    public static Range versionsOf(byte[] userKey, Timestamp timestamp) {
        byte[] prefix = prefix(userKey);
        return new Range(withTimestamp(prefix, timestamp), Bytes.prefixEnd(prefix));
    }

    /** All versions of the keys from {@code from} (inclusive) to {@code to} (exclusive; null: no end). */
    public static Range versionsBetween(byte[] from, byte[] to) {
        return new Range(prefix(from), to == null ? null : prefix(to));
    }

    private static NokvException malformed(byte[] stored) {
        return new NokvException(FailureCode.CORRUPTION, "not a versioned key: " + Bytes.show(stored));
    }
}
