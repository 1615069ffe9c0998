package io.nokv.server.imports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.fsmeta.api.NameEscapes;
import io.nokv.server.cli.CapturedRun;
import io.nokv.server.cli.ExitCode;
import io.nokv.server.imports.OddTree.Found;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** After an import through the command, SQL over JDBC says what find(1) and du(1) say. */
class SqlAgreesWithFindTest {
    @TempDir
    Path directory;

    @Test
    void countDuAndSubtreeAgreeWithTheSource() throws Exception {
        Path source = Files.createDirectory(directory.resolve("source"));
        Path data = directory.resolve("data");
        OddTree.make(source);
        CapturedRun.of("import", source.toString(), "--data", data.toString()).expect(ExitCode.OK);
        List<Found> all = OddTree.find(source);
        List<Found> below = all.stream().filter(f -> !f.path().isEmpty()).toList();
        try (Connection connection = DriverManager.getConnection("jdbc:nokv:file:" + data + ";mount=default");
                Statement statement = connection.createStatement()) {
            assertEquals(below.size(), number(statement, "SELECT count(*) FROM entries"));
            assertEquals(inodes(all), number(statement, "SELECT count(*) FROM inodes"));
            assertEquals(OddTree.apparentBytes(source), number(statement, "SELECT bytes FROM TABLE(DU('/', 0))"));
            assertEquals(OddTree.apparentBytes(source.resolve("other")),
                    number(statement, "SELECT bytes FROM TABLE(DU('/other', 0))"));
            assertEquals(inodes(below.stream().filter(f -> f.type() == 'l').toList()), number(statement,
                    "SELECT count(*) FROM inodes WHERE type = 'SYMLINK'"));
            subtree(statement, below);
        }
    }

    private static void subtree(Statement statement, List<Found> below) throws Exception {
        Map<String, Found> expected = new TreeMap<>();
        below.forEach(f -> expected.put("/" + shown(f.path()), f));
        Map<String, String> seen = new TreeMap<>();
        try (ResultSet rows = statement.executeQuery(
                "SELECT path, type, mode, uid, gid, size, link_count, mtime_ns, ctime_ns FROM TABLE(SUBTREE('/'))")) {
            while (rows.next()) {
                String path = rows.getString(1);
                Found f = expected.get(path.startsWith("/") ? path : "/" + path);
                assertTrue(f != null, path + " is not in the source");
                assertNull(seen.put(path, ""), path);
                assertEquals(f.mode(), rows.getInt("mode"), path);
                assertEquals(f.uid(), rows.getInt("uid"), path);
                assertEquals(f.gid(), rows.getInt("gid"), path);
                assertEquals(f.size(), rows.getLong("size"), path);
                assertEquals(f.mtimeNs(), rows.getLong("mtime_ns"), path);
                assertEquals(f.ctimeNs(), rows.getLong("ctime_ns"), path);
                if (f.type() != 'd') {
                    assertEquals(f.links(), rows.getLong("link_count"), path);
                }
            }
        }
        assertEquals(expected.size(), seen.size());
    }

    private static String shown(String latin1) {
        return NameEscapes.escape(latin1.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static long inodes(List<Found> found) {
        return found.stream().map(Found::inode).collect(Collectors.toSet()).size();
    }

    private static long number(Statement statement, String sql) throws Exception {
        try (ResultSet rows = statement.executeQuery(sql)) {
            assertTrue(rows.next(), sql);
            long value = rows.getLong(1);
            assertTrue(!rows.next(), sql);
            return value;
        }
    }
}
