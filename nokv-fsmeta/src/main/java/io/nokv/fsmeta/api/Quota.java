package io.nokv.fsmeta.api;

/**
 * A limit and the exact usage of a scope: a directory and everything below. {@code scope} is its inode; the root's
 * scope is the whole mount. Limits of 0 mean none. Bytes are the sizes of the inodes; a hard-linked inode counts once.
 */
public record Quota(String mount, long scope, long limitBytes, long limitInodes, long usedBytes, long usedInodes) {}
