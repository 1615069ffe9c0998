package io.nokv.sim.check;

import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.Mutation;
import java.util.List;

/** What a client of the namespace asks. One mount. */
public sealed interface NamespaceCall {
    /** One atomic change. */
    record Change(Mutation mutation) implements NamespaceCall {}

    /** Several changes, all or none. */
    record Transact(List<Mutation> steps) implements NamespaceCall {}

    record Lookup(long parent, FileName name) implements NamespaceCall {}

    record GetAttr(long inode) implements NamespaceCall {}

    /** A whole directory with attributes, at one version. */
    record ListDirectory(long directory) implements NamespaceCall {}

    /** The whole tree, at one version. */
    record ReadTree() implements NamespaceCall {}
}
