package io.nokv.benchmark.cluster;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.vfs.ForwardingFile;
import io.nokv.base.vfs.ForwardingVfs;
import io.nokv.base.vfs.Vfs;
import io.nokv.base.vfs.VfsFile;
import java.nio.ByteBuffer;

/** A file system that is full when it is told to be: nothing new is made and nothing grows, what is there can be written. */
final class FillingVfs extends ForwardingVfs {
    private volatile boolean full;

    FillingVfs(Vfs below) {
        super(below);
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
        return super.open(path, mode);
    }

    @Override
    public void makeDirectories(String path) {
        check(!exists(path), path);
        super.makeDirectories(path);
    }

    @Override
    public void link(String from, String to) {
        check(true, to);
        super.link(from, to);
    }

    @Override
    public long freeBytes() {
        return full ? 0 : super.freeBytes();
    }

    @Override
    protected VfsFile wrap(VfsFile file) {
        return new ForwardingFile(file) {
            @Override
            public int write(long offset, ByteBuffer from) {
                check(full && offset + from.remaining() > size(), path());
                return super.write(offset, from);
            }

            @Override
            public void allocate(long size) {
                check(full && size > size(), path());
                super.allocate(size);
            }
        };
    }
}
