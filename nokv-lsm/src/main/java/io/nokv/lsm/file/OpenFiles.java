package io.nokv.lsm.file;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.vfs.Vfs;
import io.nokv.base.vfs.VfsFile;
import io.nokv.base.vfs.VfsIo;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * At most so many open files to read from, the least recently used closed first. A file in use is closed when its last reader is
 * done. No lock is held while a file is opened, read or closed. Thread-safe.
 */
public final class OpenFiles implements AutoCloseable {
    private static final class Open {
        final VfsFile file;
        int readers;
        boolean dropped;

        Open(VfsFile file) {
            this.file = file;
        }
    }

    private final Vfs vfs;
    private final int limit;
    private final ReentrantLock lock = new ReentrantLock();
    private final LinkedHashMap<String, Open> open = new LinkedHashMap<>(64, 0.75f, true);
    private boolean closed;

    public OpenFiles(Vfs vfs, int limit) {
        this.vfs = vfs;
        this.limit = limit;
    }

    /** Fills {@code into} from {@code offset} of the file. */
    public void read(String path, long offset, ByteBuffer into) {
        Open entry = enter(path);
        try {
            VfsIo.readFully(entry.file, offset, into);
        } finally {
            exit(entry);
        }
    }

    private Open enter(String path) {
        Open entry = known(path);
        if (entry != null) {
            return entry;
        }
        Open opened = new Open(vfs.open(path, Vfs.Mode.READ));
        List<Open> idle = new ArrayList<>();
        lock.lock();
        try {
            entry = closed ? null : open.get(path);
            if (entry == null) {
                entry = opened;
                if (closed) {
                    entry.dropped = true;
                } else {
                    open.put(path, entry);
                    shrink(idle);
                }
            } else {
                idle.add(opened);
            }
            entry.readers++;
        } finally {
            lock.unlock();
        }
        idle.forEach(o -> o.file.close());
        return entry;
    }

    private Open known(String path) {
        lock.lock();
        try {
            if (closed) {
                throw new NokvException(FailureCode.CLOSED, path + ": the store is closed");
            }
            Open entry = open.get(path);
            if (entry != null) {
                entry.readers++;
            }
            return entry;
        } finally {
            lock.unlock();
        }
    }

    private void shrink(List<Open> idle) {
        while (open.size() > limit) {
            drop(open.pollFirstEntry().getValue(), idle);
        }
    }

    private static void drop(Open entry, List<Open> idle) {
        entry.dropped = true;
        if (entry.readers == 0) {
            idle.add(entry);
        }
    }

    private void exit(Open entry) {
        boolean last;
        lock.lock();
        try {
            last = --entry.readers == 0 && entry.dropped;
        } finally {
            lock.unlock();
        }
        if (last) {
            entry.file.close();
        }
    }

    /** Closes the file once nobody reads it. */
    public void forget(String path) {
        List<Open> idle = new ArrayList<>();
        lock.lock();
        try {
            Open entry = open.remove(path);
            if (entry != null) {
                drop(entry, idle);
            }
        } finally {
            lock.unlock();
        }
        idle.forEach(o -> o.file.close());
    }

    public int count() {
        lock.lock();
        try {
            return open.size();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        List<Open> idle = new ArrayList<>();
        lock.lock();
        try {
            closed = true;
            open.values().forEach(entry -> drop(entry, idle));
            open.clear();
        } finally {
            lock.unlock();
        }
        idle.forEach(o -> o.file.close());
    }
}
