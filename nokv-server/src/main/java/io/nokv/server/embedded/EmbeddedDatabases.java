package io.nokv.server.embedded;

import io.nokv.base.error.NokvException;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.jdbc.DatabaseLink;
import io.nokv.jdbc.EmbeddedProvider;
import io.nokv.server.database.DatabaseOptions;
import io.nokv.server.database.SharedDatabases;
import io.nokv.server.database.SharedDatabases.Lease;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;

/** Opens databases of this process for the JDBC driver. Thread-safe. */
public final class EmbeddedDatabases implements EmbeddedProvider {
    private static final String CANNOT_OPEN = "08001";

    @Override
    public boolean accepts(String kind) {
        return kind.equals("file") || kind.equals("mem");
    }

    @Override
    public DatabaseLink open(String kind, String target, Map<String, String> properties) throws SQLException {
        DatabaseOptions options = DatabaseOptions.defaults();
        try {
            Lease lease = kind.equals("mem")
                    ? SharedDatabases.inMemory(target, options)
                    : SharedDatabases.ofDirectory(Path.of(target), options);
            return new EmbeddedLink(lease, options.mount());
        } catch (NokvException | NamespaceException | InvalidPathException e) {
            throw new SQLException("cannot open " + target + ": " + e.getMessage(), CANNOT_OPEN, e);
        }
    }
}
