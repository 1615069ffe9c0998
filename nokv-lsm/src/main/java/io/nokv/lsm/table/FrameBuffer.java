package io.nokv.lsm.table;

import io.nokv.base.error.NokvException;
import io.nokv.lsm.file.Compression;
import io.nokv.lsm.file.OpenFiles;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Framed blocks as they were read from a file, to be checked and decompressed. Reused, so that a read allocates neither this
 * nor the frame. Used by one flow at a time.
 */
final class FrameBuffer {
    /** Longer ones are not kept. */
    static final int MOST_KEPT_BYTES = 256 << 10;
    private static final int LEAST_BYTES = 16 << 10;
    private static final int ORIGIN_BYTES = 16;

    private final ByteBuffer origin = ByteBuffer.allocate(ORIGIN_BYTES);
    private final CRC32C crc = new CRC32C();
    private byte[] bytes = new byte[LEAST_BYTES];
    private ByteBuffer view = ByteBuffer.wrap(bytes);
    private long table;
    private String path;
    private long begin;
    private int filled;

    /** Reads {@code count} bytes at {@code offset} of the file; what was read before is gone. */
    void read(OpenFiles.Handle file, String path, long table, long offset, int count) {
        if (bytes.length < count) {
            bytes = new byte[Math.max(count, 2 * bytes.length)];
            view = ByteBuffer.wrap(bytes);
        }
        this.path = path;
        this.table = table;
        this.begin = offset;
        this.filled = 0;
        file.read(offset, view.clear().limit(count));
        this.filled = count;
    }

    /** Whether {@code count} bytes at {@code offset} of the file that was read from last are here. */
    boolean has(long offset, int count) {
        return offset >= begin && offset + count <= begin + filled;
    }

    int capacity() {
        return bytes.length;
    }

    /** Bytes of the raw block that lies at {@code offset} of the file; CORRUPTION unless it checks. */
    int rawBytes(long offset, int framedBytes) {
        int at = (int) (offset - begin);
        int trailer = at + framedBytes - BlockFormat.TRAILER_BYTES;
        crc.reset();
        crc.update(origin.clear().putLong(table).putLong(offset).flip());
        crc.update(bytes, at, framedBytes - BlockFormat.TRAILER_BYTES + 5);
        view.clear();
        if ((int) crc.getValue() != view.getInt(trailer + 5)) {
            throw NokvException.corruption(path, offset, "the block does not match its checksum");
        }
        int rawBytes = view.getInt(trailer + 1);
        if (Compression.ofCode(bytes[trailer]) == null || rawBytes < 0 || rawBytes > BlockFormat.MAX_RAW_BYTES) {
            throw NokvException.corruption(path, offset, "the block has an unknown form");
        }
        return rawBytes;
    }

    /** The raw block at {@code offset} of the file to {@code into[intoAt]} on, after {@link #rawBytes} said how long it is. */
    void unframe(long offset, int framedBytes, byte[] into, int intoAt, int rawBytes) {
        int at = (int) (offset - begin);
        int stored = framedBytes - BlockFormat.TRAILER_BYTES;
        Compression compression = Compression.ofCode(bytes[at + stored]);
        if (!compression.decompress(bytes, at, stored, into, intoAt, rawBytes)) {
            throw NokvException.corruption(path, offset, "the block does not decompress");
        }
    }
}
