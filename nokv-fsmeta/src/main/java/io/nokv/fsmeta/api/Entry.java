package io.nokv.fsmeta.api;

/** A name in a directory with what it names. The root of a mount, which has no name, appears with parent = its inode and name null. */
public record Entry(long parent, FileName name, Attributes attributes) {
    public long inode() {
        return attributes.inode();
    }
}
