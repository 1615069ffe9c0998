package io.nokv.fsmeta.exec;

import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.api.Mutation.RenameMode;
import io.nokv.fsmeta.api.MutationResult;
import io.nokv.fsmeta.api.Namespace;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.api.WatchEvent;
import io.nokv.fsmeta.exec.NamespaceReads.Found;
import io.nokv.fsmeta.record.DentryRecord;
import io.nokv.fsmeta.record.InodeBody;
import io.nokv.fsmeta.record.InodeRecord;
import io.nokv.fsmeta.record.Keys;
import io.nokv.fsmeta.record.LinkNameRecord;

/**
 * Rename. A parent or the source missing: NOT_FOUND; a parent of another type: NOT_A_DIRECTORY; then, in this order:
 *
 * <pre>
 * a subtree is to move, source is none     NOT_A_DIRECTORY
 * NO_REPLACE and target present            ALREADY_EXISTS
 * EXCHANGE and target missing              NOT_FOUND
 * source and target are the same inode     nothing happens
 * a directory would come below itself      INTO_ITSELF
 * REPLACE, directory over other            NOT_A_DIRECTORY
 * REPLACE, other over directory            IS_A_DIRECTORY
 * REPLACE, over a directory with entries   NOT_EMPTY
 * </pre>
 *
 * A directory that gets another parent checks the I rows of its new ancestors up to the root. Every move of a directory
 * puts its I row, so of two moves that together would make a cycle one conflicts.
 */
final class RenamePrimitive {
    private RenamePrimitive() {}

    /** @param subtree whether only a directory may move */
    static MutationResult apply(MountChanges m, Mutation.Rename r, boolean subtree) {
        m.reads.requireDirectory(r.fromParent());
        m.reads.requireDirectory(r.toParent());
        Found from = m.reads.requireDentry(r.fromParent(), r.fromName());
        if (subtree && !from.isDirectory()) {
            throw new NamespaceException(Reason.NOT_A_DIRECTORY, "only a directory is a subtree: entry " + r.fromName()
                    + " of directory " + r.fromParent() + " of mount " + m.reads.mountName);
        }
        Found to = m.reads.dentry(r.toParent(), r.toName());
        if (r.mode() == RenameMode.NO_REPLACE && to != null) {
            throw CreatePrimitive.exists(m, r.toParent(), r.toName());
        }
        if (r.mode() == RenameMode.EXCHANGE && to == null) {
            throw m.reads.noEntry(r.toParent(), r.toName());
        }
        if (to != null && to.inode() == from.inode()) {
            return nothing(m, r, from, to);
        }
        if (from.isDirectory() && r.fromParent() != r.toParent()) {
            checkNotBelow(m, from.inode(), r.toParent());
        }
        Effects effects = new Effects(m);
        if (r.mode() == RenameMode.EXCHANGE) {
            return exchange(m, effects, from, to);
        }
        Entry replaced = null;
        boolean inodeRemoved = false;
        if (to != null) {
            checkKinds(m, from, to);
            replaced = m.reads.entry(to);
            inodeRemoved = remove(m, effects, to);
        }
        m.txn.delete(Keys.dentry(m.mount, from.parent(), from.name()));
        move(m, effects, from, r.toParent(), r.toName(), to == null);
        effects.write();
        return new MutationResult(0, m.reads.lookup(r.toParent(), r.toName()), replaced, inodeRemoved);
    }

    /**
     * Two names of one inode. What the answer shows is checked at commit, so that it belongs to the same moment as the
     * other steps of a transaction; of a directory its name, whose counters others may move on.
     */
    private static MutationResult nothing(MountChanges m, Mutation.Rename r, Found from, Found to) {
        m.txn.check(Keys.dentry(m.mount, from.parent(), from.name()));
        m.txn.check(Keys.dentry(m.mount, to.parent(), to.name()));
        if (to.record() instanceof DentryRecord.Remote) {
            m.txn.check(Keys.inode(m.mount, to.inode()));
        }
        Entry other = r.mode() == RenameMode.EXCHANGE ? m.reads.entry(from) : null;
        return new MutationResult(0, m.reads.entry(to), other, false);
    }

    private static MutationResult exchange(MountChanges m, Effects effects, Found from, Found to) {
        if (to.isDirectory() && from.parent() != to.parent()) {
            checkNotBelow(m, to.inode(), from.parent());
        }
        move(m, effects, from, to.parent(), to.name(), false);
        move(m, effects, to, from.parent(), from.name(), false);
        effects.write();
        return new MutationResult(0, m.reads.lookup(to.parent(), to.name()), m.reads.lookup(from.parent(), from.name()),
                false);
    }

