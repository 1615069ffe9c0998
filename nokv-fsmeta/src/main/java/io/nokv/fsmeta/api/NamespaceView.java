package io.nokv.fsmeta.api;

import java.util.List;

/** Reads at one version: every answer belongs to the same state. Safe for one thread at a time. */
public interface NamespaceView extends AutoCloseable {
    long version();

    Mount mount(String name);

    List<Mount> mounts();

    Entry lookup(String mount, long parent, FileName name);

    Entry lookupPath(String mount, byte[] path, boolean followLast);

    Attributes getAttr(String mount, long inode);

    /** Null where absent. */
    List<Entry> batchLookup(String mount, List<EntryKey> keys);

    /** Null where absent. */
    List<Attributes> batchGetAttr(String mount, List<Long> inodes);

    /** The path of one name of the inode, "/" for the root. NOT_FOUND. */
    byte[] pathOf(String mount, long inode);

    /**
     * Entries of the whole mount in (parent, name) order, within the bounds. {@code attributes} false: only inode and type
     * are filled, everything else is 0 (cheaper for directories and hard links).
     */
    Rows<Entry> scanEntries(String mount, EntryRange range, boolean attributes);

    /** Inodes {@code from} (inclusive) to {@code to} (exclusive; 0: no end) in inode order. */
    Rows<Attributes> scanInodes(String mount, long from, long to);

    /**
     * Everything below a directory (itself excluded), depth first, parents before children, names in order. Depth 1 are its own
     * entries; {@code maxDepth} 0 means no limit. Streams: memory grows with depth, not with the number of entries.
     */
    Rows<TreeEntry> walk(String mount, long directory, int maxDepth);

    List<Quota> quotas(String mount);

    List<SnapshotInfo> snapshots(String mount);

    @Override
    void close();

    /** Where an entry is. */
    record EntryKey(long parent, FileName name) {}

    /** Entry bounds; {@code fromName}/{@code toName} null mean the start of that parent. {@code toParent} 0: no end. Upper bounds are exclusive. */
    record EntryRange(long fromParent, FileName fromName, long toParent, FileName toName) {
        public static final EntryRange ALL = new EntryRange(0, null, 0, null);

        /** All entries of one directory. */
        public static EntryRange of(long parent) {
            return new EntryRange(parent, null, parent + 1, null);
        }
    }

    /** @param path relative to where the walk began, without a leading '/' */
    record TreeEntry(byte[] path, int depth, Entry entry) {}
}
