package io.nokv.fsmeta.exec;

import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.api.MutationResult;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.NamespaceLimits;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.api.WatchEvent;
import io.nokv.fsmeta.exec.NamespaceReads.Found;
import io.nokv.fsmeta.exec.NamespaceReads.FoundInode;
import io.nokv.fsmeta.record.DentryRecord;
import io.nokv.fsmeta.record.InodeBody;
import io.nokv.fsmeta.record.InodeRecord;
import io.nokv.fsmeta.record.Keys;
import io.nokv.fsmeta.record.LinkNameRecord;

/**
 * Link. Inode missing or parent missing: NOT_FOUND; a directory: IS_A_DIRECTORY; parent of another type: NOT_A_DIRECTORY;
 * name present: ALREADY_EXISTS; 65,000 names: TOO_MANY_LINKS. With its second name an inode's attributes move from the
 * dentry to its I row, and stay there. Usage does not change: the inode counts in its home.
 */
final class LinkPrimitive {
    private LinkPrimitive() {}

    static MutationResult apply(MountChanges m, Mutation.Link l) {
        m.reads.requireDirectory(l.parent());
        FoundInode found = m.reads.inode(l.inode());
        if (found == null) {
            throw m.reads.noInode(l.inode());
        }
        InodeRecord.Whole before = switch (found.record()) {
            case InodeRecord.Whole whole when whole.body().isDirectory() -> throw isDirectory(m, l.inode());
            case InodeRecord.Whole whole -> whole;
            case InodeRecord.Located at -> spread(m, l.inode(), at);
        };
        if (m.reads.dentry(l.parent(), l.name()) != null) {
            throw CreatePrimitive.exists(m, l.parent(), l.name());
        }
        if (before.links() >= NamespaceLimits.MAX_LINKS) {
            throw new NamespaceException(Reason.TOO_MANY_LINKS,
                    "inode " + l.inode() + " has " + before.links() + " names, the limit is "
                            + NamespaceLimits.MAX_LINKS);
        }
        InodeBody body = m.touched(before.body());
        InodeRecord.Whole after = new InodeRecord.Whole(body, before.links() + 1, before.home());
        m.txn.put(Keys.inode(m.mount, l.inode()), after.encode());
        m.txn.insert(Keys.dentry(m.mount, l.parent(), l.name()),
                new DentryRecord.Remote(l.inode(), body.type()).encode(l.parent()));
        m.txn.insert(Keys.linkName(m.mount, l.inode(), l.parent(), l.name()), LinkNameRecord.encode());
        new Effects(m).entries(l.parent(), 1, false).write();
        m.event(WatchEvent.Kind.LINKED, l.parent(), l.name(), l.inode());
        Removal.changedAtOtherNames(m, l.inode(), l.parent(), l.name());
        return new MutationResult(0, new Entry(l.parent(), l.name(),
                NamespaceReads.fileAttributes(l.inode(), body, after.links(), 0)), null, false);
    }

    /** Makes the single dentry of an inode remote, and answers what its I row is to say, with one name. */
    private static InodeRecord.Whole spread(MountChanges m, long inode, InodeRecord.Located at) {
        Found dentry = m.reads.requireDentry(at.parent(), at.name());
        InodeBody body = ((DentryRecord.Embedded) dentry.record()).body();
        if (body.isDirectory()) {
            throw isDirectory(m, inode);
        }
        m.txn.put(Keys.dentry(m.mount, at.parent(), at.name()),
                new DentryRecord.Remote(inode, body.type()).encode(at.parent()));
        m.txn.insert(Keys.linkName(m.mount, inode, at.parent(), at.name()), LinkNameRecord.encode());
        return new InodeRecord.Whole(body, 1, at.parent());
    }

    private static NamespaceException isDirectory(MountChanges m, long inode) {
        return new NamespaceException(Reason.IS_A_DIRECTORY,
                "inode " + inode + " of mount " + m.reads.mountName + " is a directory and has one name");
    }
}
