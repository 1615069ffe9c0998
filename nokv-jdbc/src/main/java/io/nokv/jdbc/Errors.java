package io.nokv.jdbc;

import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLSyntaxErrorException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransactionRollbackException;
import java.sql.SQLTransientConnectionException;
import org.apache.calcite.avatica.AvaticaClientRuntimeException;
import org.apache.calcite.avatica.remote.AvaticaRuntimeException;

/** Whatever Avatica's classes throw as the SQLException that JDBC assigns to its SQLSTATE, without wrappings. */
final class Errors {
    private static final String REMOTE_PREFIX = "Remote driver error: ";

    private Errors() {}

    /** A body that may fail in Avatica's ways. */
    interface Body<T> {
        T run() throws SQLException;
    }

    static <T> T call(Body<T> body) throws SQLException {
        try {
            return body.run();
        } catch (SQLException | RuntimeException e) {
            throw translate(e);
        }
    }

    static SQLException translate(Exception e) {
        Throwable t = e;
        for (int depth = 0; t != null && depth < 20; depth++, t = t.getCause()) {
            if (t instanceof AvaticaClientRuntimeException || t instanceof AvaticaRuntimeException) {
                LinkFailure server = ofServer((RuntimeException) t);
                return of(server.sqlState, server.vendorCode, server.getMessage(), null);
            }
            if (t instanceof LinkFailure link) {
                return of(link.sqlState, link.vendorCode, link.getMessage(), link.getCause());
            }
        }
        if (e instanceof SQLException already) {
            return already;
        }
        return new SQLException(String.valueOf(e.getMessage()), "XX000", e);
    }

    /** What the server said, in a form that Avatica's classes wrap without rewording. */
    static LinkFailure ofServer(RuntimeException e) {
        if (e instanceof AvaticaRuntimeException embedded) {
            return new LinkFailure(embedded.getSqlState(), embedded.getErrorCode(), embedded.getErrorMessage(), null);
        }
        AvaticaClientRuntimeException remote = (AvaticaClientRuntimeException) e;
        String message = String.valueOf(remote.getMessage());
        return new LinkFailure(remote.getSqlState(), remote.getErrorCode(),
                message.startsWith(REMOTE_PREFIX) ? message.substring(REMOTE_PREFIX.length()) : message, null);
    }

    /** @param cause null for none */
    static SQLException of(String sqlState, int code, String message, Throwable cause) {
        String state = sqlState == null ? "XX000" : sqlState;
        if (state.equals("57014")) {
            return new SQLTimeoutException(message, state, code, cause);
        }
        return switch (state.substring(0, Math.min(2, state.length()))) {
            case "08" -> state.equals("08001") || state.equals("08S01")
                    ? new SQLTransientConnectionException(message, state, code, cause)
                    : new SQLNonTransientConnectionException(message, state, code, cause);
            case "0A" -> new SQLFeatureNotSupportedException(message, state, code, cause);
            case "23" -> new SQLIntegrityConstraintViolationException(message, state, code, cause);
            case "28" -> new SQLInvalidAuthorizationSpecException(message, state, code, cause);
            case "40" -> new SQLTransactionRollbackException(message, state, code, cause);
            case "42" -> new SQLSyntaxErrorException(message, state, code, cause);
            default -> new SQLException(message, state, code, cause);
        };
    }

    static SQLException unsupported(String what) {
        return new SQLFeatureNotSupportedException(what + " is not supported", "0A000");
    }
}
