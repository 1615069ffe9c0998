package io.nokv.jdbc;

/** A failure of the server or of the way to it; carries the SQLSTATE until it becomes an SQLException. */
final class LinkFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    final String sqlState;
    final int vendorCode;

    LinkFailure(String sqlState, String message, Throwable cause) {
        this(sqlState, 0, message, cause);
    }

    LinkFailure(String sqlState, int vendorCode, String message, Throwable cause) {
        super(message, cause);
        this.sqlState = sqlState;
        this.vendorCode = vendorCode;
    }
}
