package io.nokv.fsmeta.exec;

import io.nokv.base.error.NokvException;
import io.nokv.fsmeta.api.Attributes;
import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.Mount;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.NamespaceView;
import io.nokv.fsmeta.api.Quota;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.api.Rows;
import io.nokv.fsmeta.api.SnapshotInfo;
import io.nokv.fsmeta.txn.TxnRunner.Retention;
import io.nokv.fsmeta.txn.View;
import java.util.List;
import java.util.function.Supplier;

/** Reads at one version, which cannot be collected before {@link #close}. */
class ExecutorView implements NamespaceView {
    final Core core;
    private final View view;
    private final Retention retention;
    private boolean closed;

    /** @param retention closed with the view; null when the view holds its version by itself */
    ExecutorView(Core core, View view, Retention retention) {
        this.core = core;
        this.view = view;
        this.retention = retention;
    }

    /** Runs {@code action} while open, with failures as the namespace reports them. */
    final <T> T call(Supplier<T> action) {
        if (closed) {
            throw new NamespaceException(Reason.CLOSED, "the view is closed");
        }
        try {
            return action.get();
        } catch (NokvException e) {
            throw NamespaceException.of(e);
        }
    }

    private NamespaceReads reads(String mount) {
        return core.mounts.reads(view, mount);
    }

    @Override
    public final long version() {
        return view.version();
    }

    @Override
    public final Mount mount(String name) {
        return call(() -> core.mounts.mount(view, name));
    }

    @Override
    public final List<Mount> mounts() {
        return call(() -> core.mounts.list(view));
    }

    @Override
    public final Entry lookup(String mount, long parent, FileName name) {
        return call(() -> reads(mount).lookup(parent, name));
    }

    @Override
    public final Entry lookupPath(String mount, byte[] path, boolean followLast) {
        return call(() -> PathWalk.lookup(reads(mount), path, followLast));
    }

    @Override
    public final Attributes getAttr(String mount, long inode) {
        return call(() -> reads(mount).getAttr(inode));
    }

    @Override
    public final List<Entry> batchLookup(String mount, List<EntryKey> keys) {
        return call(() -> {
            NamespaceReads reads = reads(mount);
            return EntryBatch.entries(reads, EntryBatch.dentries(reads, keys));
        });
    }

    @Override
    public final List<Attributes> batchGetAttr(String mount, List<Long> inodes) {
        return call(() -> EntryBatch.attributes(reads(mount), inodes));
    }

    @Override
    public final byte[] pathOf(String mount, long inode) {
        return call(() -> reads(mount).pathOf(inode));
    }

    @Override
    public final Rows<Entry> scanEntries(String mount, EntryRange range, boolean attributes) {
        return call(() -> new EntryScan(reads(mount), range, attributes));
    }

    @Override
    public final Rows<Attributes> scanInodes(String mount, long from, long to) {
        return call(() -> new InodeScan(reads(mount), from, to));
    }

    @Override
    public final Rows<TreeEntry> walk(String mount, long directory, int maxDepth) {
        if (maxDepth < 0) {
            throw new NamespaceException(Reason.INVALID_ARGUMENT, "depth " + maxDepth + "; 0 means no limit");
        }
        return call(() -> new TreeWalk(reads(mount), directory, maxDepth));
    }

    @Override
    public final List<Quota> quotas(String mount) {
        return call(() -> core.quotas.list(reads(mount)));
    }

    @Override
    public final List<SnapshotInfo> snapshots(String mount) {
        return call(() -> core.snapshots.list(reads(mount)));
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            if (retention != null) {
                retention.close();
            }
        }
    }

    final boolean isClosed() {
        return closed;
    }
}
