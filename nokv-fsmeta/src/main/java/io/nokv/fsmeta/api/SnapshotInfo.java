package io.nokv.fsmeta.api;

/** A published version of a subtree: reads at {@code readVersion} give the same answers until it is retired. */
public record SnapshotInfo(String mount, long rootInode, long readVersion, String label, long createdAtMillis) {}
