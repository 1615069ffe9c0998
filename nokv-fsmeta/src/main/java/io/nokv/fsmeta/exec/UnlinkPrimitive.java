package io.nokv.fsmeta.exec;

import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.api.MutationResult;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.api.WatchEvent;
import io.nokv.fsmeta.exec.NamespaceReads.Found;
import io.nokv.fsmeta.record.Keys;

/** Unlink. Name or parent missing: NOT_FOUND; parent of another type: NOT_A_DIRECTORY; a directory: IS_A_DIRECTORY. */
final class UnlinkPrimitive {
    private UnlinkPrimitive() {}

    static MutationResult apply(MountChanges m, Mutation.Unlink u) {
        Found found = m.reads.requireDentry(u.parent(), u.name());
        if (found.isDirectory()) {
            throw new NamespaceException(Reason.IS_A_DIRECTORY, "entry " + u.name() + " of directory " + u.parent()
                    + " of mount " + m.reads.mountName + " is a directory");
        }
        Entry removed = m.reads.entry(found);
        m.txn.delete(Keys.dentry(m.mount, u.parent(), u.name()));
        Effects effects = new Effects(m).entries(u.parent(), -1, false);
        boolean gone = Removal.ofName(m, effects, found);
        effects.write();
        m.event(WatchEvent.Kind.REMOVED, u.parent(), u.name(), found.inode());
        return new MutationResult(0, removed, null, gone);
    }
}
