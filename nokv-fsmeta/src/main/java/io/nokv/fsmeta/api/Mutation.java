package io.nokv.fsmeta.api;

/**
 * A change of the namespace, atomic by itself. Inode arguments may be {@link #resultOf} inside
 * {@link Namespace#transact}. What each does on missing, present and wrong kind is said at its record; all answer
 * MOUNT_NOT_FOUND, MOUNT_RETIRED, NOT_FOUND for a missing parent, NOT_A_DIRECTORY for a parent of another type.
 */
public sealed interface Mutation extends Operation {
    /** Stands for the inode of the result of step {@code index} (from 0) of the same transaction. */
    static long resultOf(int index) {
        return -1L - index;
    }

    /** Makes an inode of any type with one name. ALREADY_EXISTS, QUOTA_EXCEEDED, TOO_MANY_LINKS (subdirectories). */
    record Create(String mount, long parent, FileName name, NewInode inode) implements Mutation {}

    /**
     * Changes the given attributes; null leaves one alone. ctime becomes the time of the commit unless given. NOT_FOUND
     * when the inode does not exist; QUOTA_EXCEEDED when {@code size} grows past one.
     */
    record SetAttr(String mount, long inode, Integer mode, Integer uid, Integer gid, Long size, Long atimeNs,
            Long mtimeNs, Long ctimeNs) implements Mutation {}

    /** A further name for a non-directory. IS_A_DIRECTORY for a directory, ALREADY_EXISTS, TOO_MANY_LINKS. */
    record Link(String mount, long inode, long parent, FileName name) implements Mutation {}

    /** Removes a name of a non-directory; the inode goes with its last name. IS_A_DIRECTORY, NOT_FOUND. */
    record Unlink(String mount, long parent, FileName name) implements Mutation {}

    /** Removes an empty directory. NOT_A_DIRECTORY, NOT_EMPTY, NOT_FOUND. */
    record RemoveDir(String mount, long parent, FileName name) implements Mutation {}

    /**
     * Gives an entry another parent or name. INTO_ITSELF for a directory below itself; with {@link RenameMode#REPLACE}
     * an existing target of the same kind is removed (NOT_EMPTY, IS_A_DIRECTORY, NOT_A_DIRECTORY as POSIX has them);
     * two names of the same inode: nothing happens. {@code toMount} must equal {@code mount}, else CROSS_MOUNT.
     */
    record Rename(String mount, long fromParent, FileName fromName, String toMount, long toParent, FileName toName,
            RenameMode mode) implements Mutation {}

    /** What a rename does with an existing target. */
    enum RenameMode {
        /** rename(2). */
        REPLACE,
        /** ALREADY_EXISTS when the target exists. */
        NO_REPLACE,
        /** Both must exist and change places. */
        EXCHANGE
    }
}
