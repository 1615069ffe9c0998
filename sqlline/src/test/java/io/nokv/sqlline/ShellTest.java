package io.nokv.sqlline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.sql.fake.FakeEmbedded;
import io.nokv.sql.http.EndpointFixture;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shell over our driver, against the fake engine behind a real endpoint. */
class ShellTest {
    @TempDir
    static Path home;

    private static EndpointFixture fixture;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeAll
    static void start() {
        System.setProperty("x.sqlline.basedir", home.toString());
        fixture = new EndpointFixture();
    }

    @AfterAll
    static void stop() {
        fixture.close();
        assertEquals(0, fixture.engine.openSessions.get(), "every shell closed its connection");
    }

    @BeforeEach
    void empty() {
        shell(List.of("DELETE FROM kv"), null, "", Map.of());
        out.reset();
        err.reset();
    }

    private int shell(List<String> statements, Path file, String in, Map<String, String> settings) {
        String url = fixture.url(EndpointFixture.Way.OURS, fixture.port());
        return Shell.run(url, statements, file, settings, new Shell.Streams(
                new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)), out, err, false));
    }

    private String output() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String errors() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void rowsGoToTheOutputAndNothingElseDoes() {
        assertEquals(Shell.OK, shell(List.of("SELECT * FROM numbers(2)"), null, "", Map.of()), errors());
        assertEquals("""
                +----+--------+------+-------------------------+-----+------+
                | id |  name  | size |           at            | uid | gid  |
                +----+--------+------+-------------------------+-----+------+
                | 0  | file-0 | 0    | 2023-11-14 22:13:20.000 | 0   | null |
                | 1  | file-1 | 4096 | 2023-11-14 22:13:20.001 | 1   | 1    |
                +----+--------+------+-------------------------+-----+------+
                """, output());
        assertEquals("", errors());
    }

    @Test
    void aTableIsAsWideAsItsRows() {
        assertEquals(Shell.OK, shell(List.of("SELECT * FROM wide(2)"), null, "", Map.of()), errors());
        List<String> lines = output().lines().toList();
        assertEquals(6, lines.size());
        assertTrue(lines.get(3).length() > 100_000, lines.get(3).length() + " characters");
        out.reset();
        assertEquals(Shell.OK, shell(List.of("!set maxwidth 60", "SELECT * FROM wide(2)"), null, "", Map.of()));
        assertEquals(60, output().lines().toList().get(3).length(), "unless told otherwise");
    }

    @Test
    void csvAndJsonAreThere() {
        assertEquals(Shell.OK,
                shell(List.of("SELECT * FROM numbers(1)"), null, "", Map.of("outputFormat", "csv")));
        assertEquals("'id','name','size','at','uid','gid'\n'0','file-0','0','2023-11-14 22:13:20.000','0','null'\n",
                output());
        out.reset();
        assertEquals(Shell.OK,
                shell(List.of("SELECT * FROM kv"), null, "", Map.of("outputFormat", "json")));
        assertTrue(output().startsWith("{\"resultset\":["), output());
    }

    @Test
    void aScriptPrintsTheSameBytesEmbeddedAndRemote() throws SQLException {
        List<String> script = List.of("INSERT INTO kv VALUES ('ä', 1); INSERT INTO kv VALUES ('b', -2)",
                "SELECT * FROM kv; SELECT * FROM every_type; SELECT * FROM numbers(2500); !tables");
        for (String format : List.of("table", "csv", "json", "vertical")) {
            FakeEmbedded.reset("shell");
            empty();
            assertEquals(Shell.OK, shell(script, null, "", Map.of("outputFormat", format)), errors());
            String remote = output();
            out.reset();
            assertEquals(Shell.OK,
                    Shell.run("jdbc:nokv:mem:shell;mount=main", script, null, Map.of("outputFormat", format),
                            new Shell.Streams(InputStreamless.NONE, out, err, false)),
                    errors());
            assertEquals(remote, output(), format);
            assertTrue(remote.length() > 100_000, format);
        }
    }

    @Test
    void itStopsAtTheFirstErrorWithANonZeroCode() {
        assertEquals(Shell.FAILED,
                shell(List.of("INSERT INTO kv VALUES ('a', 1); SELEKT; INSERT INTO kv VALUES ('b', 2)"), null, "",
                        Map.of()));
        assertTrue(errors().contains("'SELEKT' is not understood [SYNTAX]"), errors());
        assertTrue(errors().contains("42601"), errors());
        assertEquals(1, fixture.engine.valueOf("a"));
        assertEquals(-1, fixture.engine.valueOf("b"), "not executed after the error");
    }

    @Test
    void scriptsMayHaveQuotesCommentsAndCommands(@TempDir Path dir) throws IOException {
        Path script = dir.resolve("script.sql");
        Files.writeString(script, """
                -- a comment; with a semicolon
                INSERT INTO kv VALUES ('x;y', 1);
                /* another; one */
                !set outputformat csv
                SELECT * FROM
                kv
                ;
                SELECT * FROM kv""".replace("FROM\nkv\n;", "FROM kv;"));
        assertEquals(Shell.OK, shell(List.of(), script, "", Map.of()), errors());
        assertEquals("'k','v'\n'x;y','1'\n".repeat(2), output());
    }

    @Test
    void pipedInputIsAScript() {
        assertEquals(Shell.OK, shell(List.of(), null, "INSERT INTO kv VALUES ('ü', 1);\n!set outputformat csv\n"
                + "SELECT * FROM kv;\n", Map.of()), errors());
        assertEquals("'k','v'\n'ü','1'\n", output());
    }

    @Test
    void sqllinesOwnCommandsWork() {
        assertEquals(Shell.OK, shell(List.of("!tables", "!primarykeys kv"), null, "", Map.of("outputFormat", "csv")),
                errors());
        assertTrue(output().contains("'NOKV','kv','TABLE','keys and values'"), output());
        assertTrue(output().contains("'NOKV','kv','k','1','kv_pk'"), output());
    }

    @Test
    void whatCannotWorkIsSaidPlainly() {
        assertEquals(Shell.UNAVAILABLE, Shell.run("jdbc:nokv://127.0.0.1:1/main", List.of("SELECT * FROM kv"), null,
                new Shell.Streams(InputStreamless.NONE, out, err, false)));
        assertTrue(errors().contains("cannot connect to 127.0.0.1:1"), errors());
        err.reset();
        assertEquals(Shell.UNAVAILABLE, Shell.run("jdbc:nokv:file:/tmp/x", List.of("SELECT * FROM kv"), null,
                new Shell.Streams(InputStreamless.NONE, out, err, false)));
        assertTrue(errors().contains("needs the embedded database on the class path"), errors());
        err.reset();
        assertEquals(Shell.USAGE, shell(List.of("SELECT * FROM kv"), null, "", Map.of("nonsense", "1")));
        assertTrue(errors().contains("nonsense"), errors());
        assertEquals(Shell.USAGE, shell(List.of(), Path.of("/does/not/exist.sql"), "", Map.of()));
        assertFalse(errors().contains("Exception"), errors());
    }

    private static final class InputStreamless {
        static final ByteArrayInputStream NONE = new ByteArrayInputStream(new byte[0]);
    }

    @Test
    void thePromptNamesTheMount() {
        assertEquals("nokv:data> ", MountPrompt.prompt("jdbc:nokv://localhost:8765/data"));
        assertEquals("nokv:data> ", MountPrompt.prompt("jdbc:nokv://localhost/data?user=me"));
        assertEquals("nokv:data> ", MountPrompt.prompt("jdbc:nokv:file:/tmp/x;mount=data"));
        assertEquals("nokv> ", MountPrompt.prompt("jdbc:nokv:mem:x"));
        assertEquals("nokv (not connected)> ", MountPrompt.prompt(null));
    }

    @Test
    void aScriptIsCutAtSemicolonsOutsideQuotesAndComments() {
        assertEquals(List.of("a ';' \";\" /* ; */ b;", "!cmd ; x", "c -- ;\n d;"),
                Script.split("; a ';' \";\" /* ; */ b ;\n-- gone;\n!cmd ; x\nc -- ;\n d"));
        assertEquals(List.of(), Script.split("  -- only a comment"));
        assertEquals(List.of("it''s;"), Script.split("it''s"));
    }
}
