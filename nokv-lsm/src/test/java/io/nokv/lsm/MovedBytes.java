package io.nokv.lsm;

import io.nokv.base.vfs.ForwardingFile;
import io.nokv.base.vfs.ForwardingVfs;
import io.nokv.base.vfs.Vfs;
import io.nokv.base.vfs.VfsFile;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what is read from and written to tables: what {@link VirtualTime} takes for work. */
final class MovedBytes {
    private final AtomicLong moved = new AtomicLong();

    long soFar() {
        return moved.get();
    }

    private int count(int bytes) {
        moved.addAndGet(bytes);
        return bytes;
    }

    /** {@code below}, counted. */
    Vfs over(Vfs below) {
        return new ForwardingVfs(below) {
            @Override
            protected VfsFile wrap(VfsFile file) {
                return file.path().endsWith(".sst") ? counted(file) : file;
            }
        };
    }

    private VfsFile counted(VfsFile file) {
        return new ForwardingFile(file) {
            @Override
            public int read(long offset, ByteBuffer into) {
                return count(super.read(offset, into));
            }

            @Override
            public int write(long offset, ByteBuffer from) {
                return count(super.write(offset, from));
            }
        };
    }
}
