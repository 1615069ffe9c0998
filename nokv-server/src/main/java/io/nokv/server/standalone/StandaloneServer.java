package io.nokv.server.standalone;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.fsmeta.grpc.FsmetaGrpcServer;
import io.nokv.fsmeta.grpc.GrpcServerOptions;
import io.nokv.server.config.NokvConfig;
import io.nokv.server.database.Database;
import io.nokv.server.database.DatabaseOptions;
import io.nokv.server.http.OperatorEndpoint;
import io.nokv.server.http.StatsGroup;
import io.nokv.sql.api.SqlFailure;
import io.nokv.sql.avatica.MetaOptions;
import io.nokv.sql.http.AvaticaEndpoint;
import io.nokv.sql.http.EndpointOptions;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The three servers and their database. Thread-safe. */
public final class StandaloneServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(StandaloneServer.class.getName());

    /** How long requests in progress get when the server closes. */
    private static final Duration DRAIN = Duration.ofSeconds(5);

    private volatile String notReady = "starting";
    private boolean closed;
    private Database database;
    private OperatorEndpoint http;
    private FsmetaGrpcServer grpc;
    private AvaticaEndpoint jdbc;
    private String host;

    private StandaloneServer() {}

    /**
     * Opens the database in {@code directory}, making it when it does not exist, and listens. LOCKED when another process
     * has it open, IO_ERROR naming the address when a port is taken; then nothing is left open.
     */
    public static StandaloneServer start(Path directory, NokvConfig config) {
        StandaloneServer server = new StandaloneServer();
        try {
            server.open(directory, config);
            return server;
        } catch (RuntimeException | Error e) {
            server.close();
            throw e;
        }
    }

    private void open(Path directory, NokvConfig config) {
        host = config.listen();
        database = Database.open(directory, DatabaseOptions.of(config));
        warmUp();

        GrpcServerOptions grpcOptions = GrpcServerOptions.defaults().toBuilder().host(host).port(config.grpc().port())
                .maxRequestBytes(config.grpc().maxMessageBytes())
                .maxCallsPerConnection(config.grpc().maxCallsPerConnection()).build();
        grpc = FsmetaGrpcServer.start(database.namespace(), grpcOptions);

        EndpointOptions defaults = EndpointOptions.defaults();
        EndpointOptions jdbcOptions = defaults.withAddress(new InetSocketAddress(host, config.jdbc().port()))
                .withLimits(config.jdbc().maxRequestBytes(), defaults.maxChannels(), defaults.maxInFlight());
        MetaOptions metaDefaults = MetaOptions.defaults().withDefaultMount(config.mount());
        MetaOptions metaOptions = metaDefaults.withLimits(config.jdbc().maxConnections(),
                metaDefaults.maxStatementsPerConnection(), metaDefaults.maxCursorsPerConnection());
        jdbc = AvaticaEndpoint.start(database.sql(), metaOptions, jdbcOptions, database.ports().clock(),
                database.ports().scheduler());

        InetSocketAddress httpAddress = new InetSocketAddress(host, config.http().port());
        try {
            http = OperatorEndpoint.start(httpAddress, statsGroups(), () -> RpcMetricsText.of(grpc.metrics()),
                    () -> notReady);
        } catch (IOException e) {
            throw new NokvException(FailureCode.IO_ERROR,
                    "cannot listen for HTTP on " + httpAddress + ": " + e.getMessage(), e);
        }
        notReady = null;
    }

    /** On a machine that is busy with other things planning may hit its deadline; then the first user pays, no more. */
    private void warmUp() {
        try {
            database.sql().warmUp();
        } catch (SqlFailure e) {
            LOG.log(Level.WARNING, "warming up SQL did not end well: " + e.getMessage());
        }
    }

    private List<StatsGroup> statsGroups() {
        List<StatsGroup> groups = new ArrayList<>(database.statsGroups());
        groups.add(new StatsGroup("nokv_grpc", () -> GrpcGauges.of(grpc.metrics())));
        groups.add(new StatsGroup("nokv_jdbc", () -> new JdbcGauges(jdbc.connectionCount(), jdbc.inFlight())));
        return groups;
    }

    /** "host:port" of the SQL server. */
    public String jdbcAddress() {
        return host + ":" + jdbc.address().getPort();
    }

    /** "host:port" of the namespace server. */
    public String grpcAddress() {
        return host + ":" + grpc.port();
    }

    /** "host:port" of health and metrics. */
    public String httpAddress() {
        return host + ":" + http.address().getPort();
    }

    public Database database() {
        return database;
    }

    /**
     * Lets requests in progress end, for a few seconds, then closes everything; {@code /readyz} says so meanwhile.
     * Idempotent; a second caller waits for the first.
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        notReady = "closing";
        RuntimeException first = null;
        for (Runnable step : List.<Runnable>of(this::closeJdbc, this::closeGrpc, this::closeHttp,
                this::closeDatabase)) {
            try {
                step.run();
            } catch (RuntimeException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }

    private void closeJdbc() {
        if (jdbc != null) {
            jdbc.stop(DRAIN.toNanos());
        }
    }

    private void closeGrpc() {
        if (grpc != null) {
            grpc.close(DRAIN);
        }
    }

    private void closeHttp() {
        if (http != null) {
            http.close();
        }
    }

    private void closeDatabase() {
        if (database != null) {
            database.close();
        }
    }

    /** Group {@code nokv_jdbc}. */
    private record JdbcGauges(int connections, int requestsInFlight) {}
}
