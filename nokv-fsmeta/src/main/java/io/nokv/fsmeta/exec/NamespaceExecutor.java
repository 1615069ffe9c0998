package io.nokv.fsmeta.exec;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.port.Ports;
import io.nokv.fsmeta.api.Attributes;
import io.nokv.fsmeta.api.DirPage;
import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.LocalNamespace;
import io.nokv.fsmeta.api.Mount;
import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.api.MutationResult;
import io.nokv.fsmeta.api.NamePage;
import io.nokv.fsmeta.api.Namespace;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.NamespaceLimits;
import io.nokv.fsmeta.api.NamespaceTxn;
import io.nokv.fsmeta.api.NamespaceView;
import io.nokv.fsmeta.api.NamespaceView.EntryKey;
import io.nokv.fsmeta.api.Operation;
import io.nokv.fsmeta.api.Quota;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.api.RequestId;
import io.nokv.fsmeta.api.SnapshotInfo;
import io.nokv.fsmeta.txn.TxnRunner;
import io.nokv.fsmeta.txn.View;
import io.nokv.fsmeta.watch.ChangeFeed;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The namespace over a {@link TxnRunner}: every front of the database calls this. Thread-safe. One executor at a time
 * works on a store (it numbers inodes and feeds watchers in its own memory). Closing it does not close the store.
 */
public final class NamespaceExecutor implements LocalNamespace {
    /** The most events a subscription may let wait. */
    private static final int MAX_WINDOW_EVENTS = 1_000_000;

    private final Core core;
    private final ChangeFeed feed;
    private final Transactions transactions;
    private volatile boolean closed;

    private NamespaceExecutor(Core core, ChangeFeed feed) {
        this.core = core;
        this.feed = feed;
        this.transactions = new Transactions(core);
    }

    /** Opens the namespace that is in the store: takes the holds of its snapshots and finishes interrupted quota counts. */
    public static LocalNamespace open(TxnRunner runner, Ports ports, ExecutorOptions options) {
        return start(runner, ports, options);
    }

    /** As {@link #open}, for who reads {@link #stats}. */
    public static NamespaceExecutor start(TxnRunner runner, Ports ports, ExecutorOptions options) {
        try {
            Core core = new Core(runner, ports, options);
            ChangeFeed feed = new ChangeFeed(ports.scheduler(), runner.readVersion(), options.watchEvents(),
                    options.watchBytes());
            runner.observe(feed);
            core.snapshots.keepAll();
            core.quotas.finishCounting();
            return new NamespaceExecutor(core, feed);
        } catch (NokvException e) {
            throw NamespaceException.of(e);
        }
    }

    private <T> T call(Supplier<T> action) {
        if (closed) {
            throw new NamespaceException(Reason.CLOSED, "the namespace is closed");
        }
        try {
            return action.get();
        } catch (NokvException e) {
            throw NamespaceException.of(e);
        }
    }

    /** The store at {@code version}, 0 for latest. */
    private View viewAt(long version) {
        if (version == 0) {
            return core.runner.latest();
        }
        if (version < 0) {
            throw new NamespaceException(Reason.INVALID_ARGUMENT, "version " + version + " is negative");
        }
        try {
            return core.runner.viewAt(version);
        } catch (NokvException e) {
            if (e.code() == FailureCode.INVALID_ARGUMENT) {
                throw new NamespaceException(Reason.VERSION_IN_FUTURE, e.getMessage(), e);
            }
            throw e;
        }
    }

    private <T> T read(String mount, long version, Function<NamespaceReads, T> action) {
        return call(() -> action.apply(core.mounts.reads(viewAt(version), mount)));
    }

    // ---- mounts -----------------------------------------------------------------------------------------------

    @Override
    public Mount registerMount(String name) {
        return call(() -> core.mounts.register(name));
    }

    @Override
    public Mount retireMount(String name) {
        return call(() -> core.mounts.retire(name));
    }

    @Override
    public Mount mount(String name) {
        return call(() -> core.mounts.mount(core.runner.latest(), name));
    }

    @Override
    public List<Mount> mounts() {
        return call(() -> core.mounts.list(core.runner.latest()));
    }

    // ---- reads ------------------------------------------------------------------------------------------------

    @Override
    public long readVersion() {
        return call(core.runner::readVersion);
    }

    @Override
    public long safePoint() {
        return call(core.runner::safePoint);
    }

    @Override
    public Entry lookup(String mount, long parent, FileName name, long version) {
        return read(mount, version, reads -> reads.lookup(parent, name));
    }

