package io.nokv.base.codec;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import java.util.Arrays;

/**
 * Reads what {@link ByteWriter} wrote. Every method throws {@link NokvException} CORRUPTION instead of reading past the
 * end, and allocates nothing before the length was checked. Not thread-safe.
 */
public final class ByteReader {
    private final byte[] bytes;
    private final int limit;
    private int at;

    public ByteReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    public ByteReader(byte[] bytes, int offset, int length) {
        this.bytes = bytes;
        this.at = offset;
        this.limit = offset + length;
    }

    public int remaining() {
        return limit - at;
    }

    public int position() {
        return at;
    }

    private void need(long count) {
        if (count < 0 || count > limit - at) {
            throw new NokvException(FailureCode.CORRUPTION,
                    "record ends early: " + count + " bytes wanted at " + at + ", "
                            + (limit - at) + " left");
        }
    }

    public int u8() {
        need(1);
        return bytes[at++] & 0xFF;
    }

    public int u16() {
        return u8() << 8 | u8();
    }

    public int u32() {
        need(4);
        int value = 0;
        for (int i = 0; i < 4; i++) {
            value = value << 8 | (bytes[at++] & 0xFF);
        }
        return value;
    }

    public long u64() {
        need(8);
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value = value << 8 | (bytes[at++] & 0xFF);
        }
        return value;
    }

    public long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int b = u8();
            value |= (long) (b & 0x7F) << shift;
            if (b < 0x80) {
                if (shift == 63 && b > 1) {
                    break;
                }
                return value;
            }
        }
        throw new NokvException(FailureCode.CORRUPTION, "varint longer than 64 bits before " + at);
    }

    /** A {@link #varint} that must lie in {@code [0, max]}. */
    public int varint(int max) {
        long value = varint();
        if (value < 0 || value > max) {
            throw new NokvException(FailureCode.CORRUPTION, "varint " + value + " above " + max + " before " + at);
        }
        return (int) value;
    }

    public long signedVarint() {
        long raw = varint();
        return (raw >>> 1) ^ -(raw & 1);
    }

    public byte[] raw(int length) {
        need(length);
        byte[] out = Arrays.copyOfRange(bytes, at, at + length);
        at += length;
        return out;
    }

    /** What {@link ByteWriter#bytes} wrote. */
    public byte[] bytes() {
        long length = varint();
        need(length);
        return raw((int) length);
    }

    /** All that is left. */
    public byte[] rest() {
        return raw(remaining());
    }

    /** What {@link ByteWriter#orderedUnsigned} wrote. */
    public long orderedUnsigned() {
        int significant = u8();
        if (significant > 8) {
            throw new NokvException(FailureCode.CORRUPTION,
                    "ordered integer of " + significant + " bytes before " + at);
        }
        need(significant);
        long value = 0;
        for (int i = 0; i < significant; i++) {
            value = value << 8 | (bytes[at++] & 0xFF);
        }
        return value;
    }

    /** Throws CORRUPTION unless everything was read. */
    public void end() {
        if (at != limit) {
            throw new NokvException(FailureCode.CORRUPTION, (limit - at) + " bytes left over at " + at);
        }
    }
}
