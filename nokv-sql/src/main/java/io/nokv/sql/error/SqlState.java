package io.nokv.sql.error;

import io.nokv.fsmeta.api.Reason;
import io.nokv.sql.api.SqlFailure;

/**
 * Every SQLSTATE of this engine. Codes follow PostgreSQL where it has one; class NS is the namespace's own. The name is
 * the stable reason that clients see beside the code.
 */
public enum SqlState {
    // Statement text.
    SYNTAX_ERROR("42601"), UNDEFINED_TABLE("42P01"), UNDEFINED_COLUMN("42703"), UNDEFINED_FUNCTION("42883"),
    DUPLICATE_COLUMN("42701"), AMBIGUOUS_COLUMN("42702"), GROUPING_ERROR("42803"), DATATYPE_MISMATCH("42804"),
    INDETERMINATE_PARAMETER("42P18"), NOT_PERMITTED("42501"), NOT_SUPPORTED("0A000"), STATEMENT_TOO_COMPLEX("54001"),
    LIMIT_EXCEEDED("54000"),
    // Data.
    DIVISION_BY_ZERO("22012"), NUMERIC_OUT_OF_RANGE("22003"), INVALID_TEXT("22P02"), INVALID_PARAMETER("22023"),
    INVALID_DATETIME("22007"), NULL_NOT_ALLOWED("22004"), INVALID_ESCAPE("22025"), CARDINALITY_VIOLATION("21000"),
    NOT_NULL_VIOLATION("23502"),
    // Transactions and sessions.
    ACTIVE_TRANSACTION("25001"), INVALID_TRANSACTION_STATE("25000"), READ_ONLY_TRANSACTION("25006"),
    NO_ACTIVE_TRANSACTION("25P01"), FAILED_TRANSACTION("25P02"), INVALID_CURSOR_STATE("24000"), CONFLICT("40001"),
    SESSION_CLOSED("08003"), UNKNOWN_OUTCOME("08007"),
    // Resources and intervention.
    CANCELLED("57014"), OUT_OF_MEMORY("53200"), OVERLOADED("53000"), NO_SPACE("53100"), LOCKED("55006"),
    IO_ERROR("58030"), CORRUPTION("XX001"), INTERNAL("XX000"), SHUTDOWN("57P01"),
    // The namespace.
    ALREADY_EXISTS("23505"), NOT_FOUND("NSENT"), NOT_EMPTY("NSNEM"), QUOTA_EXCEEDED("NSDQT"), NOT_A_DIRECTORY("NSNDR"),
    IS_A_DIRECTORY("NSISD"), INVALID_NAME("NSNAM"), NAME_TOO_LONG("NSNTL"), PATH_TOO_LONG("NSPTL"),
    INTO_ITSELF("NSLOP"), CROSS_MOUNT("NSXDV"), TOO_MANY_LINKS("NSMLK"), TOO_MANY_SYMLINKS("NSSYM"),
    MOUNT_NOT_FOUND("NSMNT"), MOUNT_RETIRED("NSMRT"), MOUNT_CONFLICT("NSMCF"), SNAPSHOT_NOT_FOUND("NSSNF"),
    VERSION_TOO_OLD("NSOLD"), VERSION_IN_FUTURE("NSFUT"), WATCH_EXPIRED("NSWEX"), WATCH_OVERFLOW("NSWOV");

    private final String code;

    SqlState(String code) {
        this.code = code;
    }

    /** Five characters, never 00000. */
    public String code() {
        return code;
    }

    public SqlFailure failure(String message) {
        return new SqlFailure(code, name(), message, null);
    }

    /** @param cause what lies below, or null; never shown to a client */
    public SqlFailure failure(String message, Throwable cause) {
        return new SqlFailure(code, name(), message, cause);
    }

    /** The state a refusal of the namespace shows as. */
    public static SqlState of(Reason reason) {
        return switch (reason) {
            case NOT_FOUND -> NOT_FOUND;
            case ALREADY_EXISTS -> ALREADY_EXISTS;
            case NOT_A_DIRECTORY -> NOT_A_DIRECTORY;
            case IS_A_DIRECTORY -> IS_A_DIRECTORY;
            case NOT_EMPTY -> NOT_EMPTY;
            case INVALID_NAME -> INVALID_NAME;
            case NAME_TOO_LONG -> NAME_TOO_LONG;
            case PATH_TOO_LONG -> PATH_TOO_LONG;
            case INTO_ITSELF -> INTO_ITSELF;
            case CROSS_MOUNT -> CROSS_MOUNT;
            case TOO_MANY_LINKS -> TOO_MANY_LINKS;
            case TOO_MANY_SYMLINKS -> TOO_MANY_SYMLINKS;
            case QUOTA_EXCEEDED -> QUOTA_EXCEEDED;
            case NOT_PERMITTED -> NOT_PERMITTED;
            case MOUNT_NOT_FOUND -> MOUNT_NOT_FOUND;
            case MOUNT_RETIRED -> MOUNT_RETIRED;
            case MOUNT_CONFLICT -> MOUNT_CONFLICT;
            case SNAPSHOT_NOT_FOUND -> SNAPSHOT_NOT_FOUND;
            case VERSION_TOO_OLD -> VERSION_TOO_OLD;
            case VERSION_IN_FUTURE -> VERSION_IN_FUTURE;
            case WATCH_EXPIRED -> WATCH_EXPIRED;
            case WATCH_OVERFLOW -> WATCH_OVERFLOW;
            case INVALID_ARGUMENT, REQUEST_ID_REUSED -> INVALID_PARAMETER;
            case TOO_LARGE -> LIMIT_EXCEEDED;
            case READ_ONLY -> READ_ONLY_TRANSACTION;
            case CONFLICT -> CONFLICT;
            case OVERLOADED -> OVERLOADED;
            case TIMEOUT, CANCELLED -> CANCELLED;
            case UNKNOWN_OUTCOME -> UNKNOWN_OUTCOME;
            case NO_SPACE -> NO_SPACE;
            case LOCKED -> LOCKED;
            case CORRUPTION -> CORRUPTION;
            case IO_ERROR -> IO_ERROR;
            case CLOSED -> SHUTDOWN;
            case UNSUPPORTED -> NOT_SUPPORTED;
            case INTERNAL -> INTERNAL;
        };
    }
}
