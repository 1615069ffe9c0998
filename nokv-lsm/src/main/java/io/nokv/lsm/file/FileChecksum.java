package io.nokv.lsm.file;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** The CRC32C of a whole file. */
public final class FileChecksum {
    private static final int CHUNK_BYTES = 1 << 20;

    private FileChecksum() {}

    /** Of the first {@code bytes} of the file, which it has; read piece by piece. */
    public static int of(OpenFiles files, String path, long bytes) {
        CRC32C crc = new CRC32C();
        ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, bytes));
        for (long at = 0; at < bytes; at += chunk.limit()) {
            chunk.clear().limit((int) Math.min(chunk.capacity(), bytes - at));
            files.read(path, at, chunk);
            crc.update(chunk.flip());
        }
        return (int) crc.getValue();
    }
}
