package io.nokv.benchmark.cluster;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.vfs.Vfs;
import io.nokv.base.vfs.VfsFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;

/** A file system that is full when it is told to be: nothing new is made and nothing grows, what is there can be written. */
final class FillingVfs implements Vfs {
    private final Vfs below;
    private volatile boolean full;

    FillingVfs(Vfs below) {
        this.below = below;
    }

    void fill(boolean now) {
        full = now;
    }

    private void check(boolean grows, String path) {
        if (full && grows) {
            throw new NokvException(FailureCode.NO_SPACE, path + ": the device is full, as the test wants");
        }
    }

    @Override
    public VfsFile open(String path, Mode mode) {
        check(mode == Mode.CREATE_NEW || mode == Mode.CREATE_OR_TRUNCATE, path);
        return new FillingFile(below.open(path, mode));
    }

    @Override
    public void makeDirectories(String path) {
        check(!below.exists(path), path);
        below.makeDirectories(path);
    }

    @Override
    public List<String> list(String directory) {
        return below.list(directory);
    }

    @Override
    public boolean exists(String path) {
        return below.exists(path);
    }

    @Override
    public long size(String path) {
        return below.size(path);
    }

    @Override
    public void rename(String from, String to) {
        below.rename(from, to);
    }

    @Override
    public void link(String from, String to) {
        check(true, to);
        below.link(from, to);
    }

    @Override
    public void delete(String path) {
        below.delete(path);
    }

    @Override
    public void syncDir(String directory) {
        below.syncDir(directory);
    }

    @Override
    public AutoCloseable lock(String path) {
        return below.lock(path);
    }

    @Override
    public long freeBytes() {
        return full ? 0 : below.freeBytes();
    }

    private final class FillingFile implements VfsFile {
        private final VfsFile file;

        FillingFile(VfsFile file) {
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
            check(full && offset + from.remaining() > file.size(), file.path());
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
            check(full && size > file.size(), file.path());
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
