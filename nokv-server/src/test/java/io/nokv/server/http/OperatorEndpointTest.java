package io.nokv.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an operator and a Prometheus server see. */
class OperatorEndpointTest {
    private record Level(int level, long sizeBytes) {}

    private record Stats(long commitCount, double hitRate, boolean stalled, String state, List<Level> levels) {}

    private final AtomicReference<String> notReady = new AtomicReference<>();
    private OperatorEndpoint endpoint;
    private HttpClient client;

    @BeforeEach
    void start() throws Exception {
        Stats stats = new Stats(7, 0.5, true, "fine", List.of(new Level(0, 10), new Level(1, 20)));
        endpoint = OperatorEndpoint.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                List.of(new StatsGroup("nokv_engine", () -> stats), new StatsGroup("nokv_x", () -> Map.of("a", 1)),
                        new StatsGroup("nokv_broken", () -> {
                            if ("broken".equals(notReady.get())) {
                                throw new IllegalStateException("secret detail");
                            }
                            return Map.of();
                        })),
                () -> "nokv_further 3\n", notReady::get);
        client = HttpClient.newHttpClient();
    }

    @AfterEach
    void stop() {
        client.close();
        endpoint.close();
    }

    @Test
    void healthIsAlwaysGoodAndReadinessSaysWhyNot() throws Exception {
        assertEquals("ok\n", get("/healthz", 200));
        assertEquals("ready\n", get("/readyz", 200));
        notReady.set("closing");
        assertEquals("closing\n", get("/readyz", 503));
        assertEquals("ok\n", get("/healthz", 200));
    }

    @Test
    void varsAreTheGroupsAsJson() throws Exception {
        JsonNode vars = new ObjectMapper().readTree(get("/debug/vars", 200));
        assertEquals(7, vars.at("/nokv_engine/commit_count").asInt());
        assertEquals(20, vars.at("/nokv_engine/levels/1/size_bytes").asInt());
        assertEquals("fine", vars.at("/nokv_engine/state").asText());
        assertEquals(1, vars.at("/nokv_x/a").asInt());
    }

    @Test
    void metricsAreWellFormedPrometheusText() throws Exception {
        String text = get("/metrics", 200);
        Pattern sample = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*(\\{[^}]*})? (NaN|[-+]?(Inf|[0-9.eE+-]+))");
        text.lines().filter(line -> !line.startsWith("#") && !line.isEmpty())
                .forEach(line -> assertTrue(sample.matcher(line).matches(), line));
        assertTrue(text.contains("\nnokv_engine_commit_count 7\n"), text);
        assertTrue(text.contains("\nnokv_engine_stalled 1\n"), text);
        assertTrue(text.contains("\nnokv_engine_levels_size_bytes{index=\"1\"} 20\n"), text);
        assertTrue(text.contains("jvm_memory_used_bytes"), text);
        assertTrue(text.endsWith("nokv_further 3\n"), text);
    }

    @Test
    void nothingElseIsAnswered() throws Exception {
        assertTrue(get("/etc/passwd", 404).contains("/healthz"));
        HttpResponse<String> post = client.send(request("/healthz").POST(BodyPublishers.ofString("x")).build(),
                BodyHandlers.ofString());
        assertEquals(405, post.statusCode());
    }

    @Test
    void aBrokenGroupIsAnErrorWithoutDetails() throws Exception {
        notReady.set("broken");
        String text = get("/debug/vars", 500);
        assertTrue(!text.contains("secret"), text);
    }

    private String get(String path, int status) throws Exception {
        HttpResponse<String> response = client.send(request(path).build(), BodyHandlers.ofString());
        assertEquals(status, response.statusCode(), response.body());
        return response.body();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + endpoint.address().getPort() + path));
    }
}
