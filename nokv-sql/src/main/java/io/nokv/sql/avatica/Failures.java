package io.nokv.sql.avatica;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.sql.api.SqlFailure;
import org.apache.calcite.avatica.AvaticaSeverity;
import org.apache.calcite.avatica.remote.AvaticaRuntimeException;
import org.apache.calcite.avatica.remote.Service.ErrorResponse;

/**
 * Every failure as the one exception that Avatica carries to clients: SQLSTATE, and a message that ends with the stable
 * reason in brackets.
 */
public final class Failures {
    /** No vendor code: the SQLSTATE says it all. Avatica itself uses 1 (missing connection) and 2 (unauthorized). */
    private static final int NO_VENDOR_CODE = 0;

    private Failures() {}

    /** A failure found by the front itself. */
    public static AvaticaRuntimeException of(String sqlState, String reason, String message) {
        return new AvaticaRuntimeException(message + " [" + reason + "]", NO_VENDOR_CODE, sqlState,
                AvaticaSeverity.ERROR);
    }

    /**
     * A connection that the server does not know. The vendor code is the one by which a stock client that asked for
     * transparent reconnection opens a new one, which is safe here: nothing of the old one is left to lose.
     */
    static AvaticaRuntimeException unknownConnection(String message) {
        return new AvaticaRuntimeException(message + " [UNKNOWN_CONNECTION]",
                ErrorResponse.MISSING_CONNECTION_ERROR_CODE, "08003", AvaticaSeverity.ERROR);
    }

    /** What a client may see of {@code t}: never a class name or a stack trace. */
    public static AvaticaRuntimeException translate(Throwable t) {
        return switch (t) {
            case AvaticaRuntimeException e -> e;
            case SqlFailure e -> of(checked(e.sqlState()), e.reason(), e.getMessage());
            case NokvException e -> of(stateOf(e.code()), e.code().name(), e.getMessage());
            case OutOfMemoryError _ -> of("53200", "OUT_OF_MEMORY", "not enough memory for this request");
            case StackOverflowError _ -> of("54001", "TOO_COMPLEX", "the statement is nested too deeply");
            default -> of("XX000", "INTERNAL", "internal error; the server's log has the details");
        };
    }

    /** Whether {@link #translate} would hide what happened, so that it belongs into the log. */
    public static boolean unexpected(Throwable t) {
        return !(t instanceof AvaticaRuntimeException || t instanceof SqlFailure || t instanceof NokvException);
    }

    private static String checked(String sqlState) {
        return sqlState.length() == 5 && !sqlState.startsWith("00") ? sqlState : "XX000";
    }

    private static String stateOf(FailureCode code) {
        return switch (code) {
            case INVALID_ARGUMENT -> "22023";
            case IO_ERROR -> "58030";
            case NO_SPACE -> "53100";
            case CORRUPTION -> "XX001";
            case FILE_NOT_FOUND -> "58P01";
            case FILE_EXISTS -> "58P02";
            case LOCKED -> "55006";
            case CLOSED -> "57P01";
            case READ_ONLY -> "25006";
            case OVERLOADED -> "53000";
            case TIMEOUT, CANCELLED -> "57014";
            case UNKNOWN_OUTCOME -> "08007";
            case VERSION_TOO_OLD -> "72000";
            case UNSUPPORTED_VERSION -> "0A000";
            case INTERNAL -> "XX000";
        };
    }
}
