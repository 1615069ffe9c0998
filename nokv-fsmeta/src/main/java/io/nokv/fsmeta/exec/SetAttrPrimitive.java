package io.nokv.fsmeta.exec;

import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.FileType;
import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.api.MutationResult;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.api.WatchEvent;
import io.nokv.fsmeta.exec.NamespaceReads.Found;
import io.nokv.fsmeta.exec.NamespaceReads.FoundInode;
import io.nokv.fsmeta.record.DentryRecord;
import io.nokv.fsmeta.record.InodeBody;
import io.nokv.fsmeta.record.InodeRecord;
import io.nokv.fsmeta.record.Keys;

/**
 * SetAttr. Inode missing: NOT_FOUND; a size for what is neither file nor directory: INVALID_ARGUMENT. Rewrites the row
 * that has the attributes; a directory's mtime and ctime are deltas to its S row.
 */
final class SetAttrPrimitive {
    private SetAttrPrimitive() {}

    static MutationResult apply(MountChanges m, Mutation.SetAttr s) {
        FoundInode found = m.reads.inode(s.inode());
        if (found == null) {
            throw m.reads.noInode(s.inode());
        }
        Effects effects = new Effects(m);
        switch (found.record()) {
            case InodeRecord.Located at -> {
                Found dentry = m.reads.requireDentry(at.parent(), at.name());
                InodeBody before = ((DentryRecord.Embedded) dentry.record()).body();
                InodeBody after = changed(m, s, before);
                if (!onlyTimesOfADirectory(s, before)) {
                    m.txn.put(Keys.dentry(m.mount, at.parent(), at.name()),
                            new DentryRecord.Embedded(s.inode(), after).encode(at.parent()));
                }
                resize(effects, at.parent(), before, after);
                m.event(WatchEvent.Kind.CHANGED, at.parent(), at.name(), s.inode());
                directory(m, effects, s, before);
            }
            case InodeRecord.Whole whole -> {
                InodeBody after = changed(m, s, whole.body());
                m.txn.put(Keys.inode(m.mount, s.inode()),
                        new InodeRecord.Whole(after, whole.links(), whole.home()).encode());
                if (whole.home() != 0) {
                    resize(effects, whole.home(), whole.body(), after);
                }
                Removal.changedAtOtherNames(m, s.inode(), 0, null);
                directory(m, effects, s, whole.body());
            }
        }
        effects.write();
        Entry entry = m.reads.entryOf(s.inode());
        return new MutationResult(0, entry, null, false);
    }

    /** Whether all that changes is in the S row. */
    private static boolean onlyTimesOfADirectory(Mutation.SetAttr s, InodeBody body) {
        return body.isDirectory() && s.mode() == null && s.uid() == null && s.gid() == null && s.size() == null
                && s.atimeNs() == null;
    }

    private static void directory(MountChanges m, Effects effects, Mutation.SetAttr s, InodeBody body) {
        if (body.isDirectory()) {
            effects.status(s.inode()).times(s.inode(), s.mtimeNs(), s.ctimeNs());
            m.event(WatchEvent.Kind.CHANGED, s.inode(), null, s.inode());
        }
    }

    private static void resize(Effects effects, long home, InodeBody before, InodeBody after) {
        if (before.size() != after.size()) {
            effects.charge(home, after.size() - before.size(), 0);
        }
    }

    private static InodeBody changed(MountChanges m, Mutation.SetAttr s, InodeBody b) {
        if (s.size() != null && s.size() != b.size() && b.type() != FileType.FILE && !b.isDirectory()) {
            throw new NamespaceException(Reason.INVALID_ARGUMENT,
                    "inode " + s.inode() + " is a " + b.type() + "; its size cannot be set");
        }
        boolean directory = b.isDirectory();
        long mtime = directory ? 0 : s.mtimeNs() != null ? s.mtimeNs() : b.mtimeNs();
        long ctime = directory ? 0 : s.ctimeNs() != null ? s.ctimeNs() : Math.max(m.nowNs(), b.ctimeNs());
        return new InodeBody(b.type(), s.mode() != null ? s.mode() : b.mode(), s.uid() != null ? s.uid() : b.uid(),
                s.gid() != null ? s.gid() : b.gid(), s.size() != null ? s.size() : b.size(), b.rdev(),
                s.atimeNs() != null ? s.atimeNs() : b.atimeNs(), mtime, ctime, b.createdNs(), b.target());
    }
}
