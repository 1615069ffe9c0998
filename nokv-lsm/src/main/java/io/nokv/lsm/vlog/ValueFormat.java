package io.nokv.lsm.vlog;

import io.nokv.base.error.NokvException;
import io.nokv.lsm.Family;
import io.nokv.lsm.file.Compression;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Header, records and footer of a value file; the grammar is in the package description. */
final class ValueFormat {
    static final int VERSION = 1;
    /** "NoKVval1". */
    static final long MAGIC = 0x4E6F4B5676616C31L;
    static final int HEADER_BYTES = 32;
    static final int FOOTER_BYTES = 48;
    /** Before the key of a record. */
    static final int RECORD_HEADER_BYTES = 22;
    static final int MAX_GENERATION = 255;

    /** A record taken apart; arrays are its own. */
    record Record(Family family, long sequence, byte[] key, byte[] value) {}

    /** Where the index lies, and how many records there are. */
    record Footer(long indexAt, int indexBytes, long records) {}

    private ValueFormat() {}

    private static int crc(long number, long offset, byte[] bytes, int from, int to) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(16).putLong(number).putLong(offset).flip());
        crc.update(bytes, from, to - from);
        return (int) crc.getValue();
    }

    static byte[] header(long number, Family family, int generation) {
        ByteBuffer out = ByteBuffer.allocate(HEADER_BYTES);
        out.putLong(MAGIC).putInt(VERSION).putLong(number).put((byte) family.code()).put((byte) generation);
        out.putInt(HEADER_BYTES - 4, crc(number, 0, out.array(), 0, HEADER_BYTES - 4));
        return out.array();
    }

    static void checkHeader(ValueFileMeta meta, byte[] header, String path) {
        ByteBuffer in = ByteBuffer.wrap(header);
        if (in.getLong(0) != MAGIC) {
            throw NokvException.corruption(path, 0, "not a value file: the magic number is missing");
        }
        if (crc(meta.number(), 0, header, 0, HEADER_BYTES - 4) != in.getInt(HEADER_BYTES - 4)) {
            throw NokvException.corruption(path, 0, "the header does not match its checksum");
        }
        if (in.getInt(8) != VERSION) {
            throw NokvException.corruption(path, 8, "value file format " + in.getInt(8));
        }
        if (in.get(20) != meta.family().code() || (in.get(21) & 0xFF) != meta.generation()) {
            throw NokvException.corruption(path, 20, "the value file is not the one the manifest knows");
        }
    }

    /** The record as it goes to {@code offset} of value file {@code origin}. */
    static byte[] record(long origin, long offset, Family family, long sequence, ByteBuffer key, byte[] value,
            Compression compression) {
        byte[] stored = value;
        Compression used = Compression.NONE;
        if (compression != Compression.NONE) {
            byte[] packed = compression.compress(value);
            if (packed.length < value.length - value.length / 8) {
                stored = packed;
                used = compression;
            }
        }
        ByteBuffer out = ByteBuffer.allocate(RECORD_HEADER_BYTES + key.remaining() + stored.length);
        out.putInt(0).putInt(value.length).put((byte) used.code()).put((byte) family.code()).putLong(sequence)
                .putInt(key.remaining()).put(key).put(stored);
        out.putInt(0, crc(origin, offset, out.array(), 4, out.capacity()));
        return out.array();
    }

    static int checksum(byte[] record) {
        return ByteBuffer.wrap(record).getInt(0);
    }

    /** Whether {@code record}, which is to lie at {@code offset} of {@code origin}, is what was written there. */
    static boolean checks(long origin, long offset, byte[] record) {
        return record.length >= RECORD_HEADER_BYTES
                && crc(origin, offset, record, 4, record.length) == checksum(record);
    }

    /** The value of a record that {@linkplain #checks checks}; null when it does not decode. */
    static byte[] value(byte[] record) {
        ByteBuffer in = ByteBuffer.wrap(record);
        int valueAt = valueAt(in);
        Compression compression = Compression.ofCode(record[8]);
        int valueBytes = in.getInt(4);
        if (valueAt < 0 || compression == null || valueBytes < 0) {
            return null;
        }
        byte[] stored = new byte[record.length - valueAt];
        in.get(valueAt, stored);
        return compression == Compression.NONE
                ? stored.length == valueBytes ? stored : null
                : compression.decompress(stored, stored.length, valueBytes);
    }

    private static int valueAt(ByteBuffer record) {
        int keyBytes = record.getInt(18);
        return keyBytes < 0 || keyBytes > record.capacity() - RECORD_HEADER_BYTES ? -1 : RECORD_HEADER_BYTES + keyBytes;
    }

    /** Whose value a record that {@linkplain #checks checks} is, without the value; null when it does not decode. */
    static Record owner(byte[] record) {
        ByteBuffer in = ByteBuffer.wrap(record);
        int valueAt = valueAt(in);
        Family family = Family.ofCode(record[9]);
        if (valueAt < 0 || family == null) {
            return null;
        }
        byte[] key = new byte[valueAt - RECORD_HEADER_BYTES];
        in.get(RECORD_HEADER_BYTES, key);
        return new Record(family, in.getLong(10), key, null);
    }

    static byte[] footer(long number, long indexAt, byte[] index, long records) {
        ByteBuffer out = ByteBuffer.allocate(FOOTER_BYTES);
        out.putLong(indexAt).putInt(index.length).putInt(crc(number, indexAt, index, 0, index.length)).putLong(records)
                .putLong(number).putInt(VERSION);
        out.putInt(crc(number, 0, out.array(), 0, out.position())).putLong(MAGIC);
        return out.array();
    }

    static Footer parseFooter(ValueFileMeta meta, byte[] footer, String path) {
        long at = meta.bytes() - FOOTER_BYTES;
        ByteBuffer in = ByteBuffer.wrap(footer);
        if (in.getLong(FOOTER_BYTES - 8) != MAGIC) {
            throw NokvException.corruption(path, meta.bytes() - 8, "not a value file: the magic number is missing");
        }
        if (crc(meta.number(), 0, footer, 0, FOOTER_BYTES - 12) != in.getInt(FOOTER_BYTES - 12)) {
            throw NokvException.corruption(path, at, "the footer does not match its checksum");
        }
        Footer parsed = new Footer(in.getLong(0), in.getInt(8), in.getLong(16));
        boolean agrees = in.getInt(32) == VERSION && parsed.indexBytes >= 0
                && parsed.indexAt == HEADER_BYTES + meta.recordBytes() && parsed.indexAt + parsed.indexBytes == at
                && parsed.records == meta.values();
        if (!agrees) {
            throw NokvException.corruption(path, at, "the value file is not the one the manifest knows");
        }
        return parsed;
    }

    static void checkIndex(long number, byte[] footer, byte[] index, String path) {
        ByteBuffer in = ByteBuffer.wrap(footer);
        if (crc(number, in.getLong(0), index, 0, index.length) != in.getInt(12)) {
            throw NokvException.corruption(path, in.getLong(0), "the index does not match its checksum");
        }
    }
}
