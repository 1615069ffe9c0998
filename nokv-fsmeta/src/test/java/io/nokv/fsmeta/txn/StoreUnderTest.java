package io.nokv.fsmeta.txn;

/** An empty store whose clock stands still unless told otherwise. Closing it closes the runner. */
public interface StoreUnderTest extends AutoCloseable {
    TxnRunner runner();

    /** Moves the store's wall clock. */
    void passMillis(long millis);

    /**
     * Moves the safe point as far as it may go: past everything older than now that neither a retention nor an open
     * transaction holds, by moving the clock if the store keeps a history by age, and collects what lies below.
     */
    void collect();

    @Override
    void close();
}
