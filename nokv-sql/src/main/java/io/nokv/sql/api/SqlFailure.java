package io.nokv.sql.api;

import java.util.Objects;

/** A SQL error: SQLSTATE (never 00000), a stable reason name, and a message that names the offending thing. */
public final class SqlFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String sqlState;
    private final String reason;

    /** @param cause what lies below, or null */
    public SqlFailure(String sqlState, String reason, String message, Throwable cause) {
        super(message, cause);
        this.sqlState = Objects.requireNonNull(sqlState, "sqlState");
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    public String sqlState() {
        return sqlState;
    }

    public String reason() {
        return reason;
    }
}
