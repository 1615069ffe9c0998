package io.nokv.kv.layout;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.kv.layout.WriteRecord.Kind;

/**
 * A {@link WriteRecord} read where it lies, for loops over many of them: {@link #read} overwrites what was there before.
 * The value stays in the array it was read from. Not thread-safe.
 */
public final class WriteHead {
    private byte[] bytes;
    private int at;
    private int end;

    private Kind kind;
    private long commitTs;
    private long startTs;
    private long expiresAtMillis;
    private long baseTs;
    private boolean isLong;

    /** CORRUPTION when the bytes are not a record, UNSUPPORTED_VERSION when it is of a newer format. */
    public void read(long commitTsValue, byte[] array, int offset, int length) {
        bytes = array;
        at = offset;
        end = offset + length;
        int head = length == 0 ? 0 : array[at++] & 0xFF;
        kind = WriteRecord.kindOf(head);
        commitTs = commitTsValue;
        startTs = commitTsValue - varint();
        expiresAtMillis = (head & WriteRecord.EXPIRES) != 0 ? varint() : 0;
        baseTs = kind == Kind.ADD ? commitTsValue - varint() : commitTsValue;
        if (startTs < 0 || baseTs < 0) {
            throw new NokvException(FailureCode.CORRUPTION, "write record with a negative timestamp");
        }
        isLong = (head & WriteRecord.LONG) != 0;
        boolean hasValue = !isLong && (kind == Kind.PUT || kind == Kind.ADD);
        if (!hasValue && at != end) {
            throw new NokvException(FailureCode.CORRUPTION, (end - at) + " bytes follow a write record");
        }
    }

    private long varint() {
        long value = 0;
        for (int shift = 0; shift < 64 && at < end; shift += 7) {
            int b = bytes[at++];
            value |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                if (shift == 63 && b > 1) {
                    break;
                }
                return value;
            }
        }
        throw new NokvException(FailureCode.CORRUPTION, "write record with a broken number");
    }

    public Kind kind() {
        return kind;
    }

    public long commitTs() {
        return commitTs;
    }

    public long startTs() {
        return startTs;
    }

    long expiresAtMillis() {
        return expiresAtMillis;
    }

    long baseTs() {
        return baseTs;
    }

    public boolean isLong() {
        return isLong;
    }

    /** As {@link WriteRecord#isVersion}. */
    public boolean isVersion() {
        return kind != Kind.LOCK && kind != Kind.ROLLBACK;
    }

    /** As {@link WriteRecord#isPresentAt}. */
    public boolean isPresentAt(long millis) {
        return (kind == Kind.PUT || kind == Kind.ADD) && (expiresAtMillis == 0 || millis < expiresAtMillis);
    }

    /** Where the inline value begins in the array read from; it goes on for {@link #valueLength} bytes. */
    public int valueOffset() {
        return at;
    }

    public int valueLength() {
        return end - at;
    }
}
