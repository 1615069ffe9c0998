package io.nokv.sql.api;

/** SQL over one namespace. Thread-safe; plans are shared by all sessions. */
public interface SqlEngine extends AutoCloseable {
    /** MOUNT_NOT_FOUND as SqlFailure when the mount does not exist. */
    SqlSession open(SessionOptions options);

    /** Plans a few typical statements so that the first user does not pay for class loading. */
    void warmUp();

    @Override
    void close();

    /**
     * @param mount default mount of paths and of functions without a mount
     * @param user for lists of statements; may be empty
     */
    record SessionOptions(String mount, String user) {}
}
