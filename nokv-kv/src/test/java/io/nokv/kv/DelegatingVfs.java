package io.nokv.kv;

import io.nokv.base.vfs.ForwardingFile;
import io.nokv.base.vfs.ForwardingVfs;
import io.nokv.base.vfs.Vfs;
import io.nokv.base.vfs.VfsFile;
import java.nio.ByteBuffer;

/** Passes everything on, after {@link #before} had its say. */
abstract class DelegatingVfs extends ForwardingVfs {
    /** The calls that change what is stored. */
    enum Call {
        WRITE, SYNC, NAMES
    }

    DelegatingVfs(Vfs below) {
        super(below);
    }

    /** Comes before each changing call; may wait, or throw instead. */
    abstract void before(Call call);

    @Override
    public VfsFile open(String path, Mode mode) {
        if (mode == Mode.CREATE_NEW || mode == Mode.CREATE_OR_TRUNCATE) {
            before(Call.NAMES);
        }
        return super.open(path, mode);
    }

    @Override
    protected VfsFile wrap(VfsFile file) {
        return new ForwardingFile(file) {
            @Override
            public int write(long offset, ByteBuffer from) {
                before(Call.WRITE);
                return super.write(offset, from);
            }

            @Override
            public void sync() {
                before(Call.SYNC);
                super.sync();
            }
        };
    }

    @Override
    public void rename(String from, String to) {
        before(Call.NAMES);
        super.rename(from, to);
    }

    @Override
    public void link(String from, String to) {
        before(Call.NAMES);
        super.link(from, to);
    }

    @Override
    public void delete(String path) {
        before(Call.NAMES);
        super.delete(path);
    }

    @Override
    public void syncDir(String directory) {
        before(Call.SYNC);
        super.syncDir(directory);
    }
}
