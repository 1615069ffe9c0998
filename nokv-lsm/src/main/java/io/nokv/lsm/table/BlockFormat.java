package io.nokv.lsm.table;

import io.nokv.lsm.file.Compression;
import io.nokv.base.error.NokvException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** The frame around stored blocks, and the footer; the grammar is in the package description. */
final class BlockFormat {
    static final int VERSION = 4;
    static final int TRAILER_BYTES = 9;
    static final int FOOTER_BYTES = 36;
    /** "NoKVtbl1". */
    static final long MAGIC = 0x4E6F4B5674626C31L;
    static final int MAX_RAW_BYTES = 1 << 30;

    /** Where a block lies; {@code bytes} does not count the trailer. */
    record Place(long offset, int bytes) {
        long end() {
            return offset + framedBytes();
        }

        int framedBytes() {
            return bytes + TRAILER_BYTES;
        }
    }

    private BlockFormat() {}

    private static int crc(long table, long offset, byte[] bytes, int at, int length) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(16).putLong(table).putLong(offset).flip());
        crc.update(bytes, at, length);
        return (int) crc.getValue();
    }

    /** Room that {@link #frame} needs. */
    static int mostFramedBytes(int rawBytes, Compression compression) {
        return Math.addExact(Math.max(rawBytes, compression.mostBytes(rawBytes)), TRAILER_BYTES);
    }

    /**
     * Puts the block of the first {@code rawBytes} of {@code raw} to the end of {@code out}, an array's, as it goes into the file at
     * {@code offset} of {@code table}. What compression does not make an eighth smaller is stored as it is.
     */
    static Place frame(long table, long offset, byte[] raw, int rawBytes, Compression compression, ByteBuffer out) {
        int at = out.position();
        byte[] array = out.array();
        Compression used = compression;
        int stored = compression.compress(raw, rawBytes, array, at);
        if (compression != Compression.NONE && stored >= rawBytes - rawBytes / 8) {
            used = Compression.NONE;
            stored = used.compress(raw, rawBytes, array, at);
        }
        out.position(at + stored).put((byte) used.code()).putInt(rawBytes);
        out.putInt(crc(table, offset, array, at, stored + 5));
        return new Place(offset, stored);
    }

    /** The raw block out of {@code framed}, read at {@code offset} of {@code table}; CORRUPTION unless it checks. */
    static byte[] unframe(long table, long offset, byte[] framed, String path) {
        int storedBytes = framed.length - TRAILER_BYTES;
        ByteBuffer in = ByteBuffer.wrap(framed);
        if (crc(table, offset, framed, 0, storedBytes + 5) != in.getInt(storedBytes + 5)) {
            throw NokvException.corruption(path, offset, "the block does not match its checksum");
        }
        int rawBytes = in.getInt(storedBytes + 1);
        Compression compression = Compression.ofCode(framed[storedBytes]);
        if (compression == null || rawBytes < 0 || rawBytes > MAX_RAW_BYTES) {
            throw NokvException.corruption(path, offset, "the block has an unknown form");
        }
        byte[] raw = compression.decompress(framed, storedBytes, rawBytes);
        if (raw == null) {
            throw NokvException.corruption(path, offset, "the block does not decompress");
        }
        return raw;
    }

    /** @param parts where the list of the table's parts lies */
    static byte[] footer(long table, Place parts) {
        ByteBuffer out = ByteBuffer.allocate(FOOTER_BYTES);
        out.putLong(parts.offset).putInt(parts.bytes).putLong(table).putInt(VERSION);
        out.putInt(crc(table, 0, out.array(), 0, out.position()));
        out.putLong(MAGIC);
        return out.array();
    }

    /** Where the list of the table's parts lies. */
    static Place parseFooter(long table, byte[] bytes, long fileBytes, String path) {
        long at = fileBytes - FOOTER_BYTES;
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (in.getLong(FOOTER_BYTES - 8) != MAGIC) {
            throw NokvException.corruption(path, fileBytes - 8, "not a table: the magic number is missing");
        }
        if (crc(table, 0, bytes, 0, FOOTER_BYTES - 12) != in.getInt(FOOTER_BYTES - 12)) {
            throw NokvException.corruption(path, at, "the footer does not match its checksum");
        }
        if (in.getInt(FOOTER_BYTES - 16) != VERSION) {
            throw NokvException.corruption(path, at, "table format " + in.getInt(FOOTER_BYTES - 16));
        }
        Place parts = new Place(in.getLong(), in.getInt());
        if (parts.offset < 0 || parts.bytes < 0 || parts.end() != at) {
            throw NokvException.corruption(path, at, "the list of parts does not lie before the footer");
        }
        return parts;
    }
}
