package io.nokv.jdbc;

import java.nio.charset.StandardCharsets;

/**
 * Reads protobuf's wire format from a part of an array, one field after the other. Bounds are the array's and the part's:
 * what does not fit is a {@link Malformed}. Used by one thread.
 */
final class WireReader {
    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int BYTES = 2;
    static final int FIXED32 = 5;

    /** The bytes are no message. */
    static final class Malformed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Malformed(String message) {
            super(message);
        }
    }

    private final byte[] bytes;
    private int at;
    private int end;

    WireReader(byte[] bytes) {
        this.bytes = bytes;
        this.end = bytes.length;
    }

    /** The next field's number and wire type, or 0 at the end of the part. */
    int tag() {
        return at == end ? 0 : (int) varint();
    }

    long varint() {
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            if (at == end) {
                throw new Malformed("a number is cut");
            }
            byte b = bytes[at++];
            value |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new Malformed("a number is too long");
    }

    long zigZag() {
        long value = varint();
        return value >>> 1 ^ -(value & 1);
    }

    double fixed64() {
        if (end - at < 8) {
            throw new Malformed("a number is cut");
        }
        long value = 0;
        for (int i = 7; i >= 0; i--) {
            value = value << 8 | bytes[at + i] & 0xFF;
        }
        at += 8;
        return Double.longBitsToDouble(value);
    }

    private int length() {
        long length = varint();
        if (length < 0 || length > end - at) {
            throw new Malformed("a field is longer than its message");
        }
        return (int) length;
    }

    String text() {
        int length = length();
        String text = new String(bytes, at, length, StandardCharsets.UTF_8);
        at += length;
        return text;
    }

    byte[] copy() {
        int length = length();
        byte[] copy = new byte[length];
        System.arraycopy(bytes, at, copy, 0, length);
        at += length;
        return copy;
    }

    /** Narrows the part to the message that comes; returns what {@link #leave} needs. */
    int enter() {
        int length = length();
        int outer = end;
        end = at + length;
        return outer;
    }

    /** Back to the part around, behind the message. */
    void leave(int outer) {
        at = end;
        end = outer;
    }
}
