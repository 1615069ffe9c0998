package io.nokv.base.vfs;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import java.nio.ByteBuffer;

/** Whole reads and writes over a port that may be short. */
public final class VfsIo {
    private VfsIo() {}

    /** Fills {@code into} from {@code offset}; CORRUPTION when the file ends before. */
    public static void readFully(VfsFile file, long offset, ByteBuffer into) {
        long at = offset;
        while (into.hasRemaining()) {
            int n = file.read(at, into);
            if (n <= 0) {
                throw NokvException.corruption(file.path(), at, "file ends " + into.remaining() + " bytes too early");
            }
            at += n;
        }
    }

    /** Writes all of {@code from} at {@code offset}. */
    public static void writeFully(VfsFile file, long offset, ByteBuffer from) {
        long at = offset;
        while (from.hasRemaining()) {
            int n = file.write(at, from);
            if (n <= 0) {
                throw new NokvException(FailureCode.IO_ERROR, file.path() + ": write made no progress at " + at);
            }
            at += n;
        }
    }

    /** The whole file. */
    public static byte[] readAll(Vfs vfs, String path) {
        try (VfsFile file = vfs.open(path, Vfs.Mode.READ)) {
            byte[] bytes = new byte[Math.toIntExact(file.size())];
            readFully(file, 0, ByteBuffer.wrap(bytes));
            return bytes;
        }
    }

    /** Replaces {@code path} atomically and durably: temporary file, sync, rename, directory sync. */
    public static void replace(Vfs vfs, String directory, String name, byte[] content) {
        String path = directory.isEmpty() ? name : directory + "/" + name;
        String temporary = path + ".tmp";
        try (VfsFile file = vfs.open(temporary, Vfs.Mode.CREATE_OR_TRUNCATE)) {
            writeFully(file, 0, ByteBuffer.wrap(content));
            file.sync();
        }
        vfs.rename(temporary, path);
        vfs.syncDir(directory);
    }
}
