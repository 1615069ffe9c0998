package io.nokv.fsmeta.exec;

import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.api.MutationResult;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.api.WatchEvent;
import io.nokv.fsmeta.exec.NamespaceReads.Found;
import io.nokv.fsmeta.record.Keys;

/** RemoveDir. Name or parent missing: NOT_FOUND; parent or entry of another type: NOT_A_DIRECTORY; entries in it: NOT_EMPTY. */
final class RemoveDirPrimitive {
    private RemoveDirPrimitive() {}

    static MutationResult apply(MountChanges m, Mutation.RemoveDir r) {
        Found found = m.reads.requireDentry(r.parent(), r.name());
        if (!found.isDirectory()) {
            throw new NamespaceException(Reason.NOT_A_DIRECTORY, "entry " + r.name() + " of directory " + r.parent()
                    + " of mount " + m.reads.mountName + " is not a directory");
        }
        Entry removed = m.reads.entry(found);
        Effects effects = new Effects(m).entries(r.parent(), -1, true);
        Removal.ofDirectory(m, effects, found);
        m.txn.delete(Keys.dentry(m.mount, r.parent(), r.name()));
        effects.write();
        m.event(WatchEvent.Kind.REMOVED, r.parent(), r.name(), found.inode());
        return new MutationResult(0, removed, null, true);
    }
}
