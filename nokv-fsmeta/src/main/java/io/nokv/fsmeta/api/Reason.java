package io.nokv.fsmeta.api;

import io.nokv.base.error.FailureCode;

/**
 * Why the namespace refused or failed: the one enum behind gRPC statuses, {@code ErrorInfo} reasons and SQLSTATEs.
 * Names are a promise to clients.
 */
public enum Reason {
    // What POSIX would answer.
    NOT_FOUND, ALREADY_EXISTS, NOT_A_DIRECTORY, IS_A_DIRECTORY, NOT_EMPTY, INVALID_NAME, NAME_TOO_LONG, PATH_TOO_LONG,
    INTO_ITSELF, CROSS_MOUNT, TOO_MANY_LINKS, TOO_MANY_SYMLINKS, QUOTA_EXCEEDED, NOT_PERMITTED,
    // Mounts, snapshots, versions, watches.
    MOUNT_NOT_FOUND, MOUNT_RETIRED, MOUNT_CONFLICT, SNAPSHOT_NOT_FOUND, VERSION_TOO_OLD, VERSION_IN_FUTURE,
    WATCH_EXPIRED, WATCH_OVERFLOW,
    // Requests.
    INVALID_ARGUMENT, TOO_LARGE, READ_ONLY, REQUEST_ID_REUSED,
    // Concurrency and state of the database.
    CONFLICT, OVERLOADED, TIMEOUT, CANCELLED, UNKNOWN_OUTCOME, NO_SPACE, LOCKED, CORRUPTION, IO_ERROR, CLOSED,
    UNSUPPORTED, INTERNAL;

    /** Whether the same request can succeed later without a change by the caller. */
    public boolean retryable() {
        return switch (this) {
            case CONFLICT, OVERLOADED, TIMEOUT, UNKNOWN_OUTCOME, NO_SPACE, LOCKED -> true;
            case NOT_FOUND, ALREADY_EXISTS, NOT_A_DIRECTORY, IS_A_DIRECTORY, NOT_EMPTY, INVALID_NAME, NAME_TOO_LONG,
                    PATH_TOO_LONG, INTO_ITSELF, CROSS_MOUNT, TOO_MANY_LINKS, TOO_MANY_SYMLINKS, QUOTA_EXCEEDED,
                    NOT_PERMITTED, MOUNT_NOT_FOUND, MOUNT_RETIRED, MOUNT_CONFLICT, SNAPSHOT_NOT_FOUND, VERSION_TOO_OLD,
                    VERSION_IN_FUTURE, WATCH_EXPIRED, WATCH_OVERFLOW, INVALID_ARGUMENT, TOO_LARGE, READ_ONLY,
                    REQUEST_ID_REUSED, CANCELLED, CORRUPTION, IO_ERROR, CLOSED, UNSUPPORTED, INTERNAL ->
                false;
        };
    }

    /** The reason a failure of the layers below shows as. */
    public static Reason of(FailureCode code) {
        return switch (code) {
            case INVALID_ARGUMENT -> INVALID_ARGUMENT;
            case IO_ERROR -> IO_ERROR;
            case NO_SPACE -> NO_SPACE;
            case CORRUPTION -> CORRUPTION;
            case FILE_NOT_FOUND, FILE_EXISTS -> IO_ERROR;
            case LOCKED -> LOCKED;
            case CLOSED -> CLOSED;
            case READ_ONLY -> READ_ONLY;
            case OVERLOADED -> OVERLOADED;
            case TIMEOUT -> TIMEOUT;
            case CANCELLED -> CANCELLED;
            case UNKNOWN_OUTCOME -> UNKNOWN_OUTCOME;
            case VERSION_TOO_OLD -> VERSION_TOO_OLD;
            case UNSUPPORTED_VERSION -> UNSUPPORTED;
            case INTERNAL -> INTERNAL;
        };
    }
}
