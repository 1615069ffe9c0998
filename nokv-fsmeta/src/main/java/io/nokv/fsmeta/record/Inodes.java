package io.nokv.fsmeta.record;

/** The anatomy of an inode number: {@code group << 24 | seq}; positive. */
public final class Inodes {
    public static final int SEQ_BITS = 24;
    public static final long SEQ_MASK = (1L << SEQ_BITS) - 1;

    /** The group of the root directory. */
    public static final long ROOT_GROUP = 1;

    /** Groups are below this, so that inode numbers stay positive. */
    public static final long GROUP_LIMIT = 1L << (63 - SEQ_BITS);

    private Inodes() {}

    public static long group(long inode) {
        return inode >>> SEQ_BITS;
    }

    public static long seq(long inode) {
        return inode & SEQ_MASK;
    }

    /** The directory that owns {@code group}. */
    public static long directory(long group) {
        return group << SEQ_BITS;
    }

    public static long of(long group, long seq) {
        return group << SEQ_BITS | seq;
    }

    /** Whether {@code inode} can be the number of a directory. */
    public static boolean mayBeDirectory(long inode) {
        return inode > 0 && seq(inode) == 0;
    }
}
