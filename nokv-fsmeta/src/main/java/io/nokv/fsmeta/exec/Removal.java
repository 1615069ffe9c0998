package io.nokv.fsmeta.exec;

import io.nokv.base.codec.Bytes;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.api.WatchEvent;
import io.nokv.fsmeta.exec.NamespaceReads.Found;
import io.nokv.fsmeta.record.DentryRecord;
import io.nokv.fsmeta.record.DirectoryState;
import io.nokv.fsmeta.record.InodeBody;
import io.nokv.fsmeta.record.InodeRecord;
import io.nokv.fsmeta.record.Keys;
import io.nokv.fsmeta.record.RowKey;
import io.nokv.fsmeta.txn.View;

/** What goes with a name: used by unlink, rmdir and a rename that replaces. The dentry itself is the caller's. */
final class Removal {
    private Removal() {}

    /** Takes one name from a non-directory; true when the inode went with it. */
    static boolean ofName(MountChanges m, Effects effects, Found dentry) {
        return switch (dentry.record()) {
            case DentryRecord.Embedded e -> {
                m.txn.delete(Keys.inode(m.mount, e.inode()));
                effects.discharge(dentry.parent(), e.body().size());
                yield true;
            }
            case DentryRecord.Remote r -> ofLink(m, effects, r.inode(), dentry.parent(), dentry.name());
        };
    }

    private static boolean ofLink(MountChanges m, Effects effects, long inode, long parent, FileName name) {
        InodeRecord.Whole before = (InodeRecord.Whole) m.reads.requireWhole(inode).record();
        m.txn.delete(Keys.linkName(m.mount, inode, parent, name));
        if (before.links() == 1) {
            m.txn.delete(Keys.inode(m.mount, inode));
            effects.discharge(before.home(), before.body().size());
            return true;
        }
        InodeBody body = m.touched(before.body());
        long home = isHomeWithout(m, inode, before.home(), parent)
                ? before.home()
                : m.reads.firstName(inode).parent();
        m.txn.put(Keys.inode(m.mount, inode), new InodeRecord.Whole(body, before.links() - 1, home).encode());
        if (home != before.home()) {
            effects.rehome(before.home(), home, body.size());
        }
        changedAtOtherNames(m, inode, parent, name);
        return false;
    }

    /** Whether an inode charged in {@code home} stays there after a name in {@code lost} went. */
    static boolean isHomeWithout(MountChanges m, long inode, long home, long lost) {
        return home != lost || hasNameIn(m, inode, home);
    }

    private static boolean hasNameIn(MountChanges m, long inode, long directory) {
        byte[] prefix = Keys.linkNamesIn(m.mount, inode, directory);
        try (View.Rows rows = m.txn.scan(prefix, Bytes.prefixEnd(prefix), false)) {
            return rows.next();
        }
    }

    /**
     * The attributes of a hard-linked inode changed: so did its entries, wherever they are. Tells of the first names only,
     * so that changes of an inode with very many stay cheap.
     */
    static void changedAtOtherNames(MountChanges m, long inode, long parent, FileName name) {
        for (RowKey.LinkName other : m.reads.linkNames(inode, Limits.MAX_NAMES_TOLD)) {
            if (other.parent() != parent || !other.name().equals(name)) {
                m.event(WatchEvent.Kind.CHANGED, other.parent(), other.name(), inode);
            }
        }
    }

    /** Takes an empty directory away. NOT_EMPTY. A create in it that commits meanwhile makes this transaction conflict. */
    static void ofDirectory(MountChanges m, Effects effects, Found dentry) {
        long inode = dentry.inode();
        DirectoryState state = m.reads.requireDirectory(inode).state();
        if (state.entries() != 0) {
            throw new NamespaceException(Reason.NOT_EMPTY, "directory " + dentry.name() + " (" + inode + ") of mount "
                    + m.reads.mountName + " has " + state.entries() + " entries");
        }
        InodeBody body = ((DentryRecord.Embedded) dentry.record()).body();
        m.directoryRemoved(inode);
        m.txn.delete(Keys.directory(m.mount, inode));
        m.txn.delete(Keys.inode(m.mount, inode));
        effects.discharge(dentry.parent(), body.size());
        m.event(WatchEvent.Kind.REMOVED, inode, null, inode);
    }
}
