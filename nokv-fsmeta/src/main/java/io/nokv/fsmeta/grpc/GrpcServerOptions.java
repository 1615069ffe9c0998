package io.nokv.fsmeta.grpc;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;

/**
 * Where the server listens and what it lets a client do. {@link #defaults()} listens on loopback; change single values
 * with {@link #toBuilder()}.
 *
 * @param host address to listen on
 * @param port 0 to 65,535; 0 lets the system choose
 * @param maxRequestBytes largest request message; larger ones are refused before they are read
 * @param maxMetadataBytes largest header block of a call
 * @param maxCallsPerConnection calls (and streams) open at a time on one connection
 * @param maxRequestsInFlight requests worked on at a time by the whole server; beyond it OVERLOADED
 * @param maxPipelineCallsInFlight unanswered calls of one pipeline stream before the server stops reading it
 * @param maxPageBytes about how large a page of a directory or of a batch gets before it is cut
 * @param maxWatches watches open at a time on the whole server; beyond it OVERLOADED
 * @param handshakeTimeoutMillis how long a new connection has to finish its HTTP/2 handshake
 * @param minKeepAliveMillis clients that ping more often are disconnected
 * @param keepAliveMillis how long a silent connection waits before the server pings it; it is cut 20 s later
 * @param maxConnectionIdleMillis a connection without calls is closed after this
 * @param maxConnectionAgeMillis every connection is asked to go after this; 0: never
 */
public record GrpcServerOptions(String host, int port, int maxRequestBytes, int maxMetadataBytes,
        int maxCallsPerConnection, int maxRequestsInFlight, int maxPipelineCallsInFlight, int maxPageBytes,
        int maxWatches, long handshakeTimeoutMillis, long minKeepAliveMillis, long keepAliveMillis,
        long maxConnectionIdleMillis, long maxConnectionAgeMillis) {
    /** Upper bound of {@code maxRequestBytes}. */
    public static final int MOST_REQUEST_BYTES = 64 << 20;

    /** Upper bound of {@code maxCallsPerConnection}. */
    public static final int MOST_CALLS_PER_CONNECTION = 65_536;

    /** INVALID_ARGUMENT naming the value that cannot be. */
    public GrpcServerOptions {
        if (host == null || host.isBlank()) {
            throw new NokvException(FailureCode.INVALID_ARGUMENT, "the gRPC server needs an address to listen on");
        }
        inRange("port", port, 0, 65_535);
        inRange("maxRequestBytes", maxRequestBytes, 1_024, MOST_REQUEST_BYTES);
        inRange("maxMetadataBytes", maxMetadataBytes, 1_024, 1 << 20);
        inRange("maxCallsPerConnection", maxCallsPerConnection, 1, MOST_CALLS_PER_CONNECTION);
        inRange("maxRequestsInFlight", maxRequestsInFlight, 1, 1 << 20);
        inRange("maxPipelineCallsInFlight", maxPipelineCallsInFlight, 1, 1 << 20);
        inRange("maxPageBytes", maxPageBytes, 1_024, 64 << 20);
        inRange("maxWatches", maxWatches, 0, 1 << 20);
        inRange("handshakeTimeoutMillis", handshakeTimeoutMillis, 1, 600_000);
        inRange("minKeepAliveMillis", minKeepAliveMillis, 0, 3_600_000);
        inRange("keepAliveMillis", keepAliveMillis, 1_000, 24 * 3_600_000L);
        inRange("maxConnectionIdleMillis", maxConnectionIdleMillis, 1, 7 * 24 * 3_600_000L);
        inRange("maxConnectionAgeMillis", maxConnectionAgeMillis, 0, 7 * 24 * 3_600_000L);
    }

    private static void inRange(String what, long value, long least, long most) {
        if (value < least || value > most) {
            throw new NokvException(FailureCode.INVALID_ARGUMENT,
                    what + " of the gRPC server is " + least + " to " + most + ", not " + value);
        }
    }

    /** Loopback, port 8090, the limits of the service definition. */
    public static GrpcServerOptions defaults() {
        return new GrpcServerOptions("127.0.0.1", 8090, 4 << 20, 16 << 10, 256, 8_192, 1_024, 1 << 20, 1_000, 10_000,
                10_000, 60_000, 3_600_000, 0);
    }

    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Changes single values. Not thread-safe. */
    public static final class Builder {
        private String host;
        private int port;
        private int maxRequestBytes;
        private int maxMetadataBytes;
        private int maxCallsPerConnection;
        private int maxRequestsInFlight;
        private int maxPipelineCallsInFlight;
        private int maxPageBytes;
        private int maxWatches;
        private long handshakeTimeoutMillis;
        private long minKeepAliveMillis;
        private long keepAliveMillis;
        private long maxConnectionIdleMillis;
        private long maxConnectionAgeMillis;

        private Builder(GrpcServerOptions o) {
            host = o.host;
            port = o.port;
            maxRequestBytes = o.maxRequestBytes;
            maxMetadataBytes = o.maxMetadataBytes;
            maxCallsPerConnection = o.maxCallsPerConnection;
            maxRequestsInFlight = o.maxRequestsInFlight;
            maxPipelineCallsInFlight = o.maxPipelineCallsInFlight;
            maxPageBytes = o.maxPageBytes;
            maxWatches = o.maxWatches;
            handshakeTimeoutMillis = o.handshakeTimeoutMillis;
            minKeepAliveMillis = o.minKeepAliveMillis;
            keepAliveMillis = o.keepAliveMillis;
            maxConnectionIdleMillis = o.maxConnectionIdleMillis;
            maxConnectionAgeMillis = o.maxConnectionAgeMillis;
        }

        public Builder host(String value) {
            host = value;
            return this;
        }

        public Builder port(int value) {
            port = value;
            return this;
        }

        public Builder maxRequestBytes(int value) {
            maxRequestBytes = value;
            return this;
        }

        public Builder maxMetadataBytes(int value) {
            maxMetadataBytes = value;
            return this;
        }

        public Builder maxCallsPerConnection(int value) {
            maxCallsPerConnection = value;
            return this;
        }

        public Builder maxRequestsInFlight(int value) {
            maxRequestsInFlight = value;
            return this;
        }

        public Builder maxPipelineCallsInFlight(int value) {
            maxPipelineCallsInFlight = value;
            return this;
        }

        public Builder maxPageBytes(int value) {
            maxPageBytes = value;
            return this;
        }

        public Builder maxWatches(int value) {
            maxWatches = value;
            return this;
        }

        public Builder handshakeTimeoutMillis(long value) {
            handshakeTimeoutMillis = value;
            return this;
        }

        public Builder minKeepAliveMillis(long value) {
            minKeepAliveMillis = value;
            return this;
        }

        public Builder keepAliveMillis(long value) {
            keepAliveMillis = value;
            return this;
        }

        public Builder maxConnectionIdleMillis(long value) {
            maxConnectionIdleMillis = value;
            return this;
        }

        public Builder maxConnectionAgeMillis(long value) {
            maxConnectionAgeMillis = value;
            return this;
        }

        /** INVALID_ARGUMENT naming the value that cannot be. */
        public GrpcServerOptions build() {
            return new GrpcServerOptions(host, port, maxRequestBytes, maxMetadataBytes, maxCallsPerConnection,
                    maxRequestsInFlight, maxPipelineCallsInFlight, maxPageBytes, maxWatches, handshakeTimeoutMillis,
                    minKeepAliveMillis, keepAliveMillis, maxConnectionIdleMillis, maxConnectionAgeMillis);
        }
    }
}
