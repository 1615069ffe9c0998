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
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code nokv vlog} on a database without large values, and on one that has been given some. */
class VlogCommandTest {
    @TempDir
    Path directory;

    @Test
    void showsAndCollects() throws Exception {
        run("mount", "register", "m").expect(ExitCode.OK);
        assertEquals("0 files, 0 bytes, 0 bytes live, 0 bytes garbage", run("vlog").expect(ExitCode.OK).out().strip());
        assertEquals(0, json("vlog").size());
        write();
        JsonNode before = json("vlog").get(0);
        assertEquals("default", before.get("family").asText());
        assertEquals(20, before.get("values").asInt());
        assertEquals(0, before.get("generation").asInt());
        JsonNode after = json("vlog", "--gc");
        long live = 0;
        for (JsonNode file : after) {
            assertEquals(0, file.get("garbage_bytes").asLong(), after::toString);
            live += file.get("live_values").asLong();
        }
        assertEquals(20, live);
        String shown = run("vlog").expect(ExitCode.OK).out();
        assertTrue(shown.lines().toList().getLast().endsWith(" 0 bytes garbage"), shown);
        run("vlog", "--gcc").expect(ExitCode.USAGE);
        CapturedRun none = CapturedRun.of("vlog", "--data", directory.resolve("none").toString());
        assertTrue(none.expect(ExitCode.FAILED).err().contains("no database in"), none.err());
    }

    /** Twenty values, of which seven are written a second time. */
    private void write() {
        Random random = new Random(1);
        try (ThreadScheduler scheduler = new ThreadScheduler(1);
                Engine engine = Engine.open("engine", EngineOptions.defaults(), new Ports(new SystemClock(),
                        new SystemEntropy(), scheduler, new RealVfs(directory.resolve("data"))))) {
            for (int round = 0; round < 2; round++) {
                for (int i = 0; i < 20; i += 1 + 2 * round) {
                    byte[] value = new byte[10_000];
                    random.nextBytes(value);
                    engine.write(new WriteBatch().put(Family.DEFAULT,
                            ("large/" + i).getBytes(StandardCharsets.UTF_8), value), Durability.BUFFERED);
                }
                engine.flush();
            }
        }
    }

    private CapturedRun run(String... arguments) {
        String[] all = Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "--data";
        all[arguments.length + 1] = directory.resolve("data").toString();
        return CapturedRun.of(all);
    }

    private JsonNode json(String... arguments) throws Exception {
        String[] all = Arrays.copyOf(arguments, arguments.length + 1);
        all[arguments.length] = "--json";
        return new ObjectMapper().readTree(run(all).expect(ExitCode.OK).out());
    }
}
