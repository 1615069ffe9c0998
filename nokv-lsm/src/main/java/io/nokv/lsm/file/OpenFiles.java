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
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/**
 * At most so many open files to read from; one that was not read lately is closed first (the CLOCK algorithm). A file in use
 * is closed when its last reader is done. Who reads a file again and again keeps a {@link Handle} and takes no lock. No lock
 * is held while a file is opened, read or closed. Thread-safe.
 */
public final class OpenFiles implements AutoCloseable {
    private static final int DROPPED = Integer.MIN_VALUE;

    private static final class Open {
        final VfsFile file;
        /** How many read it now; {@link #DROPPED} and more when nobody may begin to. */
        private final AtomicInteger readers = new AtomicInteger();
        /** Read since the hand of the clock came by. Threads may lose each other's updates. */
        private boolean used;

        Open(VfsFile file) {
            this.file = file;
        }

        /** False once it is dropped. */
        boolean enter() {
            while (true) {
                int seen = readers.get();
                if (seen < 0) {
                    return false;
                }
                if (readers.compareAndSet(seen, seen + 1)) {
                    if (!used) {
                        used = true;
                    }
                    return true;
                }
            }
        }

        void exit() {
            if (readers.decrementAndGet() == DROPPED) {
                file.close();
            }
        }

        /** Called once. True when nobody reads it, so that the caller has to close it. */
        boolean drop() {
            return readers.getAndAdd(DROPPED) == 0;
        }
    }

    /** One file to be read from, open or not. Thread-safe. */
    public final class Handle {
        private final String path;
        /** May be dropped already; null before the first read. */
        private volatile Open known;

        private Handle(String path) {
            this.path = path;
        }

        /** Fills {@code into} from {@code offset} of the file. */
        public void read(long offset, ByteBuffer into) {
            Open entry = known;
            if (entry == null || !entry.enter()) {
                entry = OpenFiles.this.enter(path);
                known = entry;
            }
            try {
                VfsIo.readFully(entry.file, offset, into);
            } finally {
                entry.exit();
            }
        }
    }

    private final Vfs vfs;
    private final int limit;
    private final ReentrantLock lock = new ReentrantLock();
    /** Those that are not dropped; the hand of the clock is at the first. */
    private final LinkedHashMap<String, Open> open = new LinkedHashMap<>();
    private boolean closed;

    public OpenFiles(Vfs vfs, int limit) {
        this.vfs = vfs;
        this.limit = limit;
    }

    /** To read the file at {@code path} with; opens nothing yet. */
    public Handle handle(String path) {
        return new Handle(path);
    }

    /** Fills {@code into} from {@code offset} of the file. */
    public void read(String path, long offset, ByteBuffer into) {
        Open entry = enter(path);
        try {
            VfsIo.readFully(entry.file, offset, into);
        } finally {
            entry.exit();
        }
    }

    private Open enter(String path) {
        Open entry = known(path);
        if (entry != null) {
            return entry;
        }
        Open opened = new Open(vfs.open(path, Vfs.Mode.READ));
        opened.enter();
        List<Open> idle = new ArrayList<>();
        lock.lock();
        try {
            entry = closed ? null : open.get(path);
            if (entry == null) {
                entry = opened;
                if (closed) {
                    entry.drop();
                } else {
                    open.put(path, entry);
                    shrink(idle);
                }
            } else {
                entry.enter(); // under the lock, what is in the map is not dropped
                idle.add(opened);
            }
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
            return entry != null && entry.enter() ? entry : null;
        } finally {
            lock.unlock();
        }
    }

    private void shrink(List<Open> idle) {
        int spared = 0;
        while (open.size() > limit) {
            Map.Entry<String, Open> first = open.pollFirstEntry();
            if (first.getValue().used && spared++ <= limit) {
                first.getValue().used = false;
                open.put(first.getKey(), first.getValue());
            } else {
                drop(first.getValue(), idle);
            }
        }
    }

    private static void drop(Open entry, List<Open> idle) {
        if (entry.drop()) {
            idle.add(entry);
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
