package io.nokv.fsmeta.txn;

/** A transactional, versioned store of byte strings. Thread-safe. Versions are hybrid timestamps: {@code millis << 18 | logical}. */
public interface TxnRunner extends AutoCloseable {
    /** Bits of a version below the physical milliseconds. */
    int LOGICAL_BITS = 18;

    /** A version at which every acknowledged commit is visible and everything visible is durable. */
    long readVersion();

    /** {@link #viewAt}({@link #readVersion}). */
    default View latest() {
        return viewAt(readVersion());
    }

    /**
     * The state at {@code version}: the same answers for ever. VERSION_TOO_OLD below the safe point, INVALID_ARGUMENT
     * for a version ahead of the store's clock.
     */
    View viewAt(long version);

    /** A transaction that reads at {@link #readVersion}. */
    Txn begin();

    /** Holds the safe point at or below {@code version} until closed. {@code holder} names it in lists. */
    Retention retain(long version, String holder);

    /**
     * Holds the safe point at or below {@code version} until {@link #letGo} of the same two, or else until the store is
     * closed. For versions that somebody was promised, which nobody's end before the store's may uncover. Idempotent.
     */
    void keep(long version, String holder);

    /** Ends what {@link #keep} began; nothing when there is no such hold. */
    void letGo(long version, String holder);

    /**
     * Versions below this may be gone. Stays where it is from opening to the first {@link #begin}, so that who keeps
     * versions across restarts can {@link #keep} them before.
     */
    long safePoint();

    /** Calls {@code observer} for every later commit with an annotation, in version order, after it became durable. */
    void observe(CommitObserver observer);

    @Override
    void close();

    /** A hold on the safe point. */
    interface Retention extends AutoCloseable {
        @Override
        void close();
    }

    /** Hears of commits. Must not wait; called by one flow at a time. */
    interface CommitObserver {
        /** @param annotation what {@link Txn#annotate} left */
        void committed(long version, byte[] annotation);
    }
}
