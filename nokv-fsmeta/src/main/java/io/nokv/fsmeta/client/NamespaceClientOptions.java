package io.nokv.fsmeta.client;

import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.Reason;
import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * How a client connects. Change single values with the {@code with} methods.
 *
 * @param host of the server
 * @param port of the server
 * @param pipelined whether calls share one stream (more of them per second) or are gRPC calls of their own (seen one by one
 *     by proxies and tracing)
 * @param deadline for a call with all its repetitions
 * @param maxAttempts how often a call is sent at most, at least 1
 * @param maxRequestBytes larger requests are refused here; not above what the server takes
 * @param maxResponseBytes larger answers are refused; transactions with many symlinks have the largest
 * @param keepAliveMillis a connection with calls that is silent so long is asked for a sign of life, and given up when as
 *     much time passes again; not below what the server permits (10 s)
 * @param callbackExecutor where futures complete
 */
public record NamespaceClientOptions(String host, int port, boolean pipelined, Duration deadline, int maxAttempts,
        int maxRequestBytes, int maxResponseBytes, long keepAliveMillis, Executor callbackExecutor) {
    /** A call of a pipeline has this much around its request. */
    private static final int ENVELOPE_BYTES = 64;

    public NamespaceClientOptions {
        if (maxAttempts < 1 || deadline.isNegative() || deadline.isZero() || port < 1 || port > 65_535
                || keepAliveMillis < 1_000) {
            throw new NamespaceException(Reason.INVALID_ARGUMENT, "client options cannot be: port " + port
                    + ", deadline " + deadline + ", " + maxAttempts + " attempts, keep-alive " + keepAliveMillis
                    + " ms");
        }
    }

    /** Pipelined, 30 s, 6 attempts, the server's default limits, futures on virtual threads. */
    public static NamespaceClientOptions of(String host, int port) {
        return new NamespaceClientOptions(host, port, true, Duration.ofSeconds(30), 6, (4 << 20) - ENVELOPE_BYTES,
                128 << 20, 30_000, task -> Thread.ofVirtual().name("nokv-callback").start(task));
    }

    public NamespaceClientOptions withPipelined(boolean value) {
        return new NamespaceClientOptions(host, port, value, deadline, maxAttempts, maxRequestBytes, maxResponseBytes,
                keepAliveMillis, callbackExecutor);
    }

    public NamespaceClientOptions withDeadline(Duration value) {
        return new NamespaceClientOptions(host, port, pipelined, value, maxAttempts, maxRequestBytes, maxResponseBytes,
                keepAliveMillis, callbackExecutor);
    }

    public NamespaceClientOptions withMaxAttempts(int value) {
        return new NamespaceClientOptions(host, port, pipelined, deadline, value, maxRequestBytes, maxResponseBytes,
                keepAliveMillis, callbackExecutor);
    }

    public NamespaceClientOptions withMaxRequestBytes(int value) {
        return new NamespaceClientOptions(host, port, pipelined, deadline, maxAttempts, value, maxResponseBytes,
                keepAliveMillis, callbackExecutor);
    }

    public NamespaceClientOptions withCallbackExecutor(Executor value) {
        return new NamespaceClientOptions(host, port, pipelined, deadline, maxAttempts, maxRequestBytes,
                maxResponseBytes, keepAliveMillis, value);
    }
}
