package io.nokv.server.config;

import io.nokv.fsmeta.grpc.GrpcServerOptions;
import io.nokv.lsm.EngineOptions;
import io.nokv.sql.avatica.MetaOptions;
import io.nokv.sql.http.EndpointOptions;
import java.util.List;

/**
 * Everything that can be configured. A field that is absent from the file has the default of the layer it configures;
 * {@link #bounds()} says what a number may be.
 *
 * @param data the data directory; relative to the working directory
 * @param mount the mount that commands and the shell use unless told otherwise
 * @param engine sizes of the store
 * @param listen the address that all three servers listen at; loopback unless told otherwise
 * @param jdbc the SQL server
 * @param grpc the namespace server
 * @param http the operator's door
 */
public record NokvConfig(String data, String mount, EngineSection engine, String listen, JdbcSection jdbc,
        GrpcSection grpc, HttpSection http) {
    public NokvConfig {
        data = text("data", data, "nokv-data");
        mount = text("mount", mount, "default");
        engine = engine == null ? new EngineSection(null, null, null) : engine;
        listen = text("listen", listen, GrpcServerOptions.defaults().host());
        jdbc = jdbc == null ? new JdbcSection(null, null, null) : jdbc;
        grpc = grpc == null ? new GrpcSection(null, null, null) : grpc;
        http = http == null ? new HttpSection(null) : http;
    }

    public static NokvConfig defaults() {
        return new NokvConfig(null, null, null, null, null, null, null);
    }

    /** The same with what the command line says; null leaves a value alone. ConfigException. */
    public NokvConfig withPorts(String listenAt, Integer jdbcPort, Integer grpcPort, Integer httpPort) {
        return new NokvConfig(data, mount, engine, listenAt == null ? listen : listenAt,
                jdbcPort == null ? jdbc : new JdbcSection(jdbcPort, jdbc.maxRequestBytes, jdbc.maxConnections),
                grpcPort == null ? grpc : new GrpcSection(grpcPort, grpc.maxMessageBytes, grpc.maxCallsPerConnection),
                httpPort == null ? http : new HttpSection(httpPort));
    }

    /**
     * @param memtableBytes how much a memtable holds before it becomes a table
     * @param blockCacheBytes how much the cache of table blocks holds
     * @param rowCacheBytes how much the cache of rows holds; 0 for none
     */
    public record EngineSection(Long memtableBytes, Long blockCacheBytes, Long rowCacheBytes) {
        private static final EngineOptions LAYER = EngineOptions.defaults();
        static final Bounds MEMTABLE_BYTES = new Bounds("engine.memtableBytes", LAYER.memtableBytes(), 1L << 20,
                1L << 30);
        static final Bounds BLOCK_CACHE_BYTES = new Bounds("engine.blockCacheBytes", LAYER.blockCacheBytes(), 1L << 20,
                64L << 30);
        static final Bounds ROW_CACHE_BYTES = new Bounds("engine.rowCacheBytes", LAYER.rowCacheBytes(), 0, 64L << 30);

        public EngineSection {
            memtableBytes = MEMTABLE_BYTES.of(memtableBytes);
            blockCacheBytes = BLOCK_CACHE_BYTES.of(blockCacheBytes);
            rowCacheBytes = ROW_CACHE_BYTES.of(rowCacheBytes);
        }
    }

    /**
     * @param port 0 lets the system choose
     * @param maxRequestBytes the largest request body
     * @param maxConnections how many sessions may be open
     */
    public record JdbcSection(Integer port, Integer maxRequestBytes, Integer maxConnections) {
        private static final EndpointOptions LAYER = EndpointOptions.defaults();
        static final Bounds PORT = Bounds.port("jdbc.port", LAYER.address().getPort());
        static final Bounds MAX_REQUEST_BYTES = new Bounds("jdbc.maxRequestBytes", LAYER.maxRequestBytes(), 64 << 10,
                EndpointOptions.MOST_REQUEST_BYTES);
        static final Bounds MAX_CONNECTIONS = new Bounds("jdbc.maxConnections",
                MetaOptions.defaults().maxConnections(), 1, MetaOptions.MOST_CONNECTIONS);

        public JdbcSection {
            port = PORT.of(port);
            maxRequestBytes = MAX_REQUEST_BYTES.of(maxRequestBytes);
            maxConnections = MAX_CONNECTIONS.of(maxConnections);
        }
    }

    /**
     * @param port 0 lets the system choose
     * @param maxMessageBytes the largest message taken
     * @param maxCallsPerConnection how many calls one connection may have open
     */
    public record GrpcSection(Integer port, Integer maxMessageBytes, Integer maxCallsPerConnection) {
        private static final GrpcServerOptions LAYER = GrpcServerOptions.defaults();
        static final Bounds PORT = Bounds.port("grpc.port", LAYER.port());
        static final Bounds MAX_MESSAGE_BYTES = new Bounds("grpc.maxMessageBytes", LAYER.maxRequestBytes(), 64 << 10,
                GrpcServerOptions.MOST_REQUEST_BYTES);
        static final Bounds MAX_CALLS_PER_CONNECTION = new Bounds("grpc.maxCallsPerConnection",
                LAYER.maxCallsPerConnection(), 1, GrpcServerOptions.MOST_CALLS_PER_CONNECTION);

        public GrpcSection {
            port = PORT.of(port);
            maxMessageBytes = MAX_MESSAGE_BYTES.of(maxMessageBytes);
            maxCallsPerConnection = MAX_CALLS_PER_CONNECTION.of(maxCallsPerConnection);
        }
    }

    /** @param port 0 lets the system choose */
    public record HttpSection(Integer port) {
        static final Bounds PORT = Bounds.port("http.port", 9101);

        public HttpSection {
            port = PORT.of(port);
        }
    }

    /** What every numeric field may be. */
    public static List<Bounds> bounds() {
        return List.of(EngineSection.MEMTABLE_BYTES, EngineSection.BLOCK_CACHE_BYTES,
                EngineSection.ROW_CACHE_BYTES, JdbcSection.PORT,
                JdbcSection.MAX_REQUEST_BYTES, JdbcSection.MAX_CONNECTIONS, GrpcSection.PORT,
                GrpcSection.MAX_MESSAGE_BYTES, GrpcSection.MAX_CALLS_PER_CONNECTION, HttpSection.PORT);
    }

    private static String text(String field, String value, String whenAbsent) {
        if (value != null && value.isBlank()) {
            throw new ConfigException("field \"" + field + "\" is empty");
        }
        return value == null ? whenAbsent : value;
    }
}
