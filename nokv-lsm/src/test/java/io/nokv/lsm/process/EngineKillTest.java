package io.nokv.lsm.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.system.ThreadScheduler;
import io.nokv.lsm.Engine;
import io.nokv.lsm.EngineStats;
import io.nokv.lsm.TestWorld;
import io.nokv.lsm.vfs.RealVfs;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} of a process that writes, at any moment: what it was told is durable is there, batches are whole, and
 * the same store takes the next round.
 */
class EngineKillTest {
    private static final int MOST_BATCHES = 4_000;

    @TempDir
    Path directory;

    @Test
    void aFewRounds() {
        TestWorld.seeded(getClass(), random -> rounds(random, 4));
    }

    @Test
    @Tag("slow")
    void twoHundredRounds() {
        TestWorld.seeded(getClass(), random -> rounds(random, 200));
    }

    private void rounds(TestWorld.Seeded random, int count) throws Exception {
        long flushes = 0;
        long compactions = 0;
        for (int round = 0; round < count; round++) {
            long[] acknowledged = new long[WritingProcess.WRITERS];
            try (ThreadScheduler scheduler = new ThreadScheduler(2); Engine engine = open(scheduler)) {
                for (int writer = 0; writer < acknowledged.length; writer++) {
                    acknowledged[writer] = new Ledger(writer).batches(engine);
                }
            }
            // From the first batches, when it is still busy with what it found, to well into the work; once for sure.
            int most = random.nextInt(3) == 0 ? 20 : MOST_BATCHES;
            writeAndKill(round == 0 ? MOST_BATCHES : 1 + random.nextInt(most), acknowledged);
            try (ThreadScheduler scheduler = new ThreadScheduler(2); Engine engine = open(scheduler)) {
                for (int writer = 0; writer < acknowledged.length; writer++) {
                    new Ledger(writer).check(engine, acknowledged[writer]);
                }
                EngineStats stats = engine.stats();
                flushes += stats.levels().stream().mapToLong(EngineStats.Level::tables).sum();
                compactions += stats.levels().stream().filter(l -> l.level() > 0)
                        .mapToLong(EngineStats.Level::tables).sum();
            }
        }
        assertTrue(flushes > 0 && (compactions > 0 || count < 10), "the rounds met no tables");
    }

    private Engine open(ThreadScheduler scheduler) {
        return Engine.open("db", Ledger.options(), TestWorld.ports(new RealVfs(directory), scheduler));
    }

    /** Fills {@code acknowledged} with what the process told before it died. */
    private void writeAndKill(long batches, long[] acknowledged) throws Exception {
        Path errors = directory.resolve("errors.txt");
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-Xmx128m", "-XX:TieredStopAtLevel=1", "-cp",
                System.getProperty("java.class.path"), WritingProcess.class.getName(), directory.toString())
                .redirectError(Redirect.to(errors.toFile())).start();
        try (BufferedReader told = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            long seen = 0;
            for (String line = told.readLine(); line != null; line = told.readLine()) {
                int space = line.indexOf(' ');
                int writer = Integer.parseInt(line.substring(0, space));
                long n = Long.parseLong(line.substring(space + 1));
                assertEquals(acknowledged[writer] + 1, n, "batches of a writer are numbered");
                acknowledged[writer] = n;
                if (++seen == batches) {
                    // The process closes its streams, the handle does not: what was told is still to be read.
                    process.toHandle().destroyForcibly();
                }
            }
            process.waitFor();
            assertTrue(seen >= batches, () -> "it ended by itself: " + read(errors));
        } finally {
            process.destroyForcibly();
        }
    }

    private static String read(Path errors) {
        try {
            return Files.readString(errors);
        } catch (java.io.IOException e) {
            return e.toString();
        }
    }
}
