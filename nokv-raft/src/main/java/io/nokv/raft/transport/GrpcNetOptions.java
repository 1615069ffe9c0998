package io.nokv.raft.transport;

import io.nokv.base.error.NokvException;
import io.nokv.base.port.Net;
import java.time.Duration;

/**
 * Where a store listens for the others and how it speaks to them. {@link #of} has the usual values; change single ones by
 * the {@code with} methods.
 *
 * @param clusterId stores of other clusters are refused; 1 to 64 characters
 * @param host address to listen on
 * @param port 0 to 65,535; 0 lets the system choose
 * @param loops threads that do all the work, 1 to 64
 * @param maxMessageBytes largest message; larger ones are dropped. 1 KiB to 1 GiB
 * @param frameBytes messages that wait are sent together up to about so many bytes; 1 KiB to 16 MiB
 * @param urgent what may wait in the lane to one store
 * @param normal what may wait in the lane to one store
 * @param bulk what may wait in the lane to one store
 * @param connectTimeout an attempt to connect that takes longer has failed
 * @param minBackoff least time from a failure to the next attempt; doubled with each further one, and taken times a random
 *     factor between one half and one
 * @param maxBackoff most time from a failure to the next attempt
 * @param keepAlive a silent connection is asked for a sign of life after this
 * @param keepAliveTimeout a connection that does not give one in this time has broken
 * @param idleTimeout a lane on which nothing was sent for so long is taken down, without harm
 */
public record GrpcNetOptions(String clusterId, String host, int port, int loops, int maxMessageBytes, int frameBytes,
        LaneLimit urgent, LaneLimit normal, LaneLimit bulk, Duration connectTimeout, Duration minBackoff,
        Duration maxBackoff, Duration keepAlive, Duration keepAliveTimeout, Duration idleTimeout) {
    /**
     * Bounds of a queue; one message is let in however large.
     *
     * @param messages at least 1
     * @param bytes at least 1
     */
    public record LaneLimit(int messages, long bytes) {
        /** INVALID_ARGUMENT when nothing would fit. */
        public LaneLimit {
            if (messages < 1 || bytes < 1) {
                throw NokvException.invalid("a queue of " + messages + " messages and " + bytes + " bytes holds none");
            }
        }
    }

    /** INVALID_ARGUMENT naming the value that cannot be. */
    public GrpcNetOptions {
        if (clusterId == null || clusterId.isBlank() || clusterId.length() > 64) {
            throw NokvException.invalid("a cluster id has 1 to 64 characters: '" + clusterId + "'");
        }
        if (host == null || host.isBlank()) {
            throw NokvException.invalid("a store needs an address to listen on");
        }
        inRange("port", port, 0, 65_535);
        inRange("loops", loops, 1, 64);
        inRange("maxMessageBytes", maxMessageBytes, 1 << 10, 1 << 30);
        inRange("frameBytes", frameBytes, 1 << 10, 16 << 20);
        positive("connectTimeout", connectTimeout);
        positive("minBackoff", minBackoff);
        positive("keepAlive", keepAlive);
        positive("keepAliveTimeout", keepAliveTimeout);
        positive("idleTimeout", idleTimeout);
        if (maxBackoff.compareTo(minBackoff) < 0) {
            throw NokvException.invalid("maxBackoff " + maxBackoff + " is below minBackoff " + minBackoff);
        }
    }

    private static void inRange(String what, long value, long least, long most) {
        if (value < least || value > most) {
            throw NokvException
                    .invalid(what + " of the network between stores is " + least + " to " + most + ", not " + value);
        }
    }

    private static void positive(String what, Duration value) {
        if (value.compareTo(Duration.ofMillis(1)) < 0 || value.compareTo(Duration.ofDays(1)) > 0) {
            throw NokvException
                    .invalid(what + " of the network between stores is 1 ms to 1 day, not " + value);
        }
    }

    /** Loopback and a port the system chooses, one thread, messages up to 64 MiB in frames of 256 KiB. */
    public static GrpcNetOptions of(String clusterId) {
        return new GrpcNetOptions(clusterId, "127.0.0.1", 0, 1, 64 << 20, 256 << 10,
                new LaneLimit(16_384, 4 << 20), new LaneLimit(65_536, 64 << 20), new LaneLimit(4_096, 16 << 20),
                Duration.ofSeconds(2), Duration.ofMillis(20), Duration.ofSeconds(1), Duration.ofSeconds(5),
                Duration.ofSeconds(5), Duration.ofMinutes(5));
    }

    LaneLimit limit(Net.Lane lane) {
        return switch (lane) {
            case URGENT -> urgent;
            case NORMAL -> normal;
            case BULK -> bulk;
        };
    }

    public GrpcNetOptions withAddress(String newHost, int newPort) {
        return new GrpcNetOptions(clusterId, newHost, newPort, loops, maxMessageBytes, frameBytes, urgent, normal, bulk,
                connectTimeout, minBackoff, maxBackoff, keepAlive, keepAliveTimeout, idleTimeout);
    }

    public GrpcNetOptions withLoops(int count) {
        return new GrpcNetOptions(clusterId, host, port, count, maxMessageBytes, frameBytes, urgent, normal, bulk,
                connectTimeout, minBackoff, maxBackoff, keepAlive, keepAliveTimeout, idleTimeout);
    }

    public GrpcNetOptions withMessages(int newMaxMessageBytes, int newFrameBytes) {
        return new GrpcNetOptions(clusterId, host, port, loops, newMaxMessageBytes, newFrameBytes, urgent, normal, bulk,
                connectTimeout, minBackoff, maxBackoff, keepAlive, keepAliveTimeout, idleTimeout);
    }

    public GrpcNetOptions withLimits(LaneLimit newUrgent, LaneLimit newNormal, LaneLimit newBulk) {
        return new GrpcNetOptions(clusterId, host, port, loops, maxMessageBytes, frameBytes, newUrgent, newNormal,
                newBulk, connectTimeout, minBackoff, maxBackoff, keepAlive, keepAliveTimeout, idleTimeout);
    }

    public GrpcNetOptions withConnecting(Duration timeout, Duration newMinBackoff, Duration newMaxBackoff) {
        return new GrpcNetOptions(clusterId, host, port, loops, maxMessageBytes, frameBytes, urgent, normal, bulk,
                timeout, newMinBackoff, newMaxBackoff, keepAlive, keepAliveTimeout, idleTimeout);
    }

    public GrpcNetOptions withSilence(Duration newKeepAlive, Duration newKeepAliveTimeout, Duration newIdleTimeout) {
        return new GrpcNetOptions(clusterId, host, port, loops, maxMessageBytes, frameBytes, urgent, normal, bulk,
                connectTimeout, minBackoff, maxBackoff, newKeepAlive, newKeepAliveTimeout, newIdleTimeout);
    }
}
