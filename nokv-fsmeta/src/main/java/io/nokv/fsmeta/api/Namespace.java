package io.nokv.fsmeta.api;

import java.util.List;

/**
 * The namespace, as an embedded program and the gRPC client both have it. Thread-safe. Everything refused or failed is a
 * {@link NamespaceException}. {@code version} arguments: 0 means latest, else a read version or a snapshot's.
 */
public interface Namespace extends AutoCloseable {
    /** The inode of the root of every mount. */
    long ROOT_INODE = 1L << 24;

    /** The most entries a page may be asked for. */
    int MAX_PAGE = 10_000;

    // ---- mounts -----------------------------------------------------------------------------------------------

    /** Registers a mount with its root directory; the same again is answered as it stands. INVALID_NAME, MOUNT_RETIRED. */
    Mount registerMount(String name);

    /** Final; idempotent. Reads go on, changes are refused. */
    Mount retireMount(String name);

    /** MOUNT_NOT_FOUND. */
    Mount mount(String name);

    /** In name order. */
    List<Mount> mounts();

    // ---- reads ------------------------------------------------------------------------------------------------

    /** A version at which everything acknowledged so far is visible. */
    long readVersion();

    /** NOT_FOUND, NOT_A_DIRECTORY. */
    Entry lookup(String mount, long parent, FileName name, long version);

    /**
     * Walks {@code path} ("/a/b"; bytes, components as {@link FileName}) from the root; "/" is the root's entry. Symlinks on
     * the way are followed, at the end only when {@code followLast}. NOT_FOUND, NOT_A_DIRECTORY, TOO_MANY_SYMLINKS (40), PATH_TOO_LONG.
     */
    Entry lookupPath(String mount, byte[] path, boolean followLast, long version);

    Attributes getAttr(String mount, long inode, long version);

    /** The i-th answer belongs to the i-th name; null when it does not exist. At most {@link #MAX_PAGE}. */
    List<Entry> batchLookup(String mount, long parent, List<FileName> names, long version);

    /** The i-th answer belongs to the i-th inode; null when it does not exist. At most {@link #MAX_PAGE}. */
    List<Attributes> batchGetAttr(String mount, List<Long> inodes, long version);

    /** Entries after {@code after} (null: from the start), at most {@code limit} (1 to {@link #MAX_PAGE}). */
    NamePage readDir(String mount, long directory, FileName after, int limit, long version);

    /** As {@link #readDir}, with attributes: one scan. */
    DirPage readDirPlus(String mount, long directory, FileName after, int limit, long version);

    // ---- changes ----------------------------------------------------------------------------------------------

    /**
     * Applies one change, retrying conflicts inside. {@code id} null: no answer is remembered. The same id with another
     * mutation is REQUEST_ID_REUSED.
     */
    MutationResult apply(Mutation mutation, RequestId id);

    /** As {@link #apply} of a rename, but NOT_A_DIRECTORY when the source is something else at the moment of the change. */
    MutationResult renameSubtree(Mutation.Rename rename, RequestId id);

    /** All steps or none, in order, each seeing those before; the i-th result belongs to the i-th step. At most 10,000 steps. */
    List<MutationResult> transact(List<? extends Operation> steps, RequestId id);

    // ---- quotas -----------------------------------------------------------------------------------------------

    /**
     * Sets the limits of a scope; 0 for none. The first call on a directory counts what is there. Usage already above a
     * limit stays, growth is refused. NOT_A_DIRECTORY.
     */
    Quota setQuota(String mount, long scope, long limitBytes, long limitInodes);

    /** Usage of a scope with a quota, or of the whole mount (scope = root inode), which is always counted. NOT_FOUND otherwise. */
    Quota quota(String mount, long scope);

    List<Quota> quotas(String mount);

    // ---- snapshots --------------------------------------------------------------------------------------------

    /** Publishes the current version of a subtree; {@code label} may be empty. NOT_A_DIRECTORY. */
    SnapshotInfo snapshotSubtree(String mount, long rootInode, String label);

    /** SNAPSHOT_NOT_FOUND. */
    SnapshotInfo retireSnapshot(String mount, long rootInode, long readVersion);

    List<SnapshotInfo> snapshots(String mount);

    // ---- watch ------------------------------------------------------------------------------------------------

    /**
     * Events of one directory after {@code cursor} (0: from now). At most {@code windowEvents} wait unread, then the
     * subscription ends with WATCH_OVERFLOW. WATCH_EXPIRED when the events after {@code cursor} are no longer kept.
     */
    Watch watch(String mount, long directory, long cursor, int windowEvents);

    /** A subscription. One reader. */
    interface Watch extends AutoCloseable {
        /** The cursor from which a later subscription goes on. */
        long cursor();

        /** The next event, waiting up to {@code timeoutMillis} for it; null when none came. */
        WatchEvent next(long timeoutMillis);

        @Override
        void close();
    }

    @Override
    void close();
}
