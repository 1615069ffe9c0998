package io.nokv.server.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nokv.fsmeta.api.Namespace;
import io.nokv.fsmeta.client.NamespaceClient;
import io.nokv.server.cli.CapturedRun;
import io.nokv.server.cli.ExitCode;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes: the server's three doors, its start and its end. */
class ProcessTest {
    @TempDir
    Path directory;
    private Path data;
    private Path log;

    @BeforeEach
    void paths() {
        data = directory.resolve("data");
        log = directory.resolve("server.log");
    }

    @Test
    void allDoorsOpenOnOneDatabaseAndCloseOnSigterm() throws Exception {
        try (ServerProcess server = ServerProcess.server(data, log)) {
            assertEquals("ok\n", get(server, "/healthz"));
            assertEquals("ready\n", get(server, "/readyz"));
            try (NamespaceClient client = server.connect()) {
                client.registerMount("through-grpc");
            }
            try (Connection c = DriverManager.getConnection("jdbc:nokv://" + server.address("jdbc") + "/default");
                    ResultSet rows = c.createStatement().executeQuery("SELECT mount FROM mounts ORDER BY mount")) {
                assertTrue(rows.next());
                assertEquals("default", rows.getString(1));
                assertTrue(rows.next());
                assertEquals("through-grpc", rows.getString(1));
                assertFalse(rows.next());
            }
            JsonNode vars = new ObjectMapper().readTree(get(server, "/debug/vars"));
            for (String group : new String[]{"nokv_engine", "nokv_fsmeta_executor", "nokv_fsmeta_watch",
                    "nokv_fsmeta_quota", "nokv_fsmeta_mount"}) {
                assertTrue(vars.has(group), group + " is missing in " + vars);
            }
            String metrics = get(server, "/metrics");
            assertTrue(metrics.contains("nokv_rpc_requests_total{rpc=\"RegisterMount\",outcome=\"OK\"} 1"), metrics);
            assertTrue(metrics.contains("nokv_fsmeta_executor_changes_total"), metrics);
            CapturedRun stats = CapturedRun.of("stats", "--http", server.address("http"), "--json").expect(ExitCode.OK);
            assertTrue(new ObjectMapper().readTree(stats.out()).has("nokv_grpc"));
            CapturedRun mounts = CapturedRun.of("mount", "list", "--addr", server.address("grpc"), "--json")
                    .expect(ExitCode.OK);
            assertTrue(mounts.out().contains("\"through-grpc\""), mounts.out());
            assertEquals(143, server.terminate(), server.errors());
            assertTrue(server.errors().contains("closed"), server.errors());
            assertFalse(server.errors().contains("Exception"), server.errors());
        }
        CapturedRun.of("fsck", "--data", data.toString()).expect(ExitCode.OK);
    }

    @Test
    void aSecondProcessIsRefusedByName() throws Exception {
        try (ServerProcess server = ServerProcess.server(data, log)) {
            for (String[] command : new String[][]{{"mount", "list"}, {"fsck"}, {"stats"},
                    {"server", "--jdbc-port", "0"}}) {
                String[] arguments = new String[command.length + 2];
                System.arraycopy(command, 0, arguments, 0, command.length);
                arguments[command.length] = "--data";
                arguments[command.length + 1] = data.toString();
                CapturedRun second = CapturedRun.of(arguments).expect(ExitCode.UNAVAILABLE);
                assertTrue(second.err().contains(data + " is open in another process"), second.err());
            }
            CapturedRun shell = CapturedRun.of("sql", "--data", data.toString(), "-e", "SELECT 1")
                    .expect(ExitCode.UNAVAILABLE);
            assertTrue(shell.err().contains("is open in another process"), shell.err());
            try (NamespaceClient client = server.connect()) {
                assertEquals(Namespace.ROOT_INODE, client.mount("default").rootInode());
            }
        }
    }

    @Test
    void aTakenPortIsRefusedByNameAndLeavesNothingOpen() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            for (String door : new String[]{"jdbc", "grpc", "http"}) {
                String[] arguments = {"server", "--data", data.toString(), "--jdbc-port", "0", "--grpc-port", "0",
                        "--http-port", "0"};
                for (int i = 0; i < arguments.length; i++) {
                    if (arguments[i].equals("--" + door + "-port")) {
                        arguments[i + 1] = port;
                    }
                }
                CapturedRun run = CapturedRun.of(arguments).expect(ExitCode.FAILED);
                assertTrue(run.err().contains(port), run.err());
                assertEquals("", run.out());
            }
            CapturedRun.of("mount", "list", "--data", data.toString()).expect(ExitCode.OK);
        }
    }

    @Test
    void aServerThatIsNotThereIsUnavailable() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        assertTrue(CapturedRun.of("stats", "--http", "127.0.0.1:" + port).expect(ExitCode.UNAVAILABLE).err()
                .contains("cannot be reached"));
        assertEquals(ExitCode.UNAVAILABLE,
                CapturedRun.of("sql", "jdbc:nokv://127.0.0.1:" + port, "-e", "SELECT 1").code());
        CapturedRun.of("mount", "list", "--addr", "127.0.0.1:" + port).expect(ExitCode.UNAVAILABLE);
    }

    @Test
    void theDataDirectoryIsPrivate() throws Exception {
        CapturedRun.of("mount", "register", "m", "--data", data.toString()).expect(ExitCode.OK);
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(data)));
        try (var files = Files.walk(data)) {
            files.filter(Files::isRegularFile).forEach(file -> {
                try {
                    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)),
                            file.toString());
                } catch (java.io.IOException e) {
                    throw new AssertionError(e);
                }
            });
        }
    }

    @Test
    void quickstartWithoutATerminalAnswersAndEnds() throws Exception {
        Path source = Files.createDirectory(directory.resolve("source"));
        Files.createDirectory(source.resolve("doc"));
        Files.writeString(source.resolve("doc").resolve("readme"), "hello");
        for (int run = 0; run < 2; run++) {
            try (ServerProcess process = ServerProcess.command(log, "quickstart", source.toString(), "--data",
                    data.toString())) {
                String out = process.output();
                assertEquals(ExitCode.OK, process.await(), out + process.errors());
                assertTrue(out.contains("2 entries: 1 directories, 1 files"), out);
                assertTrue(out.contains(run == 0 ? "2 created" : "2 unchanged"), out);
                assertTrue(out.contains("EXPLAIN PLAN FOR"), out);
                assertTrue(out.contains("/doc/readme"), out);
            }
        }
    }

    private static String get(ServerProcess server, String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(URI.create("http://" + server.address("http") + path)).build(),
                    BodyHandlers.ofString()).body();
        }
    }
}
