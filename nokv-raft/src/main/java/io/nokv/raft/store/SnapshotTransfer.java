package io.nokv.raft.store;

import io.nokv.base.port.Promise;

/**
 * How the rows of a region come from one store to another. It owns a directory for what is on its way, in and out, which
 * holds nothing after an opening but what it can still use. Thread-safe; nothing here waits.
 *
 * <p>The sender: {@link #newDirectory}, an export into it, {@link #offer}, {@link #release} when nobody needs it any more. The
 * receiver: {@link #fetch}, an ingest, {@link #discard}.
 */
public interface SnapshotTransfer extends AutoCloseable {
    /** The first byte of messages between stores that are for this. */
    int MESSAGE_KIND = 2;

    /** A path of the engine's file system that does not exist yet, for an export. */
    String newDirectory(long regionId);

    /**
     * Lets other stores fetch the export in {@code directory}, which is this object's from now on. Returns what
     * names it to them, 4 KiB at most. An offer may be withdrawn by itself when nobody has asked for it for long; fetching it fails then.
     */
    byte[] offer(String directory);

    /** Nobody is to begin fetching {@code offer}; its files go when those who have begun are done. */
    void release(byte[] offer);

    /**
     * Fetches what {@code fromStore} offers. The directory it ends in holds the whole export, checked and durable, and is the caller's until
     * {@link #discard}. Fetching the same offer again while that goes on, or after a restart, continues. Fails with FILE_NOT_FOUND when there is no such
     * offer any more, NO_SPACE, CORRUPTION, TIMEOUT when the other store is not heard for long, CLOSED, and OVERLOADED when too
     * much is being fetched.
     */
    Promise<String> fetch(long fromStore, byte[] offer);

    /** Deletes what was fetched into {@code directory}; not having been ingested, or copied. Linked files stay where they are linked. */
    void discard(String directory);

    /** {@code message}, whose first byte is {@link #MESSAGE_KIND}, came from {@code fromStore}. */
    void received(long fromStore, byte[] message);

    /** Ends what is under way. */
    @Override
    void close();
}
