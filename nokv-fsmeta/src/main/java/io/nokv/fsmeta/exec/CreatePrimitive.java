package io.nokv.fsmeta.exec;

import io.nokv.fsmeta.api.Attributes;
import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.FileType;
import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.api.MutationResult;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.NewInode;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.api.WatchEvent;
import io.nokv.fsmeta.exec.NamespaceReads.FoundDirectory;
import io.nokv.fsmeta.record.DentryRecord;
import io.nokv.fsmeta.record.DirectoryState;
import io.nokv.fsmeta.record.InodeBody;
import io.nokv.fsmeta.record.InodeRecord;
import io.nokv.fsmeta.record.Keys;

/**
 * Create. Parent missing: NOT_FOUND; parent of another type: NOT_A_DIRECTORY; name present: ALREADY_EXISTS. Writes the
 * dentry and the I row, for a directory its S row; adds to the parent's S row and to usage. Reads nothing that another
 * create in the same directory would change under it.
 */
final class CreatePrimitive {
    private CreatePrimitive() {}

    static MutationResult apply(MountChanges m, Mutation.Create c) {
        DirectoryState parent = m.reads.requireDirectory(c.parent()).state();
        if (m.reads.dentry(c.parent(), c.name()) != null) {
            throw exists(m, c.parent(), c.name());
        }
        NewInode n = c.inode();
        boolean directory = n.type() == FileType.DIRECTORY;
        long inode = m.newInode(directory, c.parent(), parent);
        InodeBody body = body(n, m.nowNs());
        m.txn.insert(Keys.dentry(m.mount, c.parent(), c.name()),
                new DentryRecord.Embedded(inode, body).encode(c.parent()));
        m.txn.insert(Keys.inode(m.mount, inode), new InodeRecord.Located(c.parent(), c.name()).encode());
        Effects effects = new Effects(m).entries(c.parent(), 1, directory).charge(c.parent(), body.size());
        Attributes attributes;
        if (directory) {
            long mtime = n.times() == null ? m.nowNs() : n.times().mtimeNs();
            long ctime = n.times() == null ? m.nowNs() : n.times().ctimeNs();
            DirectoryState state = DirectoryState.empty(inode, mtime, ctime);
            m.txn.insert(Keys.directory(m.mount, inode), state.encode());
            attributes = NamespaceReads.directoryAttributes(inode, body, 0, new FoundDirectory(state, 0));
        } else {
            effects.numbered(c.parent(), inode);
            attributes = NamespaceReads.fileAttributes(inode, body, 1, 0);
        }
        effects.write();
        m.event(WatchEvent.Kind.CREATED, c.parent(), c.name(), inode);
        return new MutationResult(0, new Entry(c.parent(), c.name(), attributes), null, false);
    }

    static NamespaceException exists(MountChanges m, long parent, io.nokv.fsmeta.api.FileName name) {
        return new NamespaceException(Reason.ALREADY_EXISTS,
                "directory " + parent + " of mount " + m.reads.mountName + " has an entry " + name);
    }

    private static InodeBody body(NewInode n, long nowNs) {
        boolean directory = n.type() == FileType.DIRECTORY;
        long size = n.target() == null ? n.size() : n.target().length;
        long atime = n.times() == null ? nowNs : n.times().atimeNs();
        long mtime = directory ? 0 : n.times() == null ? nowNs : n.times().mtimeNs();
        long ctime = directory ? 0 : n.times() == null ? nowNs : n.times().ctimeNs();
        byte[] target = n.target() == null ? null : n.target().clone();
        return new InodeBody(n.type(), n.mode(), n.uid(), n.gid(), size, n.rdev(), atime, mtime, ctime, nowNs, target);
    }
}
