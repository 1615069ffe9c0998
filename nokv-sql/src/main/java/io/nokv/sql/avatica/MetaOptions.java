package io.nokv.sql.avatica;

import io.nokv.base.error.NokvException;

/**
 * Limits of {@link NokvMeta}.
 *
 * @param defaultMount mount of a connection that names none; may be empty, then such a connection is refused by the
 *        engine if it needs one
 * @param productVersion what DatabaseMetaData tells
 * @param maxConnections open connections at once
 * @param maxStatementsPerConnection open statements of one connection, prepared ones included
 * @param maxCursorsPerConnection results of one connection that are not read to their end
 * @param idleNanos a connection without a request for this long is closed and its transaction rolled back; 0 for never
 */
public record MetaOptions(String defaultMount, String productVersion, int maxConnections,
        int maxStatementsPerConnection, int maxCursorsPerConnection, long idleNanos) {
    /** Upper bound of {@code maxConnections}. */
    public static final int MOST_CONNECTIONS = 100_000;

    /** INVALID_ARGUMENT naming the value that cannot be. */
    public MetaOptions {
        if (maxConnections < 1 || maxConnections > MOST_CONNECTIONS) {
            throw NokvException.invalid("maxConnections of the SQL server is 1 to " + MOST_CONNECTIONS + ", not "
                    + maxConnections);
        }
    }

    /** 1,000 connections, 1,024 statements and 128 open results each, 30 minutes of idleness. */
    public static MetaOptions defaults() {
        return new MetaOptions("", "0.1.0", 1_000, 1_024, 128, 30L * 60 * 1_000_000_000L);
    }

    public MetaOptions withDefaultMount(String mount) {
        return new MetaOptions(mount, productVersion, maxConnections, maxStatementsPerConnection,
                maxCursorsPerConnection, idleNanos);
    }

    public MetaOptions withLimits(int connections, int statementsPerConnection, int cursorsPerConnection) {
        return new MetaOptions(defaultMount, productVersion, connections, statementsPerConnection, cursorsPerConnection,
                idleNanos);
    }

    public MetaOptions withIdleNanos(long nanos) {
        return new MetaOptions(defaultMount, productVersion, maxConnections, maxStatementsPerConnection,
                maxCursorsPerConnection, nanos);
    }
}
