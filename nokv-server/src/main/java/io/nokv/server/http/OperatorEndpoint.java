package io.nokv.server.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** The HTTP server of health, metrics and counters. Thread-safe. */
public final class OperatorEndpoint implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(OperatorEndpoint.class.getName());
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
    private static final String JSON = "application/json";
    private static final int BACKLOG = 64;

    /** Of the JDK's server, which reads them once: seconds for a request and for an answer, headers, connections. */
    private static final Map<String, String> LIMITS = Map.of("sun.net.httpserver.maxReqTime", "10",
            "sun.net.httpserver.maxRspTime", "30", "sun.net.httpserver.maxReqHeaders", "50",
            "sun.net.httpserver.maxReqHeaderSize", "16384", "jdk.httpserver.maxConnections", "256");

    /** An answer to one request. */
    private record Answer(int status, String type, String body) {}

    /** Says whether the process should get traffic. */
    public interface Readiness {
        /** Null when ready, else why not. */
        String reasonNotReady();
    }

    private final HttpServer server;
    private final ExecutorService executor;
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics gcMetrics = new JvmGcMetrics();
    private final List<StatsGroup> groups;
    private final Supplier<String> furtherMetrics;
    private final Readiness readiness;

    private OperatorEndpoint(HttpServer server, List<StatsGroup> groups, Supplier<String> furtherMetrics,
            Readiness readiness) {
        this.server = server;
        this.groups = List.copyOf(groups);
        this.furtherMetrics = furtherMetrics;
        this.readiness = readiness;
        this.executor = Executors.newVirtualThreadPerTaskExecutor();
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        gcMetrics.bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
    }

    /**
     * Listens at {@code address}; port 0 lets the system choose.
     *
     * @param furtherMetrics Prometheus text that is appended to {@code /metrics}
     * @throws IOException when the address cannot be used
     */
    public static OperatorEndpoint start(InetSocketAddress address, List<StatsGroup> groups,
            Supplier<String> furtherMetrics, Readiness readiness) throws IOException {
        LIMITS.forEach((name, value) -> {
            if (System.getProperty(name) == null) {
                System.setProperty(name, value);
            }
        });
        OperatorEndpoint endpoint = new OperatorEndpoint(HttpServer.create(address, BACKLOG), groups, furtherMetrics,
                readiness);
        endpoint.server.setExecutor(endpoint.executor);
        endpoint.server.createContext("/", endpoint::handle);
        endpoint.server.start();
        return endpoint;
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return server.getAddress();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Answer answer;
            try {
                answer = answer(exchange.getRequestMethod(), exchange.getRequestURI().getPath());
            } catch (RuntimeException e) {
                LOG.log(Level.WARNING, "answering " + exchange.getRequestURI().getPath() + " failed", e);
                answer = new Answer(500, TEXT, "failed; the log of the server says why\n");
            }
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", answer.type());
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
            if (answer.status() == 405) {
                exchange.getResponseHeaders().set("Allow", "GET, HEAD");
            }
            boolean head = exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(answer.status(), head || body.length == 0 ? -1 : body.length);
            if (!head && body.length > 0) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    private Answer answer(String method, String path) {
        if (!method.equals("GET") && !method.equals("HEAD")) {
            return new Answer(405, TEXT, "only GET and HEAD\n");
        }
        return switch (path) {
            case "/healthz" -> new Answer(200, TEXT, "ok\n");
            case "/readyz" -> {
                String reason = readiness.reasonNotReady();
                yield reason == null ? new Answer(200, TEXT, "ready\n") : new Answer(503, TEXT, reason + "\n");
            }
            case "/metrics" -> new Answer(200, PROMETHEUS,
                    registry.scrape() + StatsText.prometheus(groups) + furtherMetrics.get());
            case "/debug/vars" -> new Answer(200, JSON, StatsText.json(groups));
            default -> new Answer(404, TEXT, "there are /healthz, /readyz, /metrics and /debug/vars\n");
        };
    }

    /** Stops at once; requests in progress get a second to end. */
    @Override
    public void close() {
        server.stop(1);
        executor.shutdown();
        gcMetrics.close();
        registry.close();
    }
}