    @Override
    public Entry lookupPath(String mount, byte[] path, boolean followLast, long version) {
        return read(mount, version, reads -> PathWalk.lookup(reads, path, followLast));
    }

    @Override
    public Attributes getAttr(String mount, long inode, long version) {
        return read(mount, version, reads -> reads.getAttr(inode));
    }

    @Override
    public List<Entry> batchLookup(String mount, long parent, List<FileName> names, long version) {
        checkBatch(names.size());
        List<EntryKey> keys = new ArrayList<>(names.size());
        for (FileName name : names) {
            keys.add(new EntryKey(parent, name));
        }
        return read(mount, version, reads -> EntryBatch.entries(reads, EntryBatch.dentries(reads, keys)));
    }

    @Override
    public List<Attributes> batchGetAttr(String mount, List<Long> inodes, long version) {
        checkBatch(inodes.size());
        return read(mount, version, reads -> EntryBatch.attributes(reads, inodes));
    }

    private static void checkBatch(int size) {
        if (size > Namespace.MAX_PAGE) {
            throw new NamespaceException(Reason.TOO_LARGE,
                    "a batch of " + size + "; at most " + Namespace.MAX_PAGE + " may be asked for");
        }
    }

    @Override
    public NamePage readDir(String mount, long directory, FileName after, int limit, long version) {
        return read(mount, version, reads -> DirectoryListing.names(reads, directory, after, limit));
    }

    @Override
    public DirPage readDirPlus(String mount, long directory, FileName after, int limit, long version) {
        return read(mount, version, reads -> DirectoryListing.entries(reads, directory, after, limit));
    }

    @Override
    public NamespaceView view(long version) {
        return call(() -> {
            View view = viewAt(version);
            TxnRunner.Retention retention = core.runner.retain(view.version(), "view");
            return new ExecutorView(core, view, retention);
        });
    }

    // ---- changes ----------------------------------------------------------------------------------------------

    @Override
    public NamespaceTxn begin() {
        return call(() -> new ExecutorTxn(core, core.runner.begin()));
    }

    @Override
    public MutationResult apply(Mutation mutation, RequestId id) {
        return call(() -> transactions.run(List.of(mutation), id)).get(0);
    }

    @Override
    public MutationResult renameSubtree(Mutation.Rename rename, RequestId id) {
        return call(() -> transactions.renameSubtree(rename, id));
    }

    @Override
    public List<MutationResult> transact(List<? extends Operation> steps, RequestId id) {
        if (steps.size() > NamespaceLimits.MAX_STEPS) {
            throw new NamespaceException(Reason.TOO_LARGE,
                    "a transaction of " + steps.size() + " steps; at most " + NamespaceLimits.MAX_STEPS);
        }
        return call(() -> transactions.run(steps, id));
    }

    // ---- quotas -----------------------------------------------------------------------------------------------

    @Override
    public Quota setQuota(String mount, long scope, long limitBytes, long limitInodes) {
        return call(() -> core.quotas.set(mount, scope, limitBytes, limitInodes));
    }

    @Override
    public Quota quota(String mount, long scope) {
        return read(mount, 0, reads -> core.quotas.get(reads, scope));
    }

    @Override
    public List<Quota> quotas(String mount) {
        return read(mount, 0, core.quotas::list);
    }

    // ---- snapshots --------------------------------------------------------------------------------------------

    @Override
    public SnapshotInfo snapshotSubtree(String mount, long rootInode, String label) {
        return call(() -> core.snapshots.publish(mount, rootInode, label));
    }

    @Override
    public SnapshotInfo retireSnapshot(String mount, long rootInode, long readVersion) {
        return call(() -> core.snapshots.retire(mount, rootInode, readVersion));
    }

    @Override
    public List<SnapshotInfo> snapshots(String mount) {
        return read(mount, 0, core.snapshots::list);
    }

    // ---- watch ------------------------------------------------------------------------------------------------

    @Override
    public Watch watch(String mount, long directory, long cursor, int windowEvents) {
        if (cursor < 0 || windowEvents < 1 || windowEvents > MAX_WINDOW_EVENTS) {
            throw new NamespaceException(Reason.INVALID_ARGUMENT, "cursor " + cursor + " with a window of "
                    + windowEvents + " events; a window has 1 to " + MAX_WINDOW_EVENTS);
        }
        return read(mount, 0, reads -> {
            reads.requireDirectory(directory);
            return feed.subscribe(reads.mount, directory, cursor, windowEvents);
        });
    }

    /** What was done since the namespace was opened. */
    public NamespaceStats stats() {
        return NamespaceStats.of(core.counters, feed.stats());
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            feed.close();
        }
    }
}
