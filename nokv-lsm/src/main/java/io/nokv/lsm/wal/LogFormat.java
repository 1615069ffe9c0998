package io.nokv.lsm.wal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** The record frame; the grammar is in the package description. */
final class LogFormat {
    static final int VERSION = 2;
    static final int HEADER_BYTES = 25;
    static final int ALIGNMENT = 8;
    /** Larger records are refused on writing and do not parse. */
    static final int MAX_PAYLOAD_BYTES = 1 << 28;

    static final byte TYPE_HEADER = 1;
    static final byte TYPE_BATCH = 2;
    static final byte TYPE_CLOSED = 3;
    static final byte TYPE_STREAM = 4;
    /** Of a stream record's payload: channel, kind, stream. */
    static final int STREAM_HEAD_BYTES = 10;

    /** {@code recordBytes} is the space taken, padding included. */
    record Frame(byte type, long sequence, long syncedTo, int payloadAt, int payloadBytes, int recordBytes) {}

    private LogFormat() {}

    static int recordBytes(int payloadBytes) {
        return (HEADER_BYTES + payloadBytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    /** SplitMix64's finalizer, folded; never zero, so that zeros never parse. */
    static int magic(long segment) {
        long z = segment + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return (int) (z ^ (z >>> 31)) | 1;
    }

    private static int crc(long segment, long offset, byte[] bytes, int recordAt, int payloadBytes) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(16).putLong(segment).putLong(offset).flip());
        crc.update(bytes, recordAt + 8, HEADER_BYTES - 8 + payloadBytes);
        return (int) crc.getValue();
    }

    /** Appends a framed record to {@code out}, a heap buffer with room for it; {@code offset} is its place in the file. */
    static void write(ByteBuffer out, long segment, long offset, long syncedTo, byte type, long sequence,
            byte[] payload) {
        int at = out.position();
        out.putInt(magic(segment)).putInt(0).putInt(payload.length).putInt((int) syncedTo).putLong(sequence).put(type);
        out.put(payload);
        while (out.position() - at < recordBytes(payload.length)) {
            out.put((byte) 0);
        }
        out.putInt(at + 4, crc(segment, offset, out.array(), out.arrayOffset() + at, payload.length));
    }

    /** The record at {@code at} of the whole segment {@code bytes}, or null when there is none that checks. */
    static Frame read(byte[] bytes, long segment, int at) {
        return read(bytes, segment, at, at);
    }

    /** The record at {@code at} of {@code bytes}, which stands at {@code offset} of its segment; null as above. */
    static Frame read(byte[] bytes, long segment, long offset, int at) {
        if (bytes.length - at < HEADER_BYTES) {
            return null;
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (in.getInt(at) != magic(segment)) {
            return null;
        }
        int payloadBytes = in.getInt(at + 8);
        if (payloadBytes < 0 || payloadBytes > MAX_PAYLOAD_BYTES || payloadBytes > bytes.length - at - HEADER_BYTES) {
            return null;
        }
        if (crc(segment, offset, bytes, at, payloadBytes) != in.getInt(at + 4)) {
            return null;
        }
        return new Frame(bytes[at + 24], in.getLong(at + 16), in.getInt(at + 12) & 0xFFFFFFFFL, at + HEADER_BYTES,
                payloadBytes, recordBytes(payloadBytes));
    }
}
