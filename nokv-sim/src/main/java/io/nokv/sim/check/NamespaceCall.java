package io.nokv.sim.check;

import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.Mutation;
import java.util.List;

/** What a client of the namespace asks. One mount. */
public sealed interface NamespaceCall {
    /** One atomic change. */
    record Change(Mutation mutation) implements NamespaceCall {
        @Override
        public String toString() {
            return show(mutation);
        }
    }

    /** Several changes, all or none. */
    record Transact(List<Mutation> steps) implements NamespaceCall {
        @Override
        public String toString() {
            return steps.stream().map(NamespaceCall::show).toList().toString();
        }
    }

    record Lookup(long parent, FileName name) implements NamespaceCall {}

    record GetAttr(long inode) implements NamespaceCall {}

    /** A whole directory with attributes, at one version. */
    record ListDirectory(long directory) implements NamespaceCall {}

    /** The whole tree, at one version. */
    record ReadTree() implements NamespaceCall {}

    private static String show(Mutation mutation) {
        return switch (mutation) {
            case Mutation.Create m -> "create " + m.inode().type() + " " + m.parent() + "/" + m.name();
            case Mutation.SetAttr m -> "setattr " + m.inode() + " mode " + m.mode() + " size " + m.size();
            case Mutation.Link m -> "link " + m.inode() + " as " + m.parent() + "/" + m.name();
            case Mutation.Unlink m -> "unlink " + m.parent() + "/" + m.name();
            case Mutation.RemoveDir m -> "rmdir " + m.parent() + "/" + m.name();
            case Mutation.Rename m -> "rename " + m.fromParent() + "/" + m.fromName() + " to " + m.toParent() + "/"
                    + m.toName() + " " + m.mode();
        };
    }
}
