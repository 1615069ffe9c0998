package io.nokv.fsmeta.api;

/**
 * The attributes of an inode. Times are nanoseconds since the Unix epoch.
 *
 * @param mode permission bits, 0 to 07777; the type is beside it
 * @param linkCount names of a file; 2 + subdirectories for a directory
 * @param size bytes; for a symlink the length of its target; for a directory whatever was set, 0 at first
 * @param rdev device number of a device inode, else 0
 * @param version the version that last changed this inode; 0 for a change of the reading transaction itself
 * @param target the target of a symlink, else null
 */
public record Attributes(long inode, FileType type, int mode, int uid, int gid, long linkCount, long size, long rdev,
        long atimeNs, long mtimeNs, long ctimeNs, long createdNs, long version, byte[] target) {
    public boolean isDirectory() {
        return type == FileType.DIRECTORY;
    }
}
