package io.nokv.sql.api;

/** Rows of a query, or the count of a change. One thread at a time. */
public interface SqlResult extends AutoCloseable {
    /** Rows changed; -1 for a query; 0 for a control statement. */
    long updateCount();

    /** The next row, or null at the end; the array belongs to the caller. SqlFailure 57014 after cancel or timeout. */
    Object[] next();

    /** Ends the query early. Idempotent. */
    @Override
    void close();
}
