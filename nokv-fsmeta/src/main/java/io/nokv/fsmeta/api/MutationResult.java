package io.nokv.fsmeta.api;

/**
 * What a step did.
 *
 * @param version commit version; 0 inside a transaction that has not committed
 * @param entry the entry created, changed, linked, renamed (in its new place), removed (as it was) or read
 * @param replaced what a rename removed (as it was) or, for an exchange, the other entry in its new place; else null
 * @param inodeRemoved whether an inode lost its last name
 */
public record MutationResult(long version, Entry entry, Entry replaced, boolean inodeRemoved) {}
