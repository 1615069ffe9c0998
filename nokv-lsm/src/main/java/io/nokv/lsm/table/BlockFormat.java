package io.nokv.lsm.table;

import io.nokv.base.error.NokvException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** The frame around stored blocks, and the footer; the grammar is in the package description. */
final class BlockFormat {
    static final int VERSION = 3;
    static final int TRAILER_BYTES = 9;
    static final int FOOTER_BYTES = 60;
    /** "NoKVtbl1". */
    static final long MAGIC = 0x4E6F4B5674626C31L;
    static final int MAX_RAW_BYTES = 1 << 30;

    /** Where a block lies; {@code bytes} does not count the trailer. */
    record Place(long offset, int bytes) {
        long end() {
            return offset + bytes + TRAILER_BYTES;
        }
    }

    record Footer(Place filter, Place index, Place properties) {}

    private BlockFormat() {}

    private static int crc(long table, long offset, byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(16).putLong(table).putLong(offset).flip());
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    /** The block as it goes into the file at {@code offset} of {@code table}. */
    static byte[] frame(long table, long offset, byte[] raw, Compression compression) {
        byte[] stored = raw;
        Compression used = Compression.NONE;
        if (compression != Compression.NONE) {
            byte[] packed = compression.compress(raw);
            if (packed.length < raw.length - raw.length / 8) {
                stored = packed;
                used = compression;
            }
        }
        ByteBuffer framed = ByteBuffer.allocate(stored.length + TRAILER_BYTES);
        framed.put(stored).put((byte) used.code()).putInt(raw.length);
        framed.putInt(crc(table, offset, framed.array(), stored.length + 5));
        return framed.array();
    }

    /** The raw block out of {@code framed}, read at {@code offset} of {@code table}; CORRUPTION unless it checks. */
    static byte[] unframe(long table, long offset, byte[] framed, String path) {
        int storedBytes = framed.length - TRAILER_BYTES;
        ByteBuffer in = ByteBuffer.wrap(framed);
        if (crc(table, offset, framed, storedBytes + 5) != in.getInt(storedBytes + 5)) {
            throw NokvException.corruption(path, offset, "the block does not match its checksum");
        }
        Compression compression = Compression.ofCode(framed[storedBytes]);
        int rawBytes = in.getInt(storedBytes + 1);
        if (compression == null || rawBytes < 0 || rawBytes > MAX_RAW_BYTES) {
            throw NokvException.corruption(path, offset, "the block has an unknown form");
        }
        byte[] raw = compression.decompress(framed, storedBytes, rawBytes);
        if (raw == null) {
            throw NokvException.corruption(path, offset, "the block does not decompress");
        }
        return raw;
    }

    static byte[] footer(long table, Footer footer) {
        ByteBuffer out = ByteBuffer.allocate(FOOTER_BYTES);
        for (Place place : new Place[]{footer.filter, footer.index, footer.properties}) {
            out.putLong(place.offset).putInt(place.bytes);
        }
        out.putLong(table).putInt(VERSION);
        out.putInt(crc(table, 0, out.array(), out.position()));
        out.putLong(MAGIC);
        return out.array();
    }

    static Footer parseFooter(long table, byte[] bytes, long fileBytes, String path) {
        long at = fileBytes - FOOTER_BYTES;
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (in.getLong(FOOTER_BYTES - 8) != MAGIC) {
            throw NokvException.corruption(path, fileBytes - 8, "not a table: the magic number is missing");
        }
        if (crc(table, 0, bytes, FOOTER_BYTES - 12) != in.getInt(FOOTER_BYTES - 12)) {
            throw NokvException.corruption(path, at, "the footer does not match its checksum");
        }
        if (in.getInt(FOOTER_BYTES - 16) != VERSION) {
            throw NokvException.corruption(path, at, "table format " + in.getInt(FOOTER_BYTES - 16));
        }
        Place[] places = new Place[3];
        for (int i = 0; i < 3; i++) {
            places[i] = new Place(in.getLong(), in.getInt());
        }
        boolean inOrder = places[0].offset >= 0 && places[0].end() == places[1].offset
                && places[1].end() == places[2].offset && places[2].end() == at;
        for (Place place : places) {
            inOrder &= place.bytes >= 0;
        }
        if (!inOrder) {
            throw NokvException.corruption(path, at, "the parts of the table do not meet");
        }
        return new Footer(places[0], places[1], places[2]);
    }
}
