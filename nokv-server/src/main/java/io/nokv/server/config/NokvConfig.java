package io.nokv.server.config;

/**
 * Everything that can be configured. A field that is absent from the file has its default.
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
        data = data == null ? "nokv-data" : data;
        mount = mount == null ? "default" : mount;
        engine = engine == null ? new EngineSection(null, null) : engine;
        listen = listen == null ? "127.0.0.1" : listen;
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
     * @param memtableBytes how much a memtable holds before it becomes a table, 1 MiB to 1 GiB
     * @param blockCacheBytes how much the cache of table blocks holds, 1 MiB to 64 GiB
     */
    public record EngineSection(Long memtableBytes, Long blockCacheBytes) {
        public EngineSection {
            memtableBytes = within("engine.memtableBytes", memtableBytes, 32L << 20, 1L << 20, 1L << 30);
            blockCacheBytes = within("engine.blockCacheBytes", blockCacheBytes, 128L << 20, 1L << 20, 64L << 30);
        }
    }

    /**
     * @param port 0 lets the system choose
     * @param maxRequestBytes the largest request body, 64 KiB to 64 MiB
     * @param maxConnections how many sessions may be open, 1 to 100,000
     */
    public record JdbcSection(Integer port, Integer maxRequestBytes, Integer maxConnections) {
        public JdbcSection {
            port = portWithin("jdbc.port", port, 8765);
            maxRequestBytes = within("jdbc.maxRequestBytes", maxRequestBytes, 4 << 20, 64 << 10, 64 << 20);
            maxConnections = within("jdbc.maxConnections", maxConnections, 1_000, 1, 100_000);
        }
    }

    /**
     * @param port 0 lets the system choose
     * @param maxMessageBytes the largest message taken, 64 KiB to 64 MiB
     * @param maxCallsPerConnection how many calls one connection may have open, 1 to 100,000
     */
    public record GrpcSection(Integer port, Integer maxMessageBytes, Integer maxCallsPerConnection) {
        public GrpcSection {
            port = portWithin("grpc.port", port, 8090);
            maxMessageBytes = within("grpc.maxMessageBytes", maxMessageBytes, 4 << 20, 64 << 10, 64 << 20);
            maxCallsPerConnection = within("grpc.maxCallsPerConnection", maxCallsPerConnection, 256, 1, 100_000);
        }
    }

    /** @param port 0 lets the system choose */
    public record HttpSection(Integer port) {
        public HttpSection {
            port = portWithin("http.port", port, 9101);
        }
    }

    private static Integer portWithin(String field, Integer value, int whenAbsent) {
        return within(field, value, whenAbsent, 0, 65_535);
    }

    private static Integer within(String field, Integer value, int whenAbsent, int min, int max) {
        return Math.toIntExact(
                within(field, value == null ? null : (Long) value.longValue(), (long) whenAbsent, min, max));
    }

    private static Long within(String field, Long value, long whenAbsent, long min, long max) {
        if (value == null) {
            return whenAbsent;
        }
        if (value < min || value > max) {
            throw new ConfigException(
                    "field \"" + field + "\" is " + value + " and must be between " + min + " and " + max);
        }
        return value;
    }
}
