package io.nokv.fsmeta.exec;

import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.WatchEvent;
import io.nokv.fsmeta.record.DirectoryState;
import io.nokv.fsmeta.record.InodeBody;
import io.nokv.fsmeta.record.Keys;
import io.nokv.fsmeta.record.MountRecord;
import io.nokv.fsmeta.txn.Txn;
import io.nokv.fsmeta.watch.FeedEvent;
import java.util.Arrays;

/** What the primitives need to change one mount in one transaction. Belongs to its {@link ChangeSet}. */
final class MountChanges {
    final ChangeSet changes;
    final Txn txn;
    final NamespaceReads reads;
    final long mount;
    /** The mount row as this transaction sees it; null until admitted. */
    private Mounts.State state;
    private QuotaConfig quotas;
    /** Whether directories were moved or scopes removed in this transaction: what other transactions know is not enough. */
    private boolean topologyChanged;

    MountChanges(ChangeSet changes, NamespaceReads reads) {
        this.changes = changes;
        this.txn = changes.txn;
        this.reads = reads;
        this.mount = reads.mount;
    }

    /** Checks that the mount takes changes, at the start of each one. */
    void admit() {
        if (state == null) {
            state = changes.core.mounts.admit(txn, mount, reads.mountName);
        }
    }

    /** The time of the change, for all it touches. */
    long nowNs() {
        return changes.nowNs;
    }

    /** Times of an inode do not go back by a change. */
    InodeBody touched(InodeBody body) {
        return body.withCtime(Math.max(nowNs(), body.ctimeNs()));
    }

    void event(WatchEvent.Kind kind, long directory, FileName name, long inode) {
        changes.event(new FeedEvent(kind, mount, reads.mountName, directory, name, inode, 0, null));
    }

    void renamed(WatchEvent.Kind kind, long directory, FileName name, long inode, long otherDirectory,
            FileName otherName) {
        changes.event(new FeedEvent(kind, mount, reads.mountName, directory, name, inode, otherDirectory, otherName));
    }

    /** The quotas of the mount as this transaction sees them. */
    QuotaConfig quotas() {
        if (quotas == null) {
            quotas = changes.core.quotas.config(txn, mount, state);
        }
        return quotas;
    }

    /** The scopes with quotas around an inode charged in {@code directory}, below the root, sorted. */
    long[] scopesAround(long directory) {
        QuotaConfig config = quotas();
        if (!config.hasScopesBelowRoot()) {
            return QuotaScopes.NONE;
        }
        boolean shared = !topologyChanged && config.mountRowVersion != 0;
        long[] known = shared ? config.knownScopes(directory) : null;
        if (known == null) {
            known = QuotaScopes.around(reads, config, directory);
            if (shared) {
                config.learnScopes(directory, known);
            }
        }
        return known;
    }

    /** Whether a directory that moves between these parents leaves or enters a quota scope. */
    boolean crossesScopes(long fromParent, long toParent) {
        return !Arrays.equals(scopesAround(fromParent), scopesAround(toParent));
    }

    /** A directory has another parent from now on. */
    void directoryMoved(boolean crossesScopes) {
        topologyChanged = true;
        if (crossesScopes) {
            putMountRow(0);
        }
    }

    /** Removes what a quota kept for a directory that goes. */
    void directoryRemoved(long directory) {
        if (quotas().quotas.containsKey(directory)) {
            txn.delete(Keys.quota(mount, directory));
            txn.delete(Keys.usage(mount, directory));
            putMountRow(-1);
            topologyChanged = true;
        }
    }

    private void putMountRow(int scopesDelta) {
        MountRecord record = state.record().withScopes(state.record().scopes() + scopesDelta);
        txn.put(Keys.mount(mount), record.encode());
        state = new Mounts.State(record, 0);
        quotas = null;
    }

    /** Forgets what was derived from writes that are gone. */
    void rolledBack() {
        state = null;
        quotas = null;
    }

    /** The number of a new inode in {@code parent}, whose state the transaction sees as {@code seen}. */
    long newInode(boolean directory, long parent, DirectoryState seen) {
        return directory ? changes.core.numbers.forDirectory(mount) : changes.newFileNumber(mount, parent, seen);
    }
}
