package io.nokv.benchmark.namespace;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/** PostgreSQL in processes of its own, durable, tuned as one would for this machine; the peer of the table. */
final class PostgresTarget implements Target {
    private final EmbeddedPostgres server;

    PostgresTarget(Path directory) {
        try {
            server = EmbeddedPostgres.builder().setDataDirectory(directory).setCleanDataDirectory(true)
                    .setServerConfig("fsync", "on").setServerConfig("synchronous_commit", "on")
                    .setServerConfig("full_page_writes", "on").setServerConfig("shared_buffers", "1GB")
                    .setServerConfig("max_wal_size", "4GB").setServerConfig("checkpoint_timeout", "15min")
                    .setServerConfig("work_mem", "64MB").setServerConfig("max_connections", "100")
                    .setServerConfig("jit", "off").start();
            try (Connection c = connect(); Statement s = c.createStatement()) {
                s.execute(PostgresSchema.DDL);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private Connection connect() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", "postgres");
        properties.setProperty("prepareThreshold", "1");
        properties.setProperty("binaryTransfer", "true");
        return java.sql.DriverManager.getConnection("jdbc:postgresql://localhost:" + server.getPort() + "/postgres",
                properties);
    }

    /** Statistics as autovacuum would have them, so that no plan is chosen on an empty table. */
    void analyze() {
        try (Connection c = connect(); Statement s = c.createStatement()) {
            s.execute("VACUUM ANALYZE");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String name() {
        return "postgresql";
    }

    @Override
    public Session open() {
        try {
            return new PostgresSession(connect());
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
