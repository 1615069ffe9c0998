package io.nokv.kv;

import io.nokv.base.vfs.Vfs;
import io.nokv.base.vfs.VfsFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;

/** Passes everything on, after {@link #before} had its say. */
abstract class DelegatingVfs implements Vfs {
    /** The calls that change what is stored. */
    enum Call {
        WRITE, SYNC, NAMES
    }

    private final Vfs below;

    DelegatingVfs(Vfs below) {
        this.below = below;
    }

    /** Comes before each changing call; may wait, or throw instead. */
    abstract void before(Call call);

    @Override
    public VfsFile open(String path, Mode mode) {
        if (mode == Mode.CREATE_NEW || mode == Mode.CREATE_OR_TRUNCATE) {
            before(Call.NAMES);
        }
        VfsFile file = below.open(path, mode);
        return new VfsFile() {
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
                before(Call.WRITE);
                return file.write(offset, from);
            }

            @Override
            public void sync() {
                before(Call.SYNC);
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
        };
    }

    @Override
    public void makeDirectories(String path) {
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
        before(Call.NAMES);
        below.rename(from, to);
    }

    @Override
    public void link(String from, String to) {
        before(Call.NAMES);
        below.link(from, to);
    }

    @Override
    public void delete(String path) {
        before(Call.NAMES);
        below.delete(path);
    }

    @Override
    public void syncDir(String directory) {
        before(Call.SYNC);
        below.syncDir(directory);
    }

    @Override
    public AutoCloseable lock(String path) {
        return below.lock(path);
    }

    @Override
    public long freeBytes() {
        return below.freeBytes();
    }
}
