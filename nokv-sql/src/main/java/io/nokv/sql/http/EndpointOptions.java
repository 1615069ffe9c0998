package io.nokv.sql.http;

import io.nokv.base.error.NokvException;
import java.net.InetSocketAddress;

/**
 * Where and within which limits the endpoint serves.
 *
 * @param address to listen on; port 0 takes a free one
 * @param maxRequestBytes of a request's body; more is answered with 54000
 * @param maxHeaderBytes of all headers of a request
 * @param maxChannels HTTP connections; requests on further ones are answered with 53000
 * @param maxInFlight requests being served at once; further ones are answered with 53000
 * @param idleSeconds after which a silent HTTP connection is closed; above the lifetime in clients' pools, so that the
 *        client closes first
 * @param ioThreads of Netty
 */
public record EndpointOptions(InetSocketAddress address, int maxRequestBytes, int maxHeaderBytes, int maxChannels,
        int maxInFlight, int idleSeconds, int ioThreads) {
    /** Upper bound of {@code maxRequestBytes}. */
    public static final int MOST_REQUEST_BYTES = 64 << 20;

    /** INVALID_ARGUMENT naming the value that cannot be. */
    public EndpointOptions {
        if (maxRequestBytes < 1_024 || maxRequestBytes > MOST_REQUEST_BYTES) {
            throw NokvException.invalid("maxRequestBytes of the SQL server is 1024 to " + MOST_REQUEST_BYTES + ", not "
                    + maxRequestBytes);
        }
    }

    /** Port 8765 on loopback, 4 MiB requests, 16 KiB headers, 2,048 channels, 1,024 in flight, 10 minutes, 2 threads. */
    public static EndpointOptions defaults() {
        return new EndpointOptions(new InetSocketAddress("127.0.0.1", 8765), 4 << 20, 16 << 10, 2_048, 1_024, 600, 2);
    }

    public EndpointOptions withAddress(InetSocketAddress to) {
        return new EndpointOptions(to, maxRequestBytes, maxHeaderBytes, maxChannels, maxInFlight, idleSeconds,
                ioThreads);
    }

    public EndpointOptions withLimits(int requestBytes, int channels, int inFlight) {
        return new EndpointOptions(address, requestBytes, maxHeaderBytes, channels, inFlight, idleSeconds, ioThreads);
    }
}
