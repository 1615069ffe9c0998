package io.nokv.jdbc;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.apache.calcite.avatica.AvaticaClientRuntimeException;
import org.apache.calcite.avatica.remote.RemoteProtobufService;
import org.apache.calcite.avatica.remote.Service;

/**
 * A link to a server: Avatica's protobuf over one kept-alive HTTP connection. A request that fails on the way is sent
 * once more over a new connection, under the same request id: the server answers a repeated id with the first answer,
 * so nothing happens twice. If the server does not know the JDBC connection any more (it was restarted), it refuses the
 * repetition instead of executing it, and of what may have been a change the outcome is then called unknown (08007): its
 * first sending may have taken effect before the restart.
 */
final class HttpLink implements DatabaseLink {
    /** The server has no such connection; of a commit, its transaction is gone. */
    private static final Set<String> CONNECTION_GONE = Set.of("08003", "08006");

    private final String host;
    private final int port;
    private final int connectMillis;
    private final Service service;
    private final ReentrantLock turn = new ReentrantLock();

    /** Guarded by {@link #turn}, as all below. */
    private volatile HttpExchange exchange;
    private CallOptions options = CallOptions.NONE;
    private String connectionId = "";
    private long requests;
    /** Whether the last answer was given to a repetition. */
    private boolean repeated;
    private final String requestPrefix = UUID.randomUUID() + "-";
    private volatile boolean closed;

    HttpLink(String host, int port, int connectMillis) {
        this.host = host;
        this.port = port;
        this.connectMillis = connectMillis;
        service = new RemoteProtobufService(this::send, new LeanTranslation());
    }

    /** The id that requests name in their header. */
    void name(String id) {
        connectionId = id;
    }

    @Override
    public <T> T call(CallOptions with, Function<Service, T> request) {
        turn.lock();
        try {
            options = with;
            repeated = false;
            return request.apply(service);
        } catch (AvaticaClientRuntimeException e) {
            if (repeated && with.mayChange() && CONNECTION_GONE.contains(String.valueOf(e.getSqlState()))) {
                throw new LinkFailure("08007", "the answer of " + host + ":" + port
                        + " to this request was lost, and the "
                        + "server does not know the connection any more (was it restarted?); whether the request took "
                        + "effect is not known [UNKNOWN_OUTCOME]", e);
            }
            throw e;
        } finally {
            options = CallOptions.NONE;
            turn.unlock();
        }
    }

    private byte[] send(byte[] message) {
        if (closed) {
            throw new LinkFailure("08003", "the connection is closed", null);
        }
        byte[] body = WireNames.toWire(message);
        StringBuilder headers = new StringBuilder(160).append("X-Nokv-Connection: ").append(connectionId)
                .append("\r\nX-Nokv-Request-Id: ").append(requestPrefix).append(++requests).append("\r\n");
        if (options.timeoutMillis() > 0) {
            headers.append("X-Nokv-Timeout-Millis: ").append(options.timeoutMillis()).append("\r\n");
        }
        if (options.maxRows() > 0) {
            headers.append("X-Nokv-Max-Rows: ").append(options.maxRows()).append("\r\n");
        }
        IOException first = null;
        for (int attempt = 0; attempt < 2; attempt++) {
            boolean sent = false;
            try {
                if (exchange == null || !exchange.reusable()) {
                    drop();
                    exchange = new HttpExchange(host, port, connectMillis);
                }
                sent = true;
                byte[] answer = exchange.post("/", headers.toString(), body, options.networkTimeoutMillis());
                if (exchange.status != 200 && exchange.status != 500) {
                    throw new LinkFailure("08001",
                            host + ":" + port + " does not speak NoKV's protocol (HTTP status " + exchange.status + ")",
                            null);
                }
                repeated = attempt > 0;
                return WireNames.fromWire(answer);
            } catch (SocketTimeoutException e) {
                drop();
                throw new LinkFailure(sent ? "08S01" : "08001", sent
                        ? "no answer from " + host + ":" + port + " within " + options.networkTimeoutMillis()
                                + " ms; whether the request took effect is not known"
                        : "cannot connect to " + host + ":" + port + " within " + connectMillis + " ms", e);
            } catch (IOException e) {
                drop();
                if (!sent) {
                    throw first == null
                            ? new LinkFailure("08001", "cannot connect to " + host + ":" + port + ": "
                                    + e.getMessage(), e)
                            : unknown(first);
                }
                if (first != null) {
                    throw unknown(e);
                }
                first = e;
            }
        }
        throw unknown(first);
    }

    private LinkFailure unknown(IOException e) {
        return new LinkFailure("08S01", "the connection to " + host + ":" + port + " broke (" + e.getMessage()
                + "); whether the last request took effect is not known", e);
    }

    private void drop() {
        if (exchange != null) {
            exchange.close();
            exchange = null;
        }
    }

    /** On a connection of its own, as the link's is busy with the statement to be cancelled. */
    @Override
    public boolean cancel(String id, int statementId) {
        try (HttpExchange own = new HttpExchange(host, port, connectMillis)) {
            byte[] answer = own.post("/-/cancel", "Connection: close\r\n",
                    (id + "\n" + statementId).getBytes(StandardCharsets.UTF_8), connectMillis);
            return new String(answer, StandardCharsets.US_ASCII).equals("true");
        } catch (IOException e) {
            throw new LinkFailure("08001", "cannot reach " + host + ":" + port + " to cancel: " + e.getMessage(), e);
        }
    }

    /** Also ends a request that waits for its answer: from another thread, its socket is closed under it. */
    @Override
    public void close() {
        closed = true;
        HttpExchange current = exchange;
        if (current != null) {
            current.close();
        }
    }
}
