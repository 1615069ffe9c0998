package io.nokv.fsmeta.exec;

import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.api.MutationResult;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.Operation;
import io.nokv.fsmeta.api.Query;
import io.nokv.fsmeta.api.Reason;
import java.util.List;

/** Puts inode numbers where a step says {@link Mutation#resultOf}. */
final class StepReferences {
    private StepReferences() {}

    static Operation resolve(Operation step, List<MutationResult> before) {
        return switch (step) {
            case Mutation.Create c -> new Mutation.Create(c.mount(), inode(c.parent(), before), c.name(), c.inode());
            case Mutation.SetAttr s -> new Mutation.SetAttr(s.mount(), inode(s.inode(), before), s.mode(), s.uid(),
                    s.gid(), s.size(), s.atimeNs(), s.mtimeNs(), s.ctimeNs());
            case Mutation.Link l ->
                new Mutation.Link(l.mount(), inode(l.inode(), before), inode(l.parent(), before), l.name());
            case Mutation.Unlink u -> new Mutation.Unlink(u.mount(), inode(u.parent(), before), u.name());
            case Mutation.RemoveDir r -> new Mutation.RemoveDir(r.mount(), inode(r.parent(), before), r.name());
            case Mutation.Rename r -> new Mutation.Rename(r.mount(), inode(r.fromParent(), before), r.fromName(),
                    r.toMount(), inode(r.toParent(), before), r.toName(), r.mode());
            case Query.Lookup l -> new Query.Lookup(l.mount(), inode(l.parent(), before), l.name());
            case Query.GetAttr g -> new Query.GetAttr(g.mount(), inode(g.inode(), before));
        };
    }

    private static long inode(long inode, List<MutationResult> before) {
        if (inode >= 0) {
            return inode;
        }
        long index = -1L - inode;
        if (index >= before.size()) {
            throw new NamespaceException(Reason.INVALID_ARGUMENT,
                    "stands for the result of step " + index + ", which is not before it");
        }
        return before.get((int) index).entry().inode();
    }
}
