package io.nokv.jdbc;

import java.sql.SQLException;
import java.util.Map;

/**
 * Opens databases inside this process for {@code jdbc:nokv:file:} and {@code jdbc:nokv:mem:}. Found by
 * {@link java.util.ServiceLoader}. Thread-safe.
 */
public interface EmbeddedProvider {
    /** @param kind "file" or "mem" */
    boolean accepts(String kind);

    /**
     * Opens the database, or shares the one that is open in this process.
     *
     * @param kind as accepted
     * @param target the directory, or the name of the in-memory database
     * @param properties of the URL and of the caller, by the names in {@link NokvDriver}
     * @return a link of the new JDBC connection; closing the last link of a database closes the database
     * @throws SQLException with SQLSTATE 08001 when it cannot be opened, naming the directory
     */
    DatabaseLink open(String kind, String target, Map<String, String> properties) throws SQLException;
}
