package io.nokv.fsmeta.api;

/**
 * What a create asks for; the server numbers the inode.
 *
 * @param times null: all times are the time of the commit; else {atime, mtime, ctime} in nanoseconds, as an import sets them
 * @param target required for a symlink (1 to 4,095 bytes), else null
 */
public record NewInode(FileType type, int mode, int uid, int gid, long size, long rdev, Times times, byte[] target) {
    /** Nanoseconds since the epoch. */
    public record Times(long atimeNs, long mtimeNs, long ctimeNs) {}

    public static NewInode file(int mode) {
        return new NewInode(FileType.FILE, mode, 0, 0, 0, 0, null, null);
    }

    public static NewInode directory(int mode) {
        return new NewInode(FileType.DIRECTORY, mode, 0, 0, 0, 0, null, null);
    }

    public static NewInode symlink(byte[] target) {
        return new NewInode(FileType.SYMLINK, 0777, 0, 0, target.length, 0, null, target);
    }
}
