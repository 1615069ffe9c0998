package io.nokv.server.database;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.api.Namespace;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.NewInode;
import io.nokv.fsmeta.api.Operation;
import io.nokv.fsmeta.api.Reason;
import io.nokv.server.cli.CapturedRun;
import io.nokv.server.cli.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is full: a clear refusal, nothing half done, and everything acknowledged is there when space is back. */
class FullDiskTest {
    private static final int BALLAST_BYTES = 48 << 20;
    private static final int STEPS = 500;

    @TempDir
    Path directory;
    private Path disk;

    @BeforeEach
    void mountSmallDisk() throws Exception {
        disk = Files.createDirectory(directory.resolve("disk"));
        Assumptions.assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=160m,mode=0700", "tmpfs", disk.toString()),
                "a small tmpfs cannot be mounted here (needs root)");
    }

    @AfterEach
    void unmount() throws Exception {
        run("umount", disk.toString());
    }

    @Test
    void aFullDiskIsRefusedByNameAndLosesNothing() throws Exception {
        Path ballast = disk.resolve("ballast");
        Files.write(ballast, new byte[BALLAST_BYTES]);
        Path data = disk.resolve("data");
        long acknowledged = 0;
        NamespaceException refusal = null;
        byte[] target = new byte[4_000];
        Arrays.fill(target, (byte) 'x');
        try (Database database = Database.open(data, DatabaseOptions.defaults())) {
            while (refusal == null) {
                List<Operation> steps = new ArrayList<>();
                for (int i = 0; i < STEPS; i++) {
                    byte[] different = target.clone();
                    // Not compressible, so that tables fill the disk too.
                    new java.util.Random(acknowledged * STEPS + i).nextBytes(different);
                    for (int b = 0; b < different.length; b++) {
                        different[b] = (byte) (different[b] & 0x3F | 0x40);
                    }
                    steps.add(new Mutation.Create("default", Namespace.ROOT_INODE,
                            FileName.of("link-" + acknowledged + "-" + i), NewInode.symlink(different)));
                }
                try {
                    database.namespace().transact(steps, null);
                    acknowledged++;
                } catch (NamespaceException e) {
                    refusal = e;
                }
                assertTrue(acknowledged < 1_000, "the disk does not get full");
            }
        } catch (io.nokv.base.error.NokvException e) {
            // Closing may meet the full disk as well; what counts is the state after.
            assertTrue(refusal != null, e.toString());
        }
        assertTrue(List.of(Reason.NO_SPACE, Reason.READ_ONLY, Reason.UNKNOWN_OUTCOME).contains(refusal.reason()),
                refusal.toString());
        assertTrue(refusal.getMessage().toLowerCase(java.util.Locale.ROOT).contains("space"), refusal.toString());
        assertTrue(acknowledged > 0);
        Files.delete(ballast);
        try (Database database = Database.open(data, DatabaseOptions.defaults())) {
            Namespace namespace = database.namespace();
            long inodes = namespace.quota("default", Namespace.ROOT_INODE).usedInodes();
            long whole = inodes / STEPS;
            assertEquals(0, inodes % STEPS, "a transaction is there in part: " + inodes);
            assertTrue(whole == acknowledged || whole == acknowledged + 1, whole + " instead of " + acknowledged);
            namespace.apply(new Mutation.Create("default", Namespace.ROOT_INODE, FileName.of("after"),
                    NewInode.file(0644)), null);
        }
        CapturedRun.of("fsck", "--data", data.toString()).expect(ExitCode.OK);
    }

    /** No restart, no command: the ballast goes and writes are taken again. */
    @Test
    void whenThereIsSpaceAgainWritesGoOnByThemselves() throws Exception {
        Path ballast = disk.resolve("ballast");
        Files.write(ballast, new byte[BALLAST_BYTES]);
        Path data = disk.resolve("data");
        int made = 0;
        try (Database database = Database.open(data, DatabaseOptions.defaults())) {
            Namespace namespace = database.namespace();
            NamespaceException refusal = null;
            while (refusal == null) {
                try {
                    namespace.transact(links(made), null);
                    made++;
                } catch (NamespaceException e) {
                    refusal = e;
                }
                assertTrue(made < 1_000, "the disk does not get full");
            }
            assertEquals(Reason.NO_SPACE, refusal.reason(), refusal.toString());
            assertTrue(refusal.getMessage().contains("no space"), refusal.getMessage());
            assertEquals((long) made * STEPS, namespace.quota("default", Namespace.ROOT_INODE).usedInodes());
            assertEquals("l-0-0", namespace.lookup("default", Namespace.ROOT_INODE, FileName.of("l-0-0"), 0).name()
                    .toString());
            Files.delete(ballast);
            boolean taken = false;
            for (int tries = 0; !taken; tries++) {
                assertTrue(tries < 1_000, "writes are still refused");
                try {
                    namespace.transact(links(made), null);
                    made++;
                    taken = true;
                } catch (NamespaceException e) {
                    assertEquals(Reason.NO_SPACE, e.reason(), e.toString());
                    database.ports().scheduler().pause(50_000_000);
                }
            }
        }
        CapturedRun.of("fsck", "--data", data.toString()).expect(ExitCode.OK);
        try (Database database = Database.open(data, DatabaseOptions.defaults())) {
            assertEquals((long) made * STEPS,
                    database.namespace().quota("default", Namespace.ROOT_INODE).usedInodes());
        }
    }

    /** Symlinks whose targets do not compress, so that tables fill the disk as the log does. */
    private static List<Operation> links(int number) {
        java.util.Random random = new java.util.Random(number);
        List<Operation> steps = new ArrayList<>();
        for (int i = 0; i < STEPS; i++) {
            byte[] target = new byte[4_000];
            random.nextBytes(target);
            for (int b = 0; b < target.length; b++) {
                target[b] = (byte) (target[b] & 0x3F | 0x40);
            }
            steps.add(new Mutation.Create("default", Namespace.ROOT_INODE, FileName.of("l-" + number + "-" + i),
                    NewInode.symlink(target)));
        }
        return steps;
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getInputStream().readAllBytes();
        return process.waitFor() == 0;
    }
}
