package io.nokv.server.posix;

/** A call refused by the operating system. */
public final class PosixException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Operation not permitted. */
    public static final int EPERM = 1;
    /** No such file or directory. */
    public static final int ENOENT = 2;
    /** Permission denied. */
    public static final int EACCES = 13;
    /** Not a directory. */
    public static final int ENOTDIR = 20;
    /** Invalid argument; from readlink: no longer a symlink. */
    public static final int EINVAL = 22;
    /** Too many symbolic links; from an open that follows none: a symlink now. */
    public static final int ELOOP = 40;

    private final int errno;

    PosixException(String call, String path, int errno, String reason) {
        super(path + ": " + reason + " (" + call + ")");
        this.errno = errno;
    }

    public int errno() {
        return errno;
    }

    /** Whether the name is no longer there, or no longer what it was a moment ago. */
    public boolean vanished() {
        return errno == ENOENT || errno == ENOTDIR || errno == ELOOP || errno == EINVAL;
    }
}
