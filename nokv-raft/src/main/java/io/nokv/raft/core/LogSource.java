package io.nokv.raft.core;

import java.util.List;

/**
 * Where a replica reads back what it handed out for persisting. Called from inside the replica's methods, so it must not
 * wait: what is not at hand is left out, fetched meanwhile, and asked for again.
 */
public interface LogSource {
    /**
     * Entries from {@code from} on, without gaps, at most up to {@code to} (inclusive) and of at most {@code maxBytes} by
     * {@link Entry#bytes}, but at least one; empty when the first is not at hand now. Both ends are persisted and not
     * compacted.
     */
    List<Entry> entries(long from, long to, long maxBytes);

    /** A snapshot that covers at least everything compacted; null when there is none at hand now. */
    Snapshot snapshot();
}
