package io.nokv.fsmeta.txn;

import io.nokv.base.codec.CounterRecord;
import java.util.List;

/**
 * One transaction: reads at its version plus its own writes, and buffered writes that {@link #commit} applies all or
 * none. Not thread-safe. A key may be written several times; later calls see and replace earlier ones ({@code insert}
 * after {@code delete} is a put that keeps the conflict check).
 */
public interface Txn extends View, AutoCloseable {
    void put(byte[] key, byte[] value);

    /** As {@link #put}, and the row disappears {@code ttlMillis} after the commit. */
    void putExpiring(byte[] key, byte[] value, long ttlMillis);

    /** Put that requires the key to be absent at commit. */
    void insert(byte[] key, byte[] value);

    void delete(byte[] key);

    /** Requires that nobody changed {@code key} between this transaction's version and its commit. */
    void check(byte[] key);

    /**
     * Applies deltas to the {@link CounterRecord} at {@code key} when the transaction commits; requires the record to
     * exist then. Deltas of concurrent transactions do not conflict with each other; they conflict with put and delete.
     */
    void add(byte[] key, List<CounterRecord.Delta> deltas);

    /** Bytes handed to the {@link TxnRunner.CommitObserver}s with the commit; replaces an earlier annotation. */
    void annotate(byte[] annotation);

    /** True when nothing was written, added or checked. */
    boolean isReadOnly();

    /** How many keys this transaction writes or checks; to bound it. */
    int size();

    /** A mark to which {@link #rollbackTo} returns: drops all buffered writes made since. For statements in a transaction. */
    int mark();

    void rollbackTo(int mark);

    /**
     * Applies everything or nothing, durably. Ends the transaction. A failure whose outcome cannot be known is a
     * NokvException UNKNOWN_OUTCOME.
     */
    CommitOutcome commit();

    /** Drops everything; also after commit, without effect. */
    @Override
    void close();
}
