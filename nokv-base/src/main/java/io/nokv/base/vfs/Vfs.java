package io.nokv.base.vfs;

import java.util.List;

/**
 * A directory tree of files. Thread-safe. Every method throws {@link io.nokv.base.error.NokvException} with one of
 * IO_ERROR, NO_SPACE, FILE_NOT_FOUND, FILE_EXISTS, LOCKED, and the path in the message.
 */
public interface Vfs {
    /** How a file is opened. */
    enum Mode {
        /** Must exist; writes are refused. */
        READ,
        /** Must exist. */
        READ_WRITE,
        /** Must not exist. */
        CREATE_NEW,
        /** Created, or emptied when it exists. */
        CREATE_OR_TRUNCATE
    }

    VfsFile open(String path, Mode mode);

    /** Creates the directory and its parents; one that exists is left alone. New ones get mode 0700. */
    void makeDirectories(String path);

    /** Names (not paths) in the directory, sorted. */
    List<String> list(String directory);

    boolean exists(String path);

    /** Bytes in the file. */
    long size(String path);

    /** Atomic; replaces {@code to} when it exists. */
    void rename(String from, String to);

    /** A second name for the same file; {@code to} must not exist. */
    void link(String from, String to);

    /** Deletes a file or an empty directory. */
    void delete(String path);

    /** Makes the names in {@code directory} durable. */
    void syncDir(String directory);

    /** Locks {@code path} (created when absent) against other openers in any process; LOCKED when somebody holds it. */
    AutoCloseable lock(String path);

    /** Bytes that may still be written below the root. */
    long freeBytes();
}
