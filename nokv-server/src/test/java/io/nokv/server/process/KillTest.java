package io.nokv.server.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.fsmeta.api.Namespace;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.client.NamespaceClient;
import io.nokv.server.cli.CapturedRun;
import io.nokv.server.cli.ExitCode;
import io.nokv.server.imports.ImportOptions;
import io.nokv.server.imports.ImportReport;
import io.nokv.server.imports.TreeImport;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} of a real server in the middle of a storm of changes and of an import: whatever was acknowledged is
 * there after the restart, fsck finds nothing, and the import ends as if nothing had happened.
 */
class KillTest {
    private static final int CLIENTS = 6;
    private static final int FILES = 40;
    private static final int DIRECTORIES = 60;

    @TempDir
    Path directory;

    @Test
    void nothingAcknowledgedIsLost() throws Exception {
        rounds(3);
    }

    @Test
    @Tag("slow")
    void nothingAcknowledgedIsLostInFiftyRounds() throws Exception {
        rounds(50);
    }

    private void rounds(int count) throws Exception {
        long seed = Long.getLong("nokv.seed", new SecureRandom().nextLong());
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        try {
            Path source = tree();
            for (int round = 0; round < count; round++) {
                round(round, source, random);
            }
        } catch (Throwable e) {
            throw new AssertionError(
                    "failed with seed " + seed + "; run it again with: ./nokv test -pl nokv-server -am "
                            + "-Dtest=KillTest -Dtest.excludedGroups= -Dnokv.seed=" + seed,
                    e);
        }
    }

    private void round(int round, Path source, RandomGenerator random) throws Exception {
        Path data = directory.resolve("data");
        Path log = directory.resolve("server.log");
        long killAfter = 50 + random.nextInt(1_500);
        AtomicLong acknowledged = new AtomicLong();
        List<Storm> storms = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        ImportOptions options = new ImportOptions(source.toString().getBytes(StandardCharsets.UTF_8), "tree" + round,
                new byte[]{'/'}, false, java.util.Set.of(), 20, 2);
        try (ServerProcess server = ServerProcess.server(data, log); NamespaceClient client = server.connect()) {
            for (int i = 0; i < CLIENTS; i++) {
                Storm storm = new Storm(client, "round" + round + "-" + i, acknowledged, random.nextLong());
                storms.add(storm);
                threads.add(Thread.ofPlatform().start(storm));
            }
            threads.add(Thread.ofPlatform().start(() -> importUntilTheServerIsGone(client, options)));
            while (acknowledged.get() < killAfter && threads.stream().anyMatch(Thread::isAlive)) {
                Thread.onSpinWait();
                Thread.yield();
            }
            server.kill();
            for (Thread thread : threads) {
                thread.join();
            }
        }
        assertTrue(acknowledged.get() >= killAfter, "only " + acknowledged + " changes before everything ended:\n"
                + Files.readString(log));
        try (ServerProcess server = ServerProcess.server(data, log); NamespaceClient client = server.connect()) {
            storms.forEach(storm -> storm.verify(client));
            ImportReport report = new TreeImport(client, options).run();
            assertEquals(DIRECTORIES + DIRECTORIES * FILES, report.entries());
            assertEquals(0, report.failed());
            ImportReport again = new TreeImport(client, options).run();
            assertEquals(0, again.created());
            assertEquals(again.entries(), again.unchanged());
            assertEquals(report.entries(), client.quota("tree" + round, Namespace.ROOT_INODE).usedInodes());
            assertEquals(143, server.terminate(), server.errors());
        }
        CapturedRun fsck = CapturedRun.of("fsck", "--data", data.toString()).expect(ExitCode.OK);
        assertTrue(fsck.err().isEmpty(), fsck.err());
    }

    private static void importUntilTheServerIsGone(Namespace namespace, ImportOptions options) {
        try {
            new TreeImport(namespace, options).run();
        } catch (NamespaceException e) {
            // The server is gone; the next start continues.
            return;
        }
    }

    private Path tree() throws Exception {
        Path source = Files.createDirectory(directory.resolve("source"));
        for (int d = 0; d < DIRECTORIES; d++) {
            Path below = Files.createDirectory(source.resolve("d" + d));
            for (int f = 0; f < FILES; f++) {
                Files.createFile(below.resolve("f" + f));
            }
        }
        return source;
    }
}
