package io.nokv.fsmeta.fsck;

import io.nokv.fsmeta.api.FileName;

/**
 * Something that does not agree.
 *
 * @param inode the inode or directory concerned, 0 when it is the mount
 * @param name the entry concerned, or null
 * @param detail a sentence for people
 */
public record Finding(Kind kind, String mount, long inode, FileName name, String detail) {
    public enum Kind {
        /** A key or value that cannot be read. */
        DAMAGED_ROW,
        /** A row where no row of its kind belongs. */
        STRAY_ROW,
        /** An entry names an inode that is not there. */
        DENTRY_WITHOUT_INODE,
        /** An entry names an inode whose row says that it is somewhere or something else. */
        DENTRY_DISAGREES,
        /** An inode's row names an entry that is not there, or an inode has no name. */
        INODE_WITHOUT_DENTRY,
        /** A directory from which no way leads up to the root: detached, or in a cycle. */
        UNREACHABLE,
        /** A directory without its counters. */
        DIRECTORY_WITHOUT_STATE,
        /** The number of entries is not what the directory's counter says. */
        ENTRY_COUNT,
        /** The number of subdirectories is not what the directory's counter says. */
        SUBDIRECTORY_COUNT,
        /** The number of names of a hard-linked inode is not its link count. */
        LINK_COUNT,
        /** A hard-linked inode is charged in a directory that has no name of it. */
        HOME_WITHOUT_NAME,
        /** What is charged in a directory is not what its counters say. */
        CHARGE,
        /** The usage of a scope is not the sum of what is below it. */
        USAGE,
        /** A quota without its directory or usage row, or another number of quotas than the mount's row says. */
        QUOTA,
        /** A number in use that could be given out again. */
        NUMBER_ABOVE_FENCE
    }
}
