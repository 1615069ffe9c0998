package io.nokv.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nokv.base.port.Ports;
import io.nokv.base.system.SystemClock;
import io.nokv.base.system.SystemEntropy;
import io.nokv.base.system.ThreadScheduler;
import io.nokv.lsm.Durability;
import io.nokv.lsm.Engine;
import io.nokv.lsm.EngineOptions;
import io.nokv.lsm.Family;
import io.nokv.lsm.WriteBatch;
import io.nokv.lsm.vfs.RealVfs;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code nokv manifest}, of a whole database and of a broken one. */
class ManifestCommandTest {
    @TempDir
    Path directory;

    @Test
    void showsTheTables() throws Exception {
        run("mount", "register", "m").expect(ExitCode.OK);
        write();
        JsonNode shown = new ObjectMapper().readTree(run("manifest", "--json").expect(ExitCode.OK).out());
        JsonNode table = shown.get("tables").get(0);
        assertEquals(0, table.get("level").asInt());
        assertTrue(table.get("smallest").asText().startsWith("default:a\\x00b"), shown::toString);
        assertEquals(1, table.get("deletions").asInt());
        assertTrue(shown.get("flushed_sequence").asLong() >= 3, shown::toString);
        List<String> lines = run("manifest").expect(ExitCode.OK).out().lines().toList();
        assertTrue(lines.get(0).startsWith("manifest " + shown.get("number").asLong() + ": "), lines::toString);
        assertTrue(lines.get(1).startsWith("level  table"), lines::toString);
        assertEquals(shown.get("tables").size() + 2, lines.size(), lines::toString);
    }

    @Test
    void worksWhereTheDatabaseDoesNotOpen() throws Exception {
        run("mount", "register", "m").expect(ExitCode.OK);
        write();
        try (var files = Files.list(directory.resolve("data/engine"))) {
            Files.delete(files.filter(f -> f.toString().endsWith(".sst")).findFirst().orElseThrow());
        }
        run("fsck").expect(ExitCode.FAILED);
        run("manifest").expect(ExitCode.OK);
    }

    @Test
    void saysWhatIsInItsWay() throws Exception {
        assertTrue(run("manifest").expect(ExitCode.FAILED).err().contains("no database in"));
        run("mount", "register", "m").expect(ExitCode.OK);
        Path current = directory.resolve("data/engine/CURRENT");
        Files.writeString(current, "MANIFEST-nonsense\n");
        String damaged = run("manifest").expect(ExitCode.FAILED).err();
        assertTrue(damaged.contains("CURRENT"), damaged);
        Files.delete(current);
        String missing = run("manifest").expect(ExitCode.FAILED).err();
        assertTrue(missing.contains("no CURRENT file"), missing);
    }

    private void write() {
        try (ThreadScheduler scheduler = new ThreadScheduler(1);
                Engine engine = Engine.open("engine", EngineOptions.defaults(), new Ports(new SystemClock(),
                        new SystemEntropy(), scheduler, new RealVfs(directory.resolve("data"))))) {
            byte[] key = "a\0b".getBytes(StandardCharsets.UTF_8);
            engine.write(new WriteBatch().put(Family.DEFAULT, key, new byte[3]).delete(Family.WRITE, key),
                    Durability.FSYNC);
            engine.flush();
        }
    }

    private CapturedRun run(String... arguments) {
        String[] all = Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "--data";
        all[arguments.length + 1] = directory.resolve("data").toString();
        return CapturedRun.of(all);
    }
}
