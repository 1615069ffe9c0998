package io.nokv.jdbc;

import java.util.function.Function;
import org.apache.calcite.avatica.remote.Service;

/**
 * The way from one JDBC connection to its database. Thread-safe: concurrent calls take turns, except
 * {@link #cancel}, which passes them.
 */
public interface DatabaseLink extends AutoCloseable {
    /**
     * Makes one request and returns its answer. An error of the database is an Avatica exception with a SQLSTATE
     * ({@code AvaticaClientRuntimeException} or {@code AvaticaRuntimeException}).
     */
    <T> T call(CallOptions options, Function<Service, T> request);

    /** Ends a running statement; true when it was running. */
    boolean cancel(String connectionId, int statementId);

    /** Frees what the link holds; idempotent. Comes after the connection was closed by a request. */
    @Override
    void close();
}
