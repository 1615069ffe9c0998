package io.nokv.fsmeta.api;

/** A transaction: its reads see its own changes. Not thread-safe. */
public interface NamespaceTxn extends NamespaceView {
    /** Checks and buffers one change; a refusal leaves the transaction as it was. The result's version is 0. */
    MutationResult apply(Mutation mutation);

    /** A mark for {@link #rollbackTo}: undoes the changes since, for a statement that fails half-way. */
    int mark();

    void rollbackTo(int mark);

    /** Makes everything durable, or throws CONFLICT (retryable with a new transaction) and nothing happened. */
    long commit();

    /** Drops everything that was not committed. */
    @Override
    void close();
}
