package io.nokv.jdbc;

/** The way to the server failed; carries the SQLSTATE until it becomes an SQLException. */
final class LinkFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    final String sqlState;

    LinkFailure(String sqlState, String message, Throwable cause) {
        super(message, cause);
        this.sqlState = sqlState;
    }
}
