package io.nokv.server.posix;

import io.nokv.fsmeta.api.FileType;

/**
 * What {@code statx} tells of a file without following a symlink. Times are nanoseconds since the epoch.
 *
 * @param mode permission bits, 0 to 07777
 * @param device number of the device the file lies on, as {@code st_dev}
 * @param rdev device number of a device file, as {@code st_rdev}, else 0
 */
public record FileStatus(FileType type, int mode, int uid, int gid, long linkCount, long size, long device, long inode,
        long rdev, long atimeNs, long mtimeNs, long ctimeNs) {
    private static final int TYPE_MASK = 0170000;

    /** Null for a type of file that POSIX does not have. */
    static FileType typeOf(int mode) {
        return switch (mode & TYPE_MASK) {
            case 0100000 -> FileType.FILE;
            case 0040000 -> FileType.DIRECTORY;
            case 0120000 -> FileType.SYMLINK;
            case 0010000 -> FileType.FIFO;
            case 0140000 -> FileType.SOCKET;
            case 0020000 -> FileType.CHAR_DEVICE;
            case 0060000 -> FileType.BLOCK_DEVICE;
            default -> null;
        };
    }

    /** As {@code makedev} of the GNU C library. */
    static long deviceNumber(int major, int minor) {
        long high = Integer.toUnsignedLong(major);
        long low = Integer.toUnsignedLong(minor);
        return (high & 0xFFFFF000L) << 32 | (high & 0xFFFL) << 8 | (low & 0xFFFFFF00L) << 12 | low & 0xFFL;
    }
}
