package io.nokv.fsmeta.txn;

/** How a commit ended. Everything but {@link Committed} changed nothing. */
public sealed interface CommitOutcome {
    /** Durable and visible from {@code version} on. A read-only transaction commits at its read version. */
    record Committed(long version) implements CommitOutcome {}

    /** Somebody else changed {@code key} since the transaction's version, or holds it; run the transaction again. */
    record Conflict(byte[] key) implements CommitOutcome {}

    /** {@code insert} found {@code key} present (committed before the transaction's version, or since). */
    record AlreadyExists(byte[] key) implements CommitOutcome {}

    /** {@code add} found no record at {@code key}. */
    record Missing(byte[] key) implements CommitOutcome {}

    /** {@code add} would leave the bounds of {@code slot}. */
    record OutOfBounds(byte[] key, int slot) implements CommitOutcome {}
}
