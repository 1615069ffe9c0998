package io.nokv.sql.avatica;

import io.nokv.base.error.NokvException;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.sql.api.SqlFailure;
import io.nokv.sql.error.SqlErrors;
import io.nokv.sql.error.SqlState;
import org.apache.calcite.avatica.AvaticaSeverity;
import org.apache.calcite.avatica.remote.AvaticaRuntimeException;
import org.apache.calcite.avatica.remote.Service.ErrorResponse;

/**
 * Every failure as the one exception that Avatica carries to clients: SQLSTATE, and a message that ends with the stable
 * reason in brackets. What comes from below is mapped by {@link SqlErrors}, as it is for statements: one failure has one
 * SQLSTATE whichever call it meets.
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
            case NokvException e -> translate(SqlErrors.of(e));
            case NamespaceException e -> translate(SqlErrors.of(e));
            case OutOfMemoryError e -> translate(SqlErrors.of(e));
            case StackOverflowError e -> translate(SqlErrors.of(e));
            default -> translate(SqlState.INTERNAL.failure("internal error; the server's log has the details"));
        };
    }

    /** Whether {@link #translate} would hide what happened, so that it belongs into the log. */
    public static boolean unexpected(Throwable t) {
        return switch (t) {
            case AvaticaRuntimeException _,SqlFailure _,NokvException _,NamespaceException _ -> false;
            default -> true;
        };
    }

    private static String checked(String sqlState) {
        return sqlState.length() == 5 && !sqlState.startsWith("00") ? sqlState : "XX000";
    }
}
