package io.nokv.base.codec;

import java.util.Arrays;

/** A growing byte array. Integers are big-endian unless named varint. Not thread-safe. */
public final class ByteWriter {
    private byte[] buffer;
    private int size;

    public ByteWriter() {
        this(64);
    }

    /** @param capacity first guess in bytes, at least 1 */
    public ByteWriter(int capacity) {
        buffer = new byte[capacity];
    }

    private void ensure(int more) {
        if (buffer.length - size < more) {
            buffer = Arrays.copyOf(buffer,
                    Math.max(Math.addExact(size, more), buffer.length + (buffer.length >> 1) + 16));
        }
    }

    public int size() {
        return size;
    }

    public ByteWriter u8(int value) {
        ensure(1);
        buffer[size++] = (byte) value;
        return this;
    }

    public ByteWriter u16(int value) {
        return u8(value >>> 8).u8(value);
    }

    public ByteWriter u32(int value) {
        ensure(4);
        for (int shift = 24; shift >= 0; shift -= 8) {
            buffer[size++] = (byte) (value >>> shift);
        }
        return this;
    }

    public ByteWriter u64(long value) {
        ensure(8);
        for (int shift = 56; shift >= 0; shift -= 8) {
            buffer[size++] = (byte) (value >>> shift);
        }
        return this;
    }

    /** LEB128, unsigned, 1 to 10 bytes. */
    public ByteWriter varint(long value) {
        ensure(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            buffer[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        buffer[size++] = (byte) rest;
        return this;
    }

    /** Zigzag, then {@link #varint}: small negative numbers stay small. */
    public ByteWriter signedVarint(long value) {
        return varint((value << 1) ^ (value >> 63));
    }

    public ByteWriter raw(byte[] bytes) {
        return raw(bytes, 0, bytes.length);
    }

    public ByteWriter raw(byte[] bytes, int offset, int length) {
        ensure(length);
        System.arraycopy(bytes, offset, buffer, size, length);
        size += length;
        return this;
    }

    /** Length as {@link #varint}, then the bytes. */
    public ByteWriter bytes(byte[] bytes) {
        return varint(bytes.length).raw(bytes);
    }

    /**
     * Order-preserving unsigned integer of 1 to 9 bytes: the number of significant bytes, then those bytes, big-endian.
     * Compact for small numbers and free of zero bytes except in the number itself.
     */
    public ByteWriter orderedUnsigned(long value) {
        int significant = (64 - Long.numberOfLeadingZeros(value) + 7) / 8;
        u8(significant);
        for (int i = significant - 1; i >= 0; i--) {
            u8((int) (value >>> (8 * i)));
        }
        return this;
    }

    /** What was written is the first {@link #size} bytes of it, until more is written. Not to be changed. */
    public byte[] array() {
        return buffer;
    }

    /** The bytes written so far, copied. */
    public byte[] toBytes() {
        return Arrays.copyOf(buffer, size);
    }

    /** As {@link #toBytes}, without a copy when the first guess was right; this writer must not be used any more. */
    public byte[] finish() {
        return size == buffer.length ? buffer : toBytes();
    }

    /** What {@link #varint} takes. */
    public static int varintBytes(long value) {
        return (70 - Long.numberOfLeadingZeros(value | 1)) / 7;
    }

    /** Empties the writer and keeps its array. */
    public void reset() {
        size = 0;
    }
}
