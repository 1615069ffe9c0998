package io.nokv.sql.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nokv.base.error.NokvException;
import io.nokv.base.system.SystemClock;
import io.nokv.sql.avatica.MetaOptions;
import io.nokv.sql.http.EndpointFixture.Way;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.calcite.avatica.BuiltInConnectionProperty;
import org.apache.calcite.avatica.ConnectionProperty;
import org.apache.calcite.avatica.remote.AvaticaRemoteConnectionProperty;
import org.apache.calcite.config.CalciteConnectionProperty;
import org.junit.jupiter.api.Test;

/** The endpoint as an HTTP server that anybody can reach. */
class EndpointTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();

    private HttpResponse<byte[]> post(EndpointFixture f, String body, String... headers) throws Exception {
        HttpRequest.Builder b = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + f.port() + "/main"))
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            b.headers(headers);
        }
        return http.send(b.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private JsonNode ask(EndpointFixture f, String body, String... headers) throws Exception {
        return JSON.readTree(post(f, body, headers).body());
    }

    private static String open(String id, String info) {
        return "{\"request\":\"openConnection\",\"connectionId\":\"" + id + "\",\"info\":{" + info + "}}";
    }

    private static String execute(String connection, int statement, String sql) {
        return "{\"request\":\"prepareAndExecute\",\"connectionId\":\"" + connection + "\",\"statementId\":" + statement
                + ",\"sql\":\"" + sql + "\",\"maxRowCount\":-1,\"maxRowsInFirstFrame\":-1}";
    }

    private static void refused(JsonNode answer, String state, String word) {
        assertEquals("error", answer.path("response").asText(), answer.toString());
        assertEquals(state, answer.path("sqlState").asText(), answer.toString());
        assertTrue(answer.path("errorMessage").asText().contains(word), answer.toString());
        assertEquals(1, answer.path("exceptions").size(), "no stack trace");
        assertEquals(answer.path("errorMessage"), answer.path("exceptions").path(0),
                "the stock driver shows only this");
    }

    @Test
    void everyConnectionPropertyOffTheListIsRefusedByName() throws Exception {
        Set<String> allowed = Set.of("timeZone", "user", "mount", "statementTimeoutMillis", "password", "timezone");
        List<ConnectionProperty> all = new ArrayList<>();
        all.addAll(Arrays.asList(CalciteConnectionProperty.values()));
        all.addAll(Arrays.asList(BuiltInConnectionProperty.values()));
        all.addAll(Arrays.asList(AvaticaRemoteConnectionProperty.values()));
        try (EndpointFixture f = new EndpointFixture()) {
            int refused = 0;
            for (ConnectionProperty p : all) {
                if (allowed.contains(p.camelName())) {
                    continue;
                }
                refused(ask(f, open("c", "\"" + p.camelName() + "\":\"x\"")), "08001", "'" + p.camelName() + "'");
                refused++;
            }
            assertTrue(refused > 50, "only " + refused + " properties were tried");
            refused(ask(f, open("c", "\"USER\":\"x\"")), "08001", "'USER'");
            refused(ask(f, open("c", "\"password\":\"x\"")), "28000", "passwords");
            refused(ask(f, open("c", "\"timeZone\":\"Mars/Olympus\"")), "22023", "Mars/Olympus");
            refused(ask(f, open("c", "\"statementTimeoutMillis\":\"soon\"")), "22023", "'soon'");
            assertEquals(0, f.endpoint.connectionCount());
            assertEquals("openConnection",
                    ask(f, open("c", "\"user\":\"me\",\"password\":\"\",\"timeZone\":\"UTC\"")).path("response")
                            .asText());
        }
    }

    @Test
    void whatIsNoRequestIsRefusedAndTheConnectionGoesOn() throws Exception {
        try (EndpointFixture f = new EndpointFixture()) {
            refused(ask(f, "{\"request\":\"formatDisk\"}"), "08003", "not open");
            refused(ask(f, "{"), "08P01", "not a message");
            refused(ask(f, ""), "08P01", "not a message");
            refused(ask(f, "{\"request\":".repeat(100)), "08P01", "not a message");
            assertEquals(500, post(f, "\nnonsense").statusCode(), "refused as protobuf");
            assertEquals("openConnection", ask(f, open("c", "")).path("response").asText());
            HttpResponse<String> get = http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + f.port() + "/")).build(),
                    HttpResponse.BodyHandlers.ofString());
            assertEquals(405, get.statusCode());
            assertTrue(get.body().contains("jdbc:nokv://"), get.body());
            refused(ask(f, open("d", ""), "Origin", "http://evil.example"), "28000", "web pages");
            assertEquals(400, raw(f, "HELLO\r\n\r\n"));
            assertEquals(400, raw(f, "POST / HTTP/1.1\r\nX: " + "y".repeat(100_000) + "\r\n\r\n"));
        }
    }

    private static int raw(EndpointFixture f, String bytes) throws IOException {
        try (Socket s = new Socket("127.0.0.1", f.port())) {
            s.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            s.getOutputStream().flush();
            String answer = new String(s.getInputStream().readNBytes(12), StandardCharsets.ISO_8859_1);
            return Integer.parseInt(answer.substring(9));
        }
    }

    @Test
    void aRequestBeyondTheLimitIsRefusedAndOneAtTheLimitIsNot() throws Exception {
        EndpointOptions options = EndpointOptions.defaults().withLimits(4_096, 100, 100);
        try (EndpointFixture f = new EndpointFixture(MetaOptions.defaults(), options, Authenticator.NONE)) {
            String open = open("c", "");
            assertEquals(200, post(f, open + " ".repeat(4_096 - open.length())).statusCode());
            refused(ask(f, open + " ".repeat(4_097 - open.length())), "54000", "more than 4096 bytes");
            refused(ask(f, open + " ".repeat(1_000_000)), "54000", "more than 4096 bytes");
            assertEquals(200, post(f, open).statusCode());
        }
    }

    /** Never 503: the stock client repeats a request on 503 without bound. */
    @Test
    void overloadIsAnErrorMessageAndNotAStatusThatClientsRepeat() throws Exception {
        EndpointOptions options = EndpointOptions.defaults().withLimits(1 << 20, 100, 1);
        try (EndpointFixture f = new EndpointFixture(MetaOptions.defaults(), options, Authenticator.NONE)) {
            ask(f, open("c", ""));
            CompletableFuture<JsonNode> blocked = CompletableFuture.supplyAsync(() -> {
                try {
                    return ask(f, execute("c", 1, "SELECT * FROM blocked"));
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            while (f.engine.blocked.get() == 0) {
                Thread.onSpinWait();
            }
            HttpResponse<byte[]> answer = post(f, open("d", ""));
            assertEquals(500, answer.statusCode());
            refused(JSON.readTree(answer.body()), "53000", "try again later");
            HttpRequest cancel = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + f.port() + "/-/cancel"))
                    .POST(HttpRequest.BodyPublishers.ofString("c\n1")).build();
            assertEquals("true", http.send(cancel, HttpResponse.BodyHandlers.ofString()).body(),
                    "cancel is not held up by the overload");
            refused(blocked.get(), "57014", "cancelled");
            assertEquals("openConnection", ask(f, open("d", "")).path("response").asText());
        }
    }

    @Test
    void aConnectionAnswersOnlyToThePrincipalThatOpenedIt() throws Exception {
        Authenticator byName = (_, authorization) -> authorization;
        try (EndpointFixture f = new EndpointFixture(MetaOptions.defaults(), EndpointOptions.defaults(), byName)) {
            String[] alice = {"Authorization", "alice"};
            String[] bob = {"Authorization", "bob"};
            refused(ask(f, open("c", "")), "28000", "authentication failed");
            assertEquals("openConnection", ask(f, open("c", ""), alice).path("response").asText());
            assertEquals("executeResults",
                    ask(f, execute("c", 1, "SELECT * FROM kv"), alice).path("response").asText());
            refused(ask(f, execute("c", 1, "SELECT * FROM kv"), bob), "08003", "not open");
            refused(ask(f, "{\"request\":\"commit\",\"connectionId\":\"c\"}", bob), "08006", "nothing was committed");
            refused(ask(f, open("c", ""), bob), "08001", "in use");
            ask(f, "{\"request\":\"closeConnection\",\"connectionId\":\"c\"}", bob);
            assertEquals(1, f.endpoint.connectionCount(), "bob cannot close it");
            String key = "X-Nokv-Request-Id";
            ask(f, execute("c", 1, "SELECT * FROM kv"), "Authorization", "alice", key, "7", "X-Nokv-Connection", "c");
            refused(ask(f, execute("c", 1, "SELECT * FROM kv"), "Authorization", "bob", key, "7", "X-Nokv-Connection",
                    "c"), "08003", "not open");
        }
    }

    @Test
    void theSameRequestIdGetsTheSameAnswerAndOneExecution() throws Exception {
        try (EndpointFixture f = new EndpointFixture()) {
            ask(f, open("c", ""));
            ask(f, execute("c", 1, "INSERT INTO kv VALUES ('a', 0)"));
            String[] id = {"X-Nokv-Connection", "c", "X-Nokv-Request-Id", "r1"};
            String increment = execute("c", 2, "UPDATE kv SET v = v + 1 WHERE k = 'a'");
            byte[] first = post(f, increment, id).body();
            assertArrayEquals(first, post(f, increment, id).body());
            assertEquals(1, f.engine.valueOf("a"));
            post(f, increment, "X-Nokv-Connection", "c", "X-Nokv-Request-Id", "r2");
            assertEquals(2, f.engine.valueOf("a"));
            List<CompletableFuture<HttpResponse<byte[]>>> all = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                all.add(http.sendAsync(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + f.port() + "/"))
                                .headers("X-Nokv-Connection", "c", "X-Nokv-Request-Id", "r3")
                                .POST(HttpRequest.BodyPublishers.ofString(increment)).build(),
                        HttpResponse.BodyHandlers.ofByteArray()));
            }
            for (CompletableFuture<HttpResponse<byte[]>> one : all) {
                assertArrayEquals(first, one.get().body());
            }
            assertEquals(3, f.engine.valueOf("a"), "twenty at once are one");
        }
    }

    @Test
    void theStateOfALostConnectionIsNeverCalledASuccess() throws Exception {
        try (EndpointFixture f = new EndpointFixture()) {
            refused(ask(f, "{\"request\":\"commit\",\"connectionId\":\"gone\"}"), "08006", "nothing was committed");
            refused(ask(f, "{\"request\":\"rollback\",\"connectionId\":\"gone\"}"), "08003", "not open");
            refused(ask(f, execute("gone", 1, "SELECT * FROM kv")), "08003", "not open");
            refused(ask(f, "{\"request\":\"fetch\",\"connectionId\":\"gone\",\"statementId\":1,\"offset\":0,"
                    + "\"fetchMaxRowCount\":10}"), "08003", "not open");
        }
    }

    /** Set when the class is initialised. */
    private static boolean trapSprung;

    /** A class whose initialisation is noticed. */
    static final class Trap {
        static {
            trapSprung = true;
        }
    }

    @Test
    void aClassNamedByARequestIsNotLoaded() throws Exception {
        try (EndpointFixture f = new EndpointFixture()) {
            ask(f, open("c", ""));
            JsonNode prepared = ask(f, "{\"request\":\"prepare\",\"connectionId\":\"c\",\"sql\":\"SELECT * FROM kv\","
                    + "\"maxRowCount\":-1}");
            int id = prepared.path("statement").path("id").asInt();
            String name = EndpointTest.class.getName() + "$Trap";
            JsonNode answer = ask(f, "{\"request\":\"execute\",\"statementHandle\":{\"connectionId\":\"c\",\"id\":" + id
                    + ",\"signature\":{\"columns\":[],\"sql\":\"x\",\"parameters\":[],\"cursorFactory\":{\"style\":\"RECORD\","
                    + "\"clazz\":\"" + name + "\",\"fieldNames\":[\"a\"]},\"statementType\":null}},"
                    + "\"parameterValues\":[],\"maxRowCount\":100}");
            assertEquals("executeResults", answer.path("response").asText(), answer.toString());
            assertFalse(trapSprung);
        }
    }

    @Test
    void stopLetsARequestInFlightFinish() throws Exception {
        EndpointFixture f = new EndpointFixture();
        ask(f, open("c", ""));
        CompletableFuture<HttpResponse<byte[]>> blocked = http.sendAsync(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + f.port() + "/"))
                        .header("X-Nokv-Timeout-Millis", "300")
                        .POST(HttpRequest.BodyPublishers.ofString(execute("c", 1, "SELECT * FROM blocked"))).build(),
                HttpResponse.BodyHandlers.ofByteArray());
        while (f.engine.blocked.get() == 0) {
            Thread.onSpinWait();
        }
        f.endpoint.stop(60_000_000_000L);
        refused(JSON.readTree(blocked.get().body()), "57014", "time limit");
        assertEquals(0, f.engine.openSessions.get(), "connections are closed at the end");
        assertThrows(IOException.class, () -> new Socket("127.0.0.1", f.port()).close());
        f.scheduler.close();
    }

    @Test
    void anAddressInUseIsNamed() {
        try (EndpointFixture f = new EndpointFixture()) {
            InetSocketAddress taken = new InetSocketAddress("127.0.0.1", f.port());
            NokvException e = assertThrows(NokvException.class,
                    () -> AvaticaEndpoint.start(f.engine, MetaOptions.defaults(),
                            EndpointOptions.defaults().withAddress(taken), new SystemClock(), f.scheduler));
            assertTrue(e.getMessage().contains(":" + f.port()), e.getMessage());
        }
    }

    @Test
    void limitsOfConnectionsStatementsAndResultsAreErrorsThatSayTheNumber() throws Exception {
        MetaOptions limits = MetaOptions.defaults().withLimits(2, 3, 1);
        try (EndpointFixture f = new EndpointFixture(limits, EndpointOptions.defaults(), Authenticator.NONE)) {
            ask(f, open("a", ""));
            ask(f, open("b", ""));
            refused(ask(f, open("c", "")), "53300", "2 connections");
            ask(f, "{\"request\":\"closeConnection\",\"connectionId\":\"b\"}");
            assertEquals("openConnection", ask(f, open("c", "")).path("response").asText());
            String create = "{\"request\":\"createStatement\",\"connectionId\":\"a\"}";
            for (int i = 0; i < 3; i++) {
                assertEquals("createStatement", ask(f, create).path("response").asText());
            }
            refused(ask(f, create), "54000", "3 open statements");
            assertEquals("executeResults",
                    ask(f, execute("a", 1, "SELECT * FROM endless")).path("response").asText());
            refused(ask(f, execute("a", 2, "SELECT * FROM endless")), "54000", "1 results");
            assertEquals("executeResults",
                    ask(f, execute("a", 1, "SELECT * FROM endless")).path("response").asText(),
                    "the old one is closed");
        }
    }

    @Test
    void anIdOfAPreparedStatementMayBeReusedForAnotherText() throws Exception {
        try (EndpointFixture f = new EndpointFixture();
                Connection c = f.connect(Way.OURS);
                Statement s = c.createStatement()) {
            s.executeUpdate("INSERT INTO kv VALUES ('a', 5)");
            ask(f, open("x", ""));
            int id = ask(f, "{\"request\":\"prepare\",\"connectionId\":\"x\",\"sql\":\"SELECT v FROM kv WHERE k = ?\","
                    + "\"maxRowCount\":0}").path("statement").path("id").asInt();
            JsonNode direct = ask(f, execute("x", id, "SELECT * FROM kv"));
            assertEquals("[[\"a\",5]]", direct.path("results").path(0).path("firstFrame").path("rows").toString());
        }
    }
}
