package io.nokv.lsm.vfs;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.vfs.ForwardingVfs;
import io.nokv.base.vfs.VfsFile;
import java.util.List;
import java.util.function.Supplier;

/**
 * A {@link MemVfs} as one machine sees it until the power is cut; from then on every call throws IO_ERROR, so that threads of what ran on it
 * can do nothing to the files of what is started next. Thread-safe.
 */
final class MachineVfs extends ForwardingVfs {
    private final MemVfs disk;
    private final int born;

    MachineVfs(MemVfs disk, int born) {
        super(disk);
        this.disk = disk;
        this.born = born;
    }

    private <T> T powered(Supplier<T> call) {
        synchronized (disk) {
            if (disk.powerCycles() != born) {
                throw new NokvException(FailureCode.IO_ERROR, "the power of this machine was cut");
            }
            return call.get();
        }
    }

    private void change(Runnable call) {
        powered(() -> {
            call.run();
            return null;
        });
    }

    @Override
    public VfsFile open(String path, Mode mode) {
        return powered(() -> super.open(path, mode));
    }

    @Override
    public void makeDirectories(String path) {
        change(() -> super.makeDirectories(path));
    }

    @Override
    public List<String> list(String directory) {
        return powered(() -> super.list(directory));
    }

    @Override
    public boolean exists(String path) {
        return powered(() -> super.exists(path));
    }

    @Override
    public long size(String path) {
        return powered(() -> super.size(path));
    }

    @Override
    public void rename(String from, String to) {
        change(() -> super.rename(from, to));
    }

    @Override
    public void link(String from, String to) {
        change(() -> super.link(from, to));
    }

    @Override
    public void delete(String path) {
        change(() -> super.delete(path));
    }

    @Override
    public void syncDir(String directory) {
        change(() -> super.syncDir(directory));
    }

    @Override
    public AutoCloseable lock(String path) {
        return powered(() -> super.lock(path));
    }

    @Override
    public long freeBytes() {
        return powered(super::freeBytes);
    }
}
