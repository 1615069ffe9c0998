package io.nokv.server.imports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.fsmeta.api.Attributes;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.FileType;
import io.nokv.fsmeta.api.LocalNamespace;
import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.api.Namespace;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.NamespaceView;
import io.nokv.fsmeta.api.NamespaceView.TreeEntry;
import io.nokv.fsmeta.api.NewInode;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.api.Rows;
import io.nokv.server.database.Database;
import io.nokv.server.database.DatabaseOptions;
import io.nokv.server.imports.ImportOptions.FileId;
import io.nokv.server.imports.OddTree.Found;
import io.nokv.server.posix.Posix;
import io.nokv.server.posix.PosixException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an import leaves in the namespace is what find(1) and du(1) say of the source. */
class TreeImportTest {
    private static final String MOUNT = "m";

    @TempDir
    Path directory;
    private Path source;
    private Database database;
    private LocalNamespace namespace;

    @BeforeEach
    void open() throws Exception {
        source = Files.createDirectory(directory.resolve("source"));
        database = Database.open(directory.resolve("data"), DatabaseOptions.defaults());
        namespace = database.namespace();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void anOddTreeArrivesWhole() throws Exception {
        OddTree.make(source);
        ImportReport report = run(1_000, 4);
        List<Found> found = OddTree.find(source);
        assertEquals(found.size() - 1, report.entries());
        assertEquals(found.size() - 1, report.created());
        assertEquals(0, report.failed());
        assertEquals(0, report.vanished());
        assertEquals(OddTree.apparentBytes(source), report.bytes());
        assertSame(found);
        // A mount's usage leaves its root directory out.
        assertEquals(OddTree.apparentBytes(source), namespace.quota(MOUNT, Namespace.ROOT_INODE).usedBytes()
                + namespace.getAttr(MOUNT, Namespace.ROOT_INODE, 0).size());
    }

    @Test
    void smallTransactionsGiveTheSameResult() throws Exception {
        OddTree.make(source);
        ImportReport report = run(3, 7);
        assertTrue(report.transactions() > 500, "transactions: " + report.transactions());
        assertSame(OddTree.find(source));
    }

    @Test
    void theSameImportAgainChangesNothing() throws Exception {
        OddTree.make(source);
        run(1_000, 4);
        long version = namespace.readVersion();
        ImportReport again = run(1_000, 4);
        assertEquals(0, again.created());
        assertEquals(0, again.updated());
        assertEquals(again.entries(), again.unchanged());
        assertSame(OddTree.find(source));
        assertTrue(again.transactions() <= 1,
                "only the directory imported into may be touched: " + again.transactions());
        assertTrue(version > 0);
    }

    @Test
    void theNextImportBringsWhatChanged() throws Exception {
        OddTree.make(source);
        run(1_000, 4);
        OddTree.run(source, "bash", "-c", """
                set -e
                printf 'longer now' > plain/file
                chmod 600 plain/deep/large
                rm plain/link && ln -s elsewhere plain/link
                rm other/fifo && printf x > other/fifo
                ln plain/deep/large plain/deep/er/new-name
                rm other/third-name && printf own > other/third-name
                mkdir -p added/below && printf x > added/below/file
                """);
        ImportReport report = run(50, 4);
        assertEquals(0, report.failed());
        assertEquals(4, report.created());
        assertSame(OddTree.find(source));
    }

    @Test
    void hardLinksFollowTheSourceWhenItRegroupsThem() throws Exception {
        OddTree.run(source, "bash", "-c", "printf one > a; for n in b c d e; do ln a $n; done");
        run(1_000, 4);
        assertSame(OddTree.find(source));
        OddTree.run(source, "bash", "-c", "rm b d e; printf two! > b; ln b d; printf three > e");
        run(1_000, 4);
        assertSame(OddTree.find(source));
        OddTree.run(source, "bash", "-c", "for n in b c d e; do rm $n; ln a $n; done");
        run(2, 3);
        assertSame(OddTree.find(source));
    }

    @Test
    void whatTheSourceLostStays() throws Exception {
        Files.writeString(source.resolve("a"), "a");
        run(1_000, 4);
        Files.delete(source.resolve("a"));
        Files.writeString(source.resolve("b"), "b");
        run(1_000, 4);
        assertEquals(Set.of("a", "b"), tree().keySet());
    }

    @Test
    void aDirectoryWhereAFileIsStaysAndIsReported() throws Exception {
        Files.createDirectory(source.resolve("x"));
        run(1_000, 4);
        Files.delete(source.resolve("x"));
        Files.writeString(source.resolve("x"), "now a file");
        ImportReport report = run(1_000, 4);
        assertEquals(1, report.failed());
        assertFalse(report.complete());
        assertTrue(report.warnings().getFirst().contains("x is a FILE in the source and a DIRECTORY"),
                report.warnings().toString());
        assertEquals(FileType.DIRECTORY, tree().get("x").type());
    }

    @Test
    void excludedDirectoriesAreLeftOut() throws Exception {
        Files.createDirectories(source.resolve("keep/below"));
        Files.createDirectories(source.resolve("skip/below"));
        FileId skip;
        try (Posix posix = Posix.open()) {
            skip = FileId.of(posix.status(bytes(source.resolve("skip").toString()), false));
        }
        ImportReport report = new TreeImport(namespace,
                new ImportOptions(bytes(source.toString()), MOUNT, bytes("/"), true, Set.of(skip), 10, 1)).run();
        assertEquals(1, report.excluded());
        assertEquals(Set.of("keep", "keep/below"), tree().keySet());
    }

    @Test
    void theTargetPathIsMade() throws Exception {
        Files.writeString(source.resolve("a"), "a");
        new TreeImport(namespace,
                new ImportOptions(bytes(source.toString()), MOUNT, bytes("/x/y"), false, Set.of(), 10, 1)).run();
        assertEquals(Set.of("x", "x/y", "x/y/a"), tree().keySet());
    }

    @Test
    void anUnreadableDirectoryIsReportedAndTheRestArrives() throws Exception {
        // As root nothing is unreadable; a name that vanishes between listing and reading takes the same way.
        Files.createDirectories(source.resolve("a/b"));
        ImportReport report = run(1_000, 4);
        assertEquals(2, report.entries());
        PosixException missing = assertThrows(PosixException.class,
                () -> new TreeImport(namespace, ImportOptions.of(bytes(directory + "/absent"), MOUNT)).run());
        assertTrue(missing.getMessage().contains("/absent"), missing.getMessage());
    }

    @Test
    void aRetiredMountRefusesAndNothingIsLost() throws Exception {
        Files.writeString(source.resolve("a"), "a");
        run(1_000, 4);
        namespace.retireMount(MOUNT);
        NamespaceException e = assertThrows(NamespaceException.class, () -> run(1_000, 4));
        assertEquals(Reason.MOUNT_RETIRED, e.reason());
        assertEquals(Set.of("a"), tree().keySet());
    }

    @Test
    void anEntryThatSomebodyElseMadeIsTakenOver() throws Exception {
        namespace.registerMount(MOUNT);
        namespace.apply(new Mutation.Create(MOUNT, Namespace.ROOT_INODE, FileName.of("a"), NewInode.file(0)), null);
        Files.writeString(source.resolve("a"), "four");
        ImportReport report = run(1_000, 4);
        assertEquals(1, report.updated());
        assertSame(OddTree.find(source));
    }

    private ImportReport run(int steps, int inFlight) {
        return new TreeImport(namespace,
                new ImportOptions(bytes(source.toString()), MOUNT, bytes("/"), false, Set.of(), steps, inFlight)).run();
    }

    /** Every entry of the mount by its path, one char per byte. */
    private Map<String, Attributes> tree() {
        Map<String, Attributes> tree = new TreeMap<>();
        try (NamespaceView view = namespace.view(0);
                Rows<TreeEntry> rows = view.walk(MOUNT, Namespace.ROOT_INODE, 0)) {
            for (TreeEntry row = rows.next(); row != null; row = rows.next()) {
                assertNull(tree.put(new String(row.path(), StandardCharsets.ISO_8859_1), row.entry().attributes()));
            }
        }
        return tree;
    }

    private void assertSame(List<Found> found) {
        Map<String, Attributes> tree = tree();
        tree.put("", namespace.getAttr(MOUNT, Namespace.ROOT_INODE, 0));
        Map<String, Found> expected = new TreeMap<>();
        found.forEach(f -> expected.put(f.path(), f));
        assertEquals(expected.keySet(), tree.keySet());
        Map<Long, Long> inodes = new HashMap<>();
        expected.forEach((path, f) -> {
            Attributes a = tree.get(path);
            assertEquals(f.type(), letter(a.type()), path);
            assertEquals(f.mode(), a.mode(), path);
            assertEquals(f.uid(), a.uid(), path);
            assertEquals(f.gid(), a.gid(), path);
            assertEquals(f.size(), a.size(), path);
            assertEquals(f.mtimeNs(), a.mtimeNs(), path + " mtime");
            assertEquals(f.ctimeNs(), a.ctimeNs(), path + " ctime");
            assertEquals(f.target(), a.target() == null ? "" : new String(a.target(), StandardCharsets.ISO_8859_1),
                    path);
            if (f.type() != 'd') {
                assertEquals(f.links(), a.linkCount(), path + " links");
            }
            if (f.type() == 'f') {
                assertEquals(f.atimeNs(), a.atimeNs(), path + " atime");
            }
            Long known = inodes.putIfAbsent(f.inode(), a.inode());
            assertTrue(known == null || known == a.inode(), path + " is another inode than its other names");
        });
        assertEquals(inodes.size(), Set.copyOf(inodes.values()).size(), "different files share an inode");
    }

    private static char letter(FileType type) {
        return switch (type) {
            case FILE -> 'f';
            case DIRECTORY -> 'd';
            case SYMLINK -> 'l';
            case FIFO -> 'p';
            case SOCKET -> 's';
            case CHAR_DEVICE -> 'c';
            case BLOCK_DEVICE -> 'b';
        };
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
