package io.nokv.fsmeta.exec;

import io.nokv.base.error.Invariant;
import io.nokv.base.port.Scheduler;
import io.nokv.fsmeta.record.DirectoryState;
import io.nokv.fsmeta.record.FenceRecord;
import io.nokv.fsmeta.record.Inodes;
import io.nokv.fsmeta.record.Keys;
import io.nokv.fsmeta.txn.TxnRunner;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Numbers for new inodes, never the same twice.
 *
 * <p>A directory's number is a group from a window of the mount that was made durable before. A file's number is the next
 * of its directory, kept in memory; every create raises {@code nextInode} in the directory's S row above its number, in
 * its own transaction, so the row is above every number that was ever committed. Memory is filled from the row when no
 * number of that directory is under way, which is why a directory is forgotten only then. A directory that used up its
 * group goes on in a further one.
 *
 * <p>One process numbers a mount at a time. A number given to a transaction that does not commit is lost. Thread-safe.
 */
final class InodeNumbers {
    private record DirectoryKey(long mount, long directory) {}

    private static final class Counter {
        long next;
        int underWay;

        Counter(long next) {
            this.next = next;
        }
    }

    private final TxnRunner runner;
    private final Scheduler scheduler;
    private final Attempts attempts;
    private final ExecutorOptions options;
    private final ConcurrentHashMap<Long, FencedWindow> groups = new ConcurrentHashMap<>();

    private final ReentrantLock lock = new ReentrantLock();
    /** In order of use, oldest first. */
    private final LinkedHashMap<DirectoryKey, Counter> counters = new LinkedHashMap<>(64, 0.75f, true);
    private long forgotten;

    InodeNumbers(TxnRunner runner, Scheduler scheduler, Attempts attempts, ExecutorOptions options) {
        this.runner = runner;
        this.scheduler = scheduler;
        this.attempts = attempts;
        this.options = options;
    }

    /** The number of a new directory. */
    long forDirectory(long mount) {
        return Inodes.directory(group(mount));
    }

    private long group(long mount) {
        FencedWindow window = groups.computeIfAbsent(mount,
                m -> new FencedWindow(scheduler, options.groupWindow(), () -> reserveGroups(m)));
        long group = window.take();
        Invariant.check(group < Inodes.GROUP_LIMIT, "groups are used up in mount", mount);
        return group;
    }

    private long reserveGroups(long mount) {
        byte[] key = Keys.groupFence(mount);
        return attempts.run(txn -> {
            long next = NamespaceReads.decoded(key, txn.get(key), FenceRecord::decode).next();
            txn.put(key, new FenceRecord(next + options.groupWindow()).encode());
            return next;
        }).value();
    }

    /**
     * The number of a new file in {@code directory}; {@link #release} it when its transaction has ended.
     *
     * @param seen the directory's state as the creating transaction sees it
     */
    long forFile(long mount, long directory, DirectoryState seen) {
        DirectoryKey key = new DirectoryKey(mount, directory);
        while (true) {
            long forgottenBefore;
            boolean exhausted;
            lock.lock();
            try {
                Counter counter = counters.get(key);
                if (counter != null && Inodes.seq(counter.next) != 0) {
                    counter.underWay++;
                    return counter.next++;
                }
                forgottenBefore = forgotten;
                exhausted = counter != null;
            } finally {
                lock.unlock();
            }
            // Reading and reserving wait, so they happen outside the lock; the loop takes what came of it.
            long fence = exhausted ? 0 : fence(mount, directory, seen);
            long first = Inodes.seq(fence) == 0 ? Inodes.of(group(mount), 1) : fence;
            lock.lock();
            try {
                Counter counter = counters.get(key);
                if (counter == null && forgotten == forgottenBefore) {
                    forgetOldest();
                    counters.put(key, new Counter(first));
                } else if (exhausted && counter != null && Inodes.seq(counter.next) == 0) {
                    counter.next = first;
                }
            } finally {
                lock.unlock();
            }
        }
    }

    private long fence(long mount, long directory, DirectoryState seen) {
        byte[] row = runner.latest().get(Keys.directory(mount, directory));
        return row == null ? seen.nextInode() : DirectoryState.decode(row).nextInode();
    }

    private void forgetOldest() {
        Iterator<Map.Entry<DirectoryKey, Counter>> oldest = counters.entrySet().iterator();
        while (counters.size() >= options.trackedDirectories() && oldest.hasNext()) {
            if (oldest.next().getValue().underWay == 0) {
                oldest.remove();
                forgotten++;
            }
        }
    }

    /** The transaction that got a number of {@link #forFile} has ended, one way or the other. */
    void release(long mount, long directory) {
        lock.lock();
        try {
            Counter counter = counters.get(new DirectoryKey(mount, directory));
            Invariant.check(counter != null && counter.underWay > 0, "released a number that was not under way");
            counter.underWay--;
        } finally {
            lock.unlock();
        }
    }
}
