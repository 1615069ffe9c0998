package io.nokv.sql.api;

import java.util.List;

/**
 * One connection's state: transaction, mode, default mount. Used by one thread at a time, except {@link #cancel}.
 * Everything refused or failed is a {@link SqlFailure}.
 */
public interface SqlSession extends AutoCloseable {
    /** Parses, validates and plans, or finds the plan in the cache. */
    PreparedSql prepare(String sql);

    /**
     * Executes with parameters (types as {@link Column.Type} says, null for NULL). In autocommit mode a change is
     * committed when this returns; otherwise a transaction begins with the first statement. A query streams: its rows
     * come from the version at which it began, also after a later commit. At most one call at a time.
     *
     * @param statementId for {@link #cancel}; unique among the running statements of this session
     * @param maxRows 0: all
     * @param timeoutMillis 0: none
     */
    SqlResult execute(PreparedSql statement, List<Object> parameters, long statementId, long maxRows,
            long timeoutMillis);

    /** Makes the running statement fail with 57014; true when it was running. Callable from any thread. */
    boolean cancel(long statementId);

    boolean autoCommit();

    /** Switching to true commits an open transaction, as JDBC says. */
    void setAutoCommit(boolean on);

    boolean readOnly();

    void setReadOnly(boolean on);

    /** Fails with 25000 in autocommit mode. 40001: somebody else changed the same things; nothing happened. */
    void commit();

    /** Without a transaction: nothing. */
    void rollback();

    /** Whether uncommitted changes exist. */
    boolean inTransaction();

    String mount();

    /** Tables, columns, keys and functions, for DatabaseMetaData. */
    SqlCatalog catalog();

    /** Rolls back and closes open results. */
    @Override
    void close();
}
