package io.nokv.lsm.concurrent;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.vfs.Vfs;
import io.nokv.base.vfs.VfsFile;
import io.nokv.lsm.file.OpenFiles;
import io.nokv.lsm.vfs.MemVfs;
import java.nio.ByteBuffer;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;

/** Three files of which one may be open, besides those that are read: a read of a closed one fails. */
@Param(name = "file", gen = IntGen.class, conf = "0:2")
public final class ConcurrentFiles {
    private static final int FILES = 3;
    private static final int BYTES = 16;

    private final OpenFiles files;
    private final OpenFiles.Handle[] handles = new OpenFiles.Handle[FILES];

    public ConcurrentFiles() {
        MemVfs vfs = new MemVfs();
        files = new OpenFiles(vfs, 1);
        for (int i = 0; i < FILES; i++) {
            handles[i] = files.handle(path(i));
            ByteBuffer bytes = ByteBuffer.allocate(BYTES);
            while (bytes.hasRemaining()) {
                bytes.put((byte) (i + 1));
            }
            try (VfsFile file = vfs.open(path(i), Vfs.Mode.CREATE_NEW)) {
                file.write(0, bytes.flip());
            }
        }
    }

    private static String path(int file) {
        return "file-" + file;
    }

    private static int sum(ByteBuffer filled) {
        int sum = 0;
        for (byte b : filled.array()) {
            sum += b;
        }
        return sum;
    }

    @Operation
    public int readByHandle(@Param(name = "file") int file) {
        ByteBuffer into = ByteBuffer.allocate(BYTES);
        handles[file].read(0, into);
        return sum(into);
    }

    @Operation
    public int readByPath(@Param(name = "file") int file) {
        ByteBuffer into = ByteBuffer.allocate(BYTES);
        files.read(path(file), 0, into);
        return sum(into);
    }

    @Operation
    public void forget(@Param(name = "file") int file) {
        files.forget(path(file));
    }

    /** Those that nobody reads and that are open all the same. */
    @Operation
    public boolean areFew() {
        return files.count() <= 1;
    }

    @Operation
    public void close() {
        files.close();
    }

    /** What they are when one call comes after another. */
    public static final class Files {
        private boolean closed;

        private int read(int file) {
            if (closed) {
                throw new NokvException(FailureCode.CLOSED, "closed");
            }
            return BYTES * (file + 1);
        }

        public int readByHandle(int file) {
            return read(file);
        }

        public int readByPath(int file) {
            return read(file);
        }

        public void forget(int file) {
            // It is opened anew.
        }

        public boolean areFew() {
            return true;
        }

        public void close() {
            closed = true;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Files files && files.closed == closed;
        }

        @Override
        public int hashCode() {
            return closed ? 1 : 0;
        }
    }
}
