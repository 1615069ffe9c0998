package io.nokv.base.error;

/** Why an operation failed, as opposed to an answer that the caller did not hope for. Stable names: they go over wires. */
public enum FailureCode {
    /** The caller handed in something that can never be right. */
    INVALID_ARGUMENT(false),
    /** A device or the operating system refused or failed. */
    IO_ERROR(false),
    /** The device, a quota of the operating system, or a budget is full. */
    NO_SPACE(true),
    /** Stored bytes fail their checksum or their grammar; the message names file and offset. */
    CORRUPTION(false),
    /** A file or directory that had to exist does not. */
    FILE_NOT_FOUND(false),
    /** A file or directory that had to be absent exists. */
    FILE_EXISTS(false),
    /** Another process holds the lock on this resource. */
    LOCKED(true),
    /** The resource was closed. */
    CLOSED(false),
    /** The store stopped taking writes after an earlier failure; reads may go on. */
    READ_ONLY(false),
    /** A queue, a budget or a limit is used up for the moment; trying later can help. */
    OVERLOADED(true),
    /** The deadline of the caller passed. */
    TIMEOUT(true),
    /** The caller gave up. */
    CANCELLED(false),
    /** The operation may or may not have happened; only a retry with the same request id can tell. */
    UNKNOWN_OUTCOME(true),
    /** The data asked for has been garbage-collected: the version lies below the safe point. */
    VERSION_TOO_OLD(false),
    /** The file format or schema version is newer than this program. */
    UNSUPPORTED_VERSION(false),
    /** A bug of ours. */
    INTERNAL(false);

    private final boolean retryable;

    FailureCode(boolean retryable) {
        this.retryable = retryable;
    }

    /** Whether the same call can succeed later without a change by the caller. */
    public boolean retryable() {
        return retryable;
    }
}
