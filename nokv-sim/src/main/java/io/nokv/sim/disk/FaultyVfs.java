package io.nokv.sim.disk;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.vfs.Vfs;
import io.nokv.base.vfs.VfsFile;
import io.nokv.sim.disk.DiskCall.Op;
import io.nokv.sim.world.SimNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * A {@link SimDisk} as one process sees it. Each call takes virtual time, may fail as the disk's plan says, and may be
 * the last one this process makes.
 */
public final class FaultyVfs implements Vfs {
    private final SimDisk disk;
    private final Vfs bytes;
    private final List<AutoCloseable> locks = new ArrayList<>();
    /** Files of which a sync failed: later syncs only pretend, as some kernels do. */
    private final Set<String> broken = new TreeSet<>();
    private SimNode node;

    FaultyVfs(SimDisk disk) {
        this.disk = disk;
        this.bytes = disk.bytes();
    }

    void usedBy(SimNode user) {
        node = user;
    }

    /** What the operating system does when a process died. */
    void releaseLocks() {
        for (AutoCloseable lock : locks) {
            release(lock);
        }
        locks.clear();
    }

    private static void release(AutoCloseable lock) {
        try {
            lock.close();
        } catch (Exception e) {
            throw new AssertionError("a lock of memory does not fail to close", e);
        }
    }

    Vfs bytes() {
        return bytes;
    }

    /** Runs {@code action} as the call described, with what strikes it. */
    <T> T call(Op op, String path, long offset, long length, long contentHash, Supplier<T> action) {
        return complete(op, path, begin(op, path, offset, length, contentHash), action);
    }

    /** Counts the call and returns its fault; power cuts before it and refusals strike here. */
    Fault begin(Op op, String path, long offset, long length, long contentHash) {
        Fault fault = disk.next(op, path, offset, length, contentHash);
        if (fault instanceof Fault.PowerCut cut && !cut.after()) {
            disk.cutPower();
        }
        if (fault instanceof Fault.Refuse refuse) {
            if (op == Op.SYNC) {
                broken.add(path);
            }
            pass(nanosOf(op));
            throw new NokvException(refuse.code(), path + ": " + op.name().toLowerCase(Locale.ROOT) + ": injected");
        }
        return fault;
    }

    /**
     * Runs {@code action} and lets time pass before it or after it: what others write while a sync is under way may be
     * covered by it or not. A power cut after the call strikes when it took effect.
     */
    <T> T complete(Op op, String path, Fault fault, Supplier<T> action) {
        long nanos = nanosOf(op) + (fault instanceof Fault.Stall stall ? stall.nanos() : 0);
        boolean early = disk.random().nextInt(2) == 0;
        if (!early) {
            pass(nanos);
        }
        T result = op == Op.SYNC && broken.contains(path) ? null : action.get();
        if (fault instanceof Fault.PowerCut) {
            disk.cutPower();
        }
        if (early) {
            pass(nanos);
        }
        return result;
    }

    private void pass(long nanos) {
        if (nanos > 0) {
            node.scheduler().pause(nanos);
        }
    }

    SimDisk disk() {
        return disk;
    }

    private long nanosOf(Op op) {
        long mean = op == Op.SYNC || op == Op.SYNC_DIRECTORY
                ? disk.world().knobs().syncMeanNanos()
                : disk.world().knobs().diskMeanNanos();
        return mean == 0 ? 0 : disk.random().around(mean);
    }

    private void run(Op op, String path, Runnable action) {
        call(op, path, 0, 0, 0, () -> {
            action.run();
            return null;
        });
    }

    @Override
    public VfsFile open(String path, Mode mode) {
        return call(Op.OPEN, path, mode.ordinal(), 0, 0, () -> new FaultyFile(this, bytes.open(path, mode)));
    }

    @Override
    public void makeDirectories(String path) {
        run(Op.MAKE_DIRECTORIES, path, () -> bytes.makeDirectories(path));
    }

    @Override
    public List<String> list(String directory) {
        return call(Op.LIST, directory, 0, 0, 0, () -> bytes.list(directory));
    }

    @Override
    public boolean exists(String path) {
        return call(Op.EXISTS, path, 0, 0, 0, () -> bytes.exists(path));
    }

    @Override
    public long size(String path) {
        return call(Op.SIZE, path, 0, 0, 0, () -> bytes.size(path));
    }

    @Override
    public void rename(String from, String to) {
        run(Op.RENAME, from, () -> bytes.rename(from, to));
    }

    @Override
    public void link(String from, String to) {
        run(Op.LINK, from, () -> bytes.link(from, to));
    }

    @Override
    public void delete(String path) {
        run(Op.DELETE, path, () -> bytes.delete(path));
    }

    @Override
    public void syncDir(String directory) {
        run(Op.SYNC_DIRECTORY, directory, () -> bytes.syncDir(directory));
    }

    @Override
    public AutoCloseable lock(String path) {
        return call(Op.LOCK, path, 0, 0, 0, () -> {
            AutoCloseable lock = bytes.lock(path);
            locks.add(lock);
            return () -> {
                locks.remove(lock);
                release(lock);
            };
        });
    }

    @Override
    public long freeBytes() {
        return call(Op.FREE_BYTES, "", 0, 0, 0, bytes::freeBytes);
    }

    /** A full disk as it is told. */
    public static Fault noSpace() {
        return new Fault.Refuse(FailureCode.NO_SPACE);
    }

    /** A device that fails. */
    public static Fault ioError() {
        return new Fault.Refuse(FailureCode.IO_ERROR);
    }
}
