package io.nokv.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mounts, quotas, snapshots, import and fsck through the command line, on a data directory. */
class NamespaceCommandsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    @Test
    void theLifeOfAMount() throws Exception {
        JsonNode registered = json("mount", "register", "sets").get(0);
        assertEquals("sets", registered.get("mount").asText());
        assertEquals("active", registered.get("state").asText());
        assertTrue(registered.get("retired_at").isNull());
        assertEquals(registered, json("mount", "register", "sets").get(0));
        assertEquals("retired", json("mount", "retire", "sets").get(0).get("state").asText());
        JsonNode all = json("mount", "list");
        assertEquals(2, all.size());
        assertEquals("default", all.get(0).get("mount").asText());
        assertEquals("sets", all.get(1).get("mount").asText());
        CapturedRun refused = run("mount", "register", "sets").expect(ExitCode.FAILED);
        assertTrue(refused.err().contains("MOUNT_RETIRED"), refused.err());
        CapturedRun missing = run("mount", "retire", "nowhere").expect(ExitCode.FAILED);
        assertTrue(missing.err().contains("MOUNT_NOT_FOUND") && missing.err().contains("nowhere"), missing.err());
    }

    @Test
    void columnsLineUp() {
        run("mount", "register", "a-rather-long-name");
        List<String> lines = run("mount", "list").expect(ExitCode.OK).out().lines().toList();
        assertEquals(3, lines.size());
        assertEquals(lines.get(0).indexOf("root_inode") + "root_inode".length(),
                lines.get(1).indexOf("16777216") + "16777216".length(), lines.toString());
    }

    @Test
    void importQuotaSnapshotFsck() throws Exception {
        Path source = Files.createDirectory(directory.resolve("source"));
        Files.createDirectories(source.resolve("a/b"));
        Files.writeString(source.resolve("a/b/file"), "12345");
        JsonNode report = json("import", source.toString()).get(0);
        assertEquals(3, report.get("entries").asInt());
        assertEquals(3, report.get("created").asInt());
        assertTrue(report.get("database_bytes").asLong() > 0);
        JsonNode usage = json("quota", "get", "/").get(0);
        assertEquals(3, usage.get("used_inodes").asInt());
        JsonNode quota = json("quota", "set", "/a", "--inodes", "100").get(0);
        assertEquals(100, quota.get("limit_inodes").asInt());
        assertTrue(quota.get("used_inodes").asInt() >= 2, quota.toString());
        assertEquals(quota, json("quota", "get", "/a").get(0));
        JsonNode snapshot = json("snapshot", "create", "/a", "--label", "first").get(0);
        assertEquals("first", snapshot.get("label").asText());
        assertEquals(snapshot, json("snapshot", "list").get(0));
        json("snapshot", "retire", snapshot.get("root_inode").asText(), snapshot.get("read_version").asText());
        assertEquals(0, json("snapshot", "list").size());
        CapturedRun gone = run("snapshot", "retire", snapshot.get("root_inode").asText(),
                snapshot.get("read_version").asText()).expect(ExitCode.FAILED);
        assertTrue(gone.err().contains("SNAPSHOT_NOT_FOUND"), gone.err());
        run("fsck").expect(ExitCode.OK);
        CapturedRun noPath = run("quota", "get", "/a/none").expect(ExitCode.FAILED);
        assertTrue(noPath.err().contains("NOT_FOUND"), noPath.err());
        run("quota", "get", "a").expect(ExitCode.USAGE);
        run("quota", "set", "/a", "--bytes", "-1").expect(ExitCode.USAGE);
        run("quota", "set", "/a", "--bytes", "many").expect(ExitCode.USAGE);
    }

    @Test
    void anImportOfNothingFailsAndMakesNoDatabase() {
        CapturedRun run = run("import", directory + "/absent").expect(ExitCode.FAILED);
        assertTrue(run.err().contains("/absent: No such file"), run.err());
        assertTrue(!Files.exists(directory.resolve("data")));
        run("import", directory.toString(), "--batch", "0").expect(ExitCode.USAGE);
    }

    @Test
    void theDatabaseLeavesItselfOut() throws Exception {
        Files.writeString(directory.resolve("file"), "x");
        run("mount", "register", "m").expect(ExitCode.OK);
        JsonNode report = json("import", directory.toString()).get(0);
        assertEquals(1, report.get("excluded").asInt());
        assertEquals(1, report.get("entries").asInt());
    }

    @Test
    void aConfigurationIsReadAndRefused() throws Exception {
        Path config = directory.resolve("c.json");
        Files.writeString(config, "{\"data\": \"" + directory.resolve("elsewhere") + "\", \"mount\": \"first\"}");
        CapturedRun.of("mount", "register", "m", "--config", config.toString()).expect(ExitCode.OK);
        assertTrue(Files.exists(directory.resolve("elsewhere")));
        assertTrue(CapturedRun.of("mount", "list", "--config", config.toString()).out().contains("first"));
        Files.writeString(config, "{\"dta\": \"x\"}");
        CapturedRun run = CapturedRun.of("mount", "list", "--config", config.toString()).expect(ExitCode.USAGE);
        assertTrue(run.err().contains(config + ": unknown field \"dta\""), run.err());
    }

    private CapturedRun run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--data");
        all.add(directory.resolve("data").toString());
        return CapturedRun.of(all.toArray(String[]::new));
    }

    private JsonNode json(String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--json");
        return JSON.readTree(run(all.toArray(String[]::new)).expect(ExitCode.OK).out());
    }
}
