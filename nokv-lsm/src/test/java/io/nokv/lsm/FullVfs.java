package io.nokv.lsm;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.vfs.Vfs;
import io.nokv.base.vfs.VfsFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;

/** A file system that becomes full, and has space again, when told so. Thread-safe as the one below. */
final class FullVfs implements Vfs {
    private final Vfs under;
    /** What {@link #freeBytes()} answers. */
    volatile long free = Long.MAX_VALUE;
    /** Whether tables and value files cannot be written, whatever {@link #freeBytes()} said. */
    volatile boolean tablesFail;
    /** How many attempts to write one of them failed. */
    volatile int refused;

    FullVfs(Vfs under) {
        this.under = under;
    }

    @Override
    public VfsFile open(String path, Mode mode) {
        return new File(under.open(path, mode));
    }

    @Override
    public void makeDirectories(String path) {
        under.makeDirectories(path);
    }

    @Override
    public List<String> list(String directory) {
        return under.list(directory);
    }

    @Override
    public boolean exists(String path) {
        return under.exists(path);
    }

    @Override
    public long size(String path) {
        return under.size(path);
    }

    @Override
    public void rename(String from, String to) {
        under.rename(from, to);
    }

    @Override
    public void link(String from, String to) {
        under.link(from, to);
    }

    @Override
    public void delete(String path) {
        under.delete(path);
    }

    @Override
    public void syncDir(String directory) {
        under.syncDir(directory);
    }

    @Override
    public AutoCloseable lock(String path) {
        return under.lock(path);
    }

    @Override
    public long freeBytes() {
        return free;
    }

    private final class File implements VfsFile {
        private final VfsFile file;

        File(VfsFile file) {
            this.file = file;
        }

        @Override
        public String path() {
            return file.path();
        }

        @Override
        public int read(long offset, ByteBuffer into) {
            return file.read(offset, into);
        }

        @Override
        public int write(long offset, ByteBuffer from) {
            if (tablesFail && (path().endsWith(".sst") || path().endsWith(".vlog"))) {
                refused++;
                throw new NokvException(FailureCode.NO_SPACE, path() + ": no space left on device");
            }
            return file.write(offset, from);
        }

        @Override
        public void sync() {
            file.sync();
        }

        @Override
        public void truncate(long size) {
            file.truncate(size);
        }

        @Override
        public void allocate(long size) {
            file.allocate(size);
        }

        @Override
        public long size() {
            return file.size();
        }

        @Override
        public MemorySegment map(long offset, long length, Arena arena) {
            return file.map(offset, length, arena);
        }

        @Override
        public void close() {
            file.close();
        }
    }
}