    private static void checkKinds(MountChanges m, Found from, Found to) {
        if (from.isDirectory() && !to.isDirectory()) {
            throw new NamespaceException(Reason.NOT_A_DIRECTORY, "entry " + to.name() + " of directory " + to.parent()
                    + " of mount " + m.reads.mountName + " is not a directory and cannot be replaced by one");
        }
        if (!from.isDirectory() && to.isDirectory()) {
            throw new NamespaceException(Reason.IS_A_DIRECTORY, "entry " + to.name() + " of directory " + to.parent()
                    + " of mount " + m.reads.mountName + " is a directory and can only be replaced by one");
        }
    }

    /** Takes the target away; its dentry is replaced afterwards. Whether an inode went. */
    private static boolean remove(MountChanges m, Effects effects, Found to) {
        effects.entries(to.parent(), -1, to.isDirectory());
        boolean gone = true;
        if (to.isDirectory()) {
            Removal.ofDirectory(m, effects, to);
        } else {
            gone = Removal.ofName(m, effects, to);
        }
        m.event(WatchEvent.Kind.REMOVED, to.parent(), to.name(), to.inode());
        return gone;
    }

    /** Gives {@code moved} its new place, and counts it there and no longer in the old one. */
    private static void move(MountChanges m, Effects effects, Found moved, long toParent, FileName toName,
            boolean mustBeAbsent) {
        long inode = moved.inode();
        effects.entries(moved.parent(), -1, moved.isDirectory()).entries(toParent, 1, moved.isDirectory());
        DentryRecord dentry = switch (moved.record()) {
            case DentryRecord.Embedded e -> {
                InodeBody body = e.body().isDirectory() ? e.body() : m.touched(e.body());
                effects.discharge(moved.parent(), body.size()).charge(toParent, body.size());
                if (body.isDirectory()) {
                    moveDirectory(m, effects, moved, toParent);
                }
                m.txn.put(Keys.inode(m.mount, inode), new InodeRecord.Located(toParent, toName).encode());
                yield new DentryRecord.Embedded(inode, body);
            }
            case DentryRecord.Remote remote -> {
                moveLink(m, effects, moved, toParent, toName);
                yield remote;
            }
        };
        byte[] key = Keys.dentry(m.mount, toParent, toName);
        if (mustBeAbsent) {
            m.txn.insert(key, dentry.encode(toParent));
        } else {
            m.txn.put(key, dentry.encode(toParent));
        }
        m.renamed(WatchEvent.Kind.RENAMED_FROM, moved.parent(), moved.name(), inode, toParent, toName);
        m.renamed(WatchEvent.Kind.RENAMED_TO, toParent, toName, inode, moved.parent(), moved.name());
    }

    private static void moveDirectory(MountChanges m, Effects effects, Found moved, long toParent) {
        effects.status(moved.inode());
        m.event(WatchEvent.Kind.CHANGED, moved.inode(), null, moved.inode());
        if (moved.parent() != toParent) {
            boolean crosses = m.crossesScopes(moved.parent(), toParent);
            if (crosses) {
                effects.moveUsage(SubtreeUsage.checked(m, moved.inode()), moved.parent(), toParent);
            }
            m.directoryMoved(crosses);
        }
    }

    private static void moveLink(MountChanges m, Effects effects, Found moved, long toParent, FileName toName) {
        long inode = moved.inode();
        InodeRecord.Whole before = (InodeRecord.Whole) m.reads.requireWhole(inode).record();
        m.txn.delete(Keys.linkName(m.mount, inode, moved.parent(), moved.name()));
        m.txn.insert(Keys.linkName(m.mount, inode, toParent, toName), LinkNameRecord.encode());
        InodeBody body = m.touched(before.body());
        long home = Removal.isHomeWithout(m, inode, before.home(), moved.parent()) ? before.home() : toParent;
        m.txn.put(Keys.inode(m.mount, inode), new InodeRecord.Whole(body, before.links(), home).encode());
        if (home != before.home()) {
            effects.discharge(before.home(), body.size()).charge(home, body.size());
        }
        Removal.changedAtOtherNames(m, inode, toParent, toName);
    }

    /** INTO_ITSELF when {@code directory} is {@code newParent} or above it; every row that says so is checked at commit. */
    private static void checkNotBelow(MountChanges m, long directory, long newParent) {
        int depth = 0;
        for (long at = newParent; at != Namespace.ROOT_INODE; at = m.reads.parentOf(at)) {
            if (at == directory) {
                throw new NamespaceException(Reason.INTO_ITSELF, "directory " + directory + " of mount "
                        + m.reads.mountName + " would come below itself, in directory " + newParent);
            }
            m.txn.check(Keys.inode(m.mount, at));
            if (++depth > Limits.MAX_DEPTH) {
                throw m.reads.damaged("directory " + newParent + " is in a cycle");
            }
        }
    }
}
