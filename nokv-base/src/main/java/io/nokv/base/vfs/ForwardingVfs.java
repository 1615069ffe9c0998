package io.nokv.base.vfs;

import java.util.List;

/**
 * Passes every call on to another file system: what watches, delays or refuses some calls overrides those. Thread-safe as the one below.
 * Files that are opened are passed on too; override {@link #wrap} to come between, with a {@link ForwardingFile}.
 */
public abstract class ForwardingVfs implements Vfs {
    protected final Vfs below;

    protected ForwardingVfs(Vfs below) {
        this.below = below;
    }

    /** What is handed out for a file that was opened below. */
    protected VfsFile wrap(VfsFile file) {
        return file;
    }

    @Override
    public VfsFile open(String path, Mode mode) {
        return wrap(below.open(path, mode));
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
        below.rename(from, to);
    }

    @Override
    public void link(String from, String to) {
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
        return below.freeBytes();
    }
}
