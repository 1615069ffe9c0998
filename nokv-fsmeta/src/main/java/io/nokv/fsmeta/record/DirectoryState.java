package io.nokv.fsmeta.record;

import io.nokv.base.codec.CounterRecord;

/**
 * The counters of a directory, its S row. Changed by deltas only, after its creation.
 *
 * @param entries names in it
 * @param subdirectories directories among them; the link count is 2 more
 * @param nextInode above every inode number ever given to a file made in it
 * @param bytes sum of the sizes of the inodes charged in it
 * @param inodes how many inodes are charged in it
 */
public record DirectoryState(long entries, long subdirectories, long mtimeNs, long ctimeNs, long nextInode, long bytes,
        long inodes) {
    public static final int ENTRIES = 0;
    public static final int SUBDIRECTORIES = 1;
    public static final int MTIME = 2;
    public static final int CTIME = 3;
    public static final int NEXT_INODE = 4;
    public static final int BYTES = 5;
    public static final int INODES = 6;

    /** An empty directory. */
    public static DirectoryState empty(long directory, long mtimeNs, long ctimeNs) {
        return new DirectoryState(0, 0, mtimeNs, ctimeNs, directory + 1, 0, 0);
    }

    public byte[] encode() {
        return new CounterRecord(ValueHeader.of(RowKind.DIRECTORY), entries, subdirectories, mtimeNs, ctimeNs,
                nextInode,
                bytes, inodes).encode();
    }

    public static DirectoryState decode(byte[] value) {
        CounterRecord r = Counters.decode(value, RowKind.DIRECTORY, INODES + 1);
        return new DirectoryState(r.slot(ENTRIES), r.slot(SUBDIRECTORIES), r.slot(MTIME), r.slot(CTIME),
                r.slot(NEXT_INODE), r.slot(BYTES), r.slot(INODES));
    }
}
