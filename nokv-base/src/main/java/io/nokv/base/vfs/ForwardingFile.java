package io.nokv.base.vfs;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** Passes every call on to another file, as {@link ForwardingVfs} does. Thread-safe as the one below. */
public abstract class ForwardingFile implements VfsFile {
    protected final VfsFile file;

    protected ForwardingFile(VfsFile file) {
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
