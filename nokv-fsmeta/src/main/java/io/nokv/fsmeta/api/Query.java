package io.nokv.fsmeta.api;

/** A read inside {@link Namespace#transact}; it sees the transaction's own changes. Its result has only {@code entry}. */
public sealed interface Query extends Operation {
    record Lookup(String mount, long parent, FileName name) implements Query {}

    /** The result's entry has the attributes; its parent and name are those of one link, or null for an orphan. */
    record GetAttr(String mount, long inode) implements Query {}
}
