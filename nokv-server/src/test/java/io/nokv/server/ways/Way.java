package io.nokv.server.ways;

import io.nokv.server.config.NokvConfig;
import io.nokv.server.database.DatabaseOptions;
import io.nokv.server.database.SharedDatabases;
import io.nokv.server.standalone.StandaloneServer;
import java.nio.file.Path;
import java.sql.SQLException;
import org.apache.calcite.avatica.AvaticaClientRuntimeException;
import org.apache.calcite.avatica.AvaticaSqlException;

/** How a program gets to a database. */
enum Way {
    /** {@code jdbc:nokv:file:}, in this process. */
    FILE,
    /** {@code jdbc:nokv:mem:}, in this process, without files. */
    MEMORY,
    /** Our driver over the network. */
    OURS,
    /** The stock Avatica driver over the network, JSON. */
    STOCK_JSON,
    /** The stock Avatica driver over the network, Protocol Buffers. */
    STOCK_PROTOBUF;

    boolean isStock() {
        return this == STOCK_JSON || this == STOCK_PROTOBUF;
    }

    /** Opens a database of this test's own in {@code directory}, planted, and what this way needs to get there. */
    OpenWay open(Path directory) {
        return switch (this) {
            case FILE -> {
                SharedDatabases.Lease lease = SharedDatabases.ofDirectory(directory, DatabaseOptions.defaults());
                yield OpenWay.planted("jdbc:nokv:file:" + directory, lease.database().namespace(), lease::close);
            }
            case MEMORY -> {
                SharedDatabases.Lease lease = SharedDatabases.inMemory(directory.toString(),
                        DatabaseOptions.defaults());
                yield OpenWay.planted("jdbc:nokv:mem:" + directory, lease.database().namespace(), lease::close);
            }
            case OURS, STOCK_JSON, STOCK_PROTOBUF -> {
                StandaloneServer server = StandaloneServer.start(directory,
                        NokvConfig.defaults().withPorts(null, 0, 0, 0));
                yield OpenWay.planted(url(server.jdbcAddress()), server.database().namespace(), server::close);
            }
        };
    }

    private String url(String address) {
        return switch (this) {
            case OURS -> "jdbc:nokv://" + address;
            case STOCK_JSON -> "jdbc:avatica:remote:url=http://" + address + ";timeZone=UTC";
            case STOCK_PROTOBUF -> "jdbc:avatica:remote:url=http://" + address
                    + ";serialization=protobuf;timeZone=UTC";
            case FILE, MEMORY -> throw new AssertionError(this + " has no address");
        };
    }

    /** "SQLSTATE message" of a failure; the stock driver has words of its own around what the server said. */
    String said(Exception failure) {
        return switch (failure) {
            case AvaticaSqlException e when isStock() -> e.getSQLState() + " " + e.getStackTraces().getFirst();
            case AvaticaClientRuntimeException e when isStock() ->
                e.getSqlState() + " " + e.getServerExceptions().getFirst();
            case SQLException e -> e.getSQLState() + " " + e.getMessage();
            default -> "no SQLException: " + failure;
        };
    }
}
