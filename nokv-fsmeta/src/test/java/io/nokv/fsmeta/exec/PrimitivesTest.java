package io.nokv.fsmeta.exec;

import static io.nokv.fsmeta.exec.NamespaceUnderTest.MOUNT;
import static io.nokv.fsmeta.exec.NamespaceUnderTest.ROOT;
import static io.nokv.fsmeta.exec.NamespaceUnderTest.refusal;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.fsmeta.api.Attributes;
import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.FileType;
import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.api.MutationResult;
import io.nokv.fsmeta.api.NamePage;
import io.nokv.fsmeta.api.NewInode;
import io.nokv.fsmeta.api.Reason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Every primitive on what is missing, what is there, and what is of the wrong kind. */
@ParameterizedClass
@EnumSource(TestStore.class)
class PrimitivesTest {
    private final NamespaceUnderTest fs;

    PrimitivesTest(TestStore store) {
        fs = store.namespace();
    }

    @AfterEach
    void close() {
        fs.close();
    }

    private Entry lookup(long parent, String name) {
        return fs.namespace().lookup(MOUNT, parent, FileName.of(name), 0);
    }

    private Entry path(String path) {
        return fs.namespace().lookupPath(MOUNT, path.getBytes(StandardCharsets.UTF_8), true, 0);
    }

    private List<String> list(long directory) {
        return fs.namespace().readDir(MOUNT, directory, null, 1_000, 0).items().stream().map(i -> i.name().escaped())
                .toList();
    }

    @Test
    void aNewMountHasARootDirectory() {
        Attributes root = fs.stat(ROOT);
        assertEquals(FileType.DIRECTORY, root.type());
        assertEquals(2, root.linkCount());
        assertEquals(0755, root.mode());
        assertTrue(root.version() > 0);
        Entry entry = path("/");
        assertEquals(ROOT, entry.parent());
        assertNull(entry.name());
        assertEquals(root.inode(), entry.inode());
    }

    @Test
    void createMakesAFileThatEveryReadShows() {
        NewInode wanted = new NewInode(FileType.FILE, 0640, 12, -1, 4_000_000_000L, 0, null, null);
        MutationResult made = fs.apply(new Mutation.Create(MOUNT, ROOT, FileName.of("f"), wanted));
        Attributes a = made.entry().attributes();
        assertEquals(1, a.linkCount());
        assertEquals(0640, a.mode());
        assertEquals(12, a.uid());
        assertEquals(-1, a.gid());
        assertEquals(4_000_000_000L, a.size());
        assertEquals(made.version(), a.version());
        assertEquals(fs.clock.wallNanos(), a.createdNs());
        assertEquals(a, lookup(ROOT, "f").attributes());
        assertEquals(a, fs.stat(a.inode()));
        assertEquals(a, path("/f").attributes());
        assertEquals(a, fs.namespace().readDirPlus(MOUNT, ROOT, null, 10, 0).entries().get(0).attributes());
        assertEquals(List.of(a), fs.namespace().batchGetAttr(MOUNT, List.of(a.inode()), 0));
        assertArrayEquals("/f".getBytes(StandardCharsets.UTF_8), fs.namespace().view(0).pathOf(MOUNT, a.inode()));
    }

    @Test
    void createOnWhatIsThereOrMissing() {
        long directory = fs.mkdir(ROOT, "d");
        long file = fs.file(ROOT, "f");
        assertEquals(Reason.ALREADY_EXISTS, refusal(() -> fs.file(ROOT, "f")));
        assertEquals(Reason.ALREADY_EXISTS, refusal(() -> fs.mkdir(ROOT, "f")));
        assertEquals(Reason.ALREADY_EXISTS, refusal(() -> fs.file(ROOT, "d")));
        assertEquals(Reason.NOT_A_DIRECTORY, refusal(() -> fs.file(file, "x")));
        assertEquals(Reason.NOT_FOUND, refusal(() -> fs.file(directory + (7L << 24), "x")));
        assertEquals(Reason.NOT_FOUND, refusal(() -> fs.file(12, "x")));
        assertEquals(Reason.INVALID_ARGUMENT, refusal(() -> fs.file(-1, "x")));
        assertEquals(List.of("d", "f"), list(ROOT));
    }

    @Test
    void createRefusesAttributesThatCannotBe() {
        for (NewInode bad : Arrays.asList(
                new NewInode(FileType.FILE, 010000, 0, 0, 0, 0, null, null),
                new NewInode(FileType.FILE, 0644, 0, 0, -1, 0, null, null),
                new NewInode(FileType.FILE, 0644, 0, 0, 0, 5, null, null),
                new NewInode(FileType.FILE, 0644, 0, 0, 0, 0, null, new byte[]{'t'}),
                new NewInode(FileType.SYMLINK, 0777, 0, 0, 0, 0, null, null),
                new NewInode(FileType.SYMLINK, 0777, 0, 0, 0, 0, null, new byte[0]),
                new NewInode(FileType.SYMLINK, 0777, 0, 0, 0, 0, null, new byte[4_096]),
                new NewInode(FileType.SYMLINK, 0777, 0, 0, 9, 0, null, new byte[]{'t'}), null)) {
            assertEquals(Reason.INVALID_ARGUMENT,
                    refusal(() -> fs.apply(new Mutation.Create(MOUNT, ROOT, FileName.of("x"), bad))));
        }
        byte[] longest = new byte[4_095];
        Arrays.fill(longest, (byte) 'x');
        Entry made = fs.apply(new Mutation.Create(MOUNT, ROOT, FileName.of("l"), NewInode.symlink(longest))).entry();
        assertArrayEquals(longest, lookup(ROOT, "l").attributes().target());
        assertEquals(4_095, made.attributes().size());
    }

    @Test
    void everyTypeKeepsWhatIsItsOwn() {
        NewInode device = new NewInode(FileType.BLOCK_DEVICE, 0600, 0, 6, 0, 0x0801, new NewInode.Times(1, -2, 3),
                null);
        Attributes a = fs.apply(new Mutation.Create(MOUNT, ROOT, FileName.of("sda1"), device)).entry().attributes();
        assertEquals(a, lookup(ROOT, "sda1").attributes());
        assertEquals(0x0801, a.rdev());
        assertEquals(1, a.atimeNs());
        assertEquals(-2, a.mtimeNs());
        assertEquals(3, a.ctimeNs());
        for (FileType type : List.of(FileType.FIFO, FileType.SOCKET, FileType.CHAR_DEVICE)) {
            NewInode n = new NewInode(type, 0600, 0, 0, 0, 0, null, null);
            fs.apply(new Mutation.Create(MOUNT, ROOT, FileName.of(type.name()), n));
            assertEquals(type, lookup(ROOT, type.name()).attributes().type());
        }
        long link = fs.symlink(ROOT, "s", "a/../b");
        assertArrayEquals("a/../b".getBytes(StandardCharsets.UTF_8), fs.stat(link).target());
        assertEquals(6, fs.stat(link).size());
    }

    @Test
    void directoriesCountTheirSubdirectoriesAndMoveTheirTimes() {
        long before = fs.stat(ROOT).mtimeNs();
        fs.clock.passMillis(5);
        long d = fs.mkdir(ROOT, "d");
        assertEquals(before + 5_000_000, fs.stat(ROOT).mtimeNs());
        assertEquals(before + 5_000_000, fs.stat(ROOT).ctimeNs());
        assertEquals(3, fs.stat(ROOT).linkCount());
        fs.file(ROOT, "f");
        assertEquals(3, fs.stat(ROOT).linkCount());
        fs.clock.passMillis(5);
        fs.mkdir(d, "e");
        assertEquals(3, fs.stat(d).linkCount());
        assertEquals(before + 5_000_000, fs.stat(ROOT).mtimeNs(), "only the parent is touched");
        fs.clock.passMillis(5);
        fs.rmdir(d, "e");
        assertEquals(2, fs.stat(d).linkCount());
        assertEquals(before + 15_000_000, fs.stat(d).mtimeNs());
    }

    @Test
    void timesDoNotGoBackWhenTheClockDoes() {
        long d = fs.mkdir(ROOT, "d");
        long f = fs.file(d, "f");
        long then = fs.clock.wallNanos();
        fs.clock.stepWallMillis(-60_000);
        fs.file(d, "g");
        assertEquals(then, fs.stat(d).mtimeNs());
        fs.apply(new Mutation.SetAttr(MOUNT, f, 0600, null, null, null, null, null, null));
        assertEquals(then, fs.stat(f).ctimeNs());
    }

    @Test
    void setAttrChangesWhatIsGivenAndNothingElse() {
        long f = fs.file(ROOT, "f", 10);
        Attributes before = fs.stat(f);
        fs.clock.passMillis(3);
        MutationResult r = fs
                .apply(new Mutation.SetAttr(MOUNT, f, 0600, null, 7, 99L, null, 123L, null));
        Attributes after = fs.stat(f);
        assertEquals(new Attributes(f, FileType.FILE, 0600, 0, 7, 1, 99, 0, before.atimeNs(), 123,
                before.ctimeNs() + 3_000_000, before.createdNs(), r.version(), null), after);
        assertEquals(after, r.entry().attributes());
        assertEquals("f", r.entry().name().escaped());
        fs.apply(new Mutation.SetAttr(MOUNT, f, null, null, null, null, null, null, 55L));
        assertEquals(55, fs.stat(f).ctimeNs());
    }

    @Test
    void setAttrOfDirectoriesAndTheRoot() {
        long d = fs.mkdir(ROOT, "d");
        for (long directory : List.of(d, ROOT)) {
            fs.apply(new Mutation.SetAttr(MOUNT, directory, 0700, 1, 2, 512L, 11L, 22L, 33L));
            Attributes a = fs.stat(directory);
            assertEquals(0700, a.mode());
            assertEquals(512, a.size());
            assertEquals(11, a.atimeNs());
            assertEquals(22, a.mtimeNs());
            assertEquals(33, a.ctimeNs());
            fs.apply(new Mutation.SetAttr(MOUNT, directory, null, null, null, null, null, 44L, null));
            assertEquals(44, fs.stat(directory).mtimeNs());
            assertEquals(fs.clock.wallNanos(), fs.stat(directory).ctimeNs());
            assertEquals(0700, fs.stat(directory).mode());
        }
        assertEquals(Reason.NOT_FOUND, refusal(() -> fs.resize(d + 5, 1)));
        long s = fs.symlink(ROOT, "s", "t");
        assertEquals(Reason.INVALID_ARGUMENT, refusal(() -> fs.resize(s, 9)));
        assertEquals(Reason.INVALID_ARGUMENT, refusal(() -> fs.resize(d, -9)));
    }

    @Test
    void linksShareOneInode() {
        long d = fs.mkdir(ROOT, "d");
        long f = fs.file(ROOT, "f", 5);
        fs.clock.passMillis(1);
        MutationResult r = fs.link(f, d, "g");
        assertEquals(2, r.entry().attributes().linkCount());
        assertEquals(fs.clock.wallNanos(), r.entry().attributes().ctimeNs());
        fs.resize(f, 77);
        assertEquals(77, lookup(ROOT, "f").attributes().size());
        assertEquals(lookup(ROOT, "f").attributes(), lookup(d, "g").attributes());
        assertEquals(lookup(ROOT, "f").attributes(), fs.stat(f));
        MutationResult gone = fs.unlink(ROOT, "f");
        assertFalse(gone.inodeRemoved());
        assertEquals(2, gone.entry().attributes().linkCount(), "the entry as it was");
        assertEquals(1, fs.stat(f).linkCount());
        assertArrayEquals("/d/g".getBytes(StandardCharsets.UTF_8), fs.namespace().view(0).pathOf(MOUNT, f));
        assertTrue(fs.unlink(d, "g").inodeRemoved());
        assertEquals(Reason.NOT_FOUND, refusal(() -> fs.stat(f)));
    }

    @Test
    void linkOnWhatIsMissingOrOfTheWrongKind() {
        long d = fs.mkdir(ROOT, "d");
        long f = fs.file(ROOT, "f");
        assertEquals(Reason.IS_A_DIRECTORY, refusal(() -> fs.link(d, ROOT, "x")));
        assertEquals(Reason.IS_A_DIRECTORY, refusal(() -> fs.link(ROOT, d, "x")));
        assertEquals(Reason.NOT_FOUND, refusal(() -> fs.link(f + 1, ROOT, "x")));
        assertEquals(Reason.NOT_FOUND, refusal(() -> fs.link(f, d + (9L << 24), "x")));
        assertEquals(Reason.NOT_A_DIRECTORY, refusal(() -> fs.link(f, f, "x")));
        assertEquals(Reason.ALREADY_EXISTS, refusal(() -> fs.link(f, ROOT, "d")));
        assertEquals(Reason.ALREADY_EXISTS, refusal(() -> fs.link(f, ROOT, "f")));
        assertEquals(1, fs.stat(f).linkCount());
        long s = fs.symlink(ROOT, "s", "f");
        assertEquals(2, fs.link(s, d, "s2").entry().attributes().linkCount());
    }

    @Test
    void unlinkAndRemoveDirEachRefuseTheOther() {
        long d = fs.mkdir(ROOT, "d");
        long f = fs.file(ROOT, "f");
        fs.file(d, "child");
        assertEquals(Reason.IS_A_DIRECTORY, refusal(() -> fs.unlink(ROOT, "d")));
        assertEquals(Reason.NOT_A_DIRECTORY, refusal(() -> fs.rmdir(ROOT, "f")));
        assertEquals(Reason.NOT_EMPTY, refusal(() -> fs.rmdir(ROOT, "d")));
        assertEquals(Reason.NOT_FOUND, refusal(() -> fs.unlink(ROOT, "x")));
        assertEquals(Reason.NOT_FOUND, refusal(() -> fs.rmdir(ROOT, "x")));
        assertEquals(Reason.NOT_A_DIRECTORY, refusal(() -> fs.unlink(f, "x")));
        fs.unlink(d, "child");
        assertEquals(d, fs.rmdir(ROOT, "d").entry().inode());
        assertEquals(Reason.NOT_FOUND, refusal(() -> fs.stat(d)));
        assertEquals(Reason.NOT_FOUND, refusal(() -> fs.file(d, "x")));
        assertEquals(Reason.NOT_FOUND, refusal(() -> fs.namespace().readDir(MOUNT, d, null, 10, 0)));
        assertNotEquals(d, fs.mkdir(ROOT, "d"), "numbers are not used twice");
    }

    @Test
    void pathsFollowSymlinksAsPosixDoes() {
        long a = fs.mkdir(ROOT, "a");
        long b = fs.mkdir(a, "b");
        long f = fs.file(b, "f");
        fs.symlink(a, "up", "..");
        fs.symlink(ROOT, "abs", "/a/b/");
        fs.symlink(b, "rel", "./../b/f");
        fs.symlink(ROOT, "loop", "loop2");
        fs.symlink(ROOT, "loop2", "loop");
        long dangling = fs.symlink(ROOT, "dangling", "nowhere");
        assertEquals(f, path("/a/b/f").inode());
        assertEquals(f, path("//a///b/f").inode());
        assertEquals(b, path("/a/b/").inode());
        assertEquals(f, path("/a/up/a/b/f").inode());
        assertEquals(ROOT, path("/a/up").inode());
        assertEquals(b, path("/abs").inode());
        assertEquals(f, path("/abs/rel").inode());
        assertEquals(FileType.SYMLINK,
                fs.namespace().lookupPath(MOUNT, "/abs".getBytes(StandardCharsets.UTF_8), false, 0)
                        .attributes().type());
        assertEquals(b, fs.namespace().lookupPath(MOUNT, "/abs/".getBytes(StandardCharsets.UTF_8), false, 0).inode());
        assertEquals(dangling,
                fs.namespace().lookupPath(MOUNT, "/dangling".getBytes(StandardCharsets.UTF_8), false, 0).inode());
        assertEquals(Reason.NOT_FOUND, refusal(() -> path("/dangling")));
        assertEquals(Reason.TOO_MANY_SYMLINKS, refusal(() -> path("/loop")));
        assertEquals(Reason.NOT_A_DIRECTORY, refusal(() -> path("/a/b/f/x")));
        assertEquals(Reason.NOT_A_DIRECTORY, refusal(() -> path("/a/b/f/")));
        assertEquals(Reason.NOT_FOUND, refusal(() -> path("/a/c/f")));
        assertEquals(Reason.INVALID_NAME, refusal(() -> path("/a/../a")));
        assertEquals(Reason.INVALID_ARGUMENT, refusal(() -> path("a/b")));
        assertEquals(Reason.INVALID_ARGUMENT, refusal(() -> path("")));
        assertEquals(Reason.PATH_TOO_LONG, refusal(() -> path("/x".repeat(257))));
        assertEquals(Reason.NOT_FOUND, refusal(() -> path("/x".repeat(256))));
        assertEquals(Reason.PATH_TOO_LONG, refusal(() -> path("/" + "x".repeat(4_096))));
        assertEquals(Reason.NAME_TOO_LONG, refusal(() -> path("/" + "x".repeat(256))));
    }

    @Test
    void pagesGoOnWhereTheyEnded() {
        long d = fs.mkdir(ROOT, "d");
        List<String> expected = new ArrayList<>();
        for (int i = 100; i < 125; i++) {
            fs.file(d, "n" + i);
            expected.add("n" + i);
        }
        for (int limit : List.of(1, 7, 24, 25, 26)) {
            List<String> seen = new ArrayList<>();
            FileName after = null;
            do {
                NamePage page = fs.namespace().readDir(MOUNT, d, after, limit, 0);
                assertTrue(page.items().size() <= limit);
                page.items().forEach(i -> seen.add(i.name().escaped()));
                after = page.next();
            } while (after != null);
            assertEquals(expected, seen, "limit " + limit);
        }
        assertEquals(List.of(), fs.namespace().readDirPlus(MOUNT, d, FileName.of("n124"), 5, 0).entries());
        assertNull(fs.namespace().readDirPlus(MOUNT, d, null, 25, 0).next());
        assertEquals(Reason.INVALID_ARGUMENT, refusal(() -> fs.namespace().readDir(MOUNT, d, null, 0, 0)));
        assertEquals(Reason.INVALID_ARGUMENT, refusal(() -> fs.namespace().readDir(MOUNT, d, null, 10_001, 0)));
        long f = fs.file(ROOT, "f");
        assertEquals(Reason.NOT_A_DIRECTORY, refusal(() -> fs.namespace().readDir(MOUNT, f, null, 10, 0)));
    }

    @Test
    void namesAreBytes() {
        byte[] odd = {(byte) 0xFF, 1, '\n', (byte) 0xC3, '\\'};
        fs.apply(new Mutation.Create(MOUNT, ROOT, FileName.of(odd), NewInode.file(0644)));
        assertArrayEquals(odd, fs.namespace().readDir(MOUNT, ROOT, null, 10, 0).items().get(0).name().bytes());
        fs.file(ROOT, "x".repeat(255));
        assertEquals(Reason.NAME_TOO_LONG, refusal(() -> fs.file(ROOT, "x".repeat(256))));
        for (String bad : List.of("", ".", "..", "a/b", "a\0b")) {
            assertEquals(Reason.INVALID_NAME, refusal(() -> fs.file(ROOT, bad)));
        }
    }

    @Test
    void batchesAnswerInOrderWithNullForWhatIsMissing() {
        long d = fs.mkdir(ROOT, "d");
        long f = fs.file(ROOT, "f");
        long g = fs.file(d, "g");
        fs.link(g, ROOT, "g2");
        List<Entry> entries = fs.namespace().batchLookup(MOUNT, ROOT,
                List.of(FileName.of("g2"), FileName.of("no"), FileName.of("d"), FileName.of("f")), 0);
        assertEquals(Arrays.asList(lookup(ROOT, "g2"), null, lookup(ROOT, "d"), lookup(ROOT, "f")), entries);
        assertEquals(Arrays.asList(fs.stat(g), null, fs.stat(ROOT), null, fs.stat(d), fs.stat(f)),
                fs.namespace().batchGetAttr(MOUNT, List.of(g, f + 1, ROOT, 0L, d, f), 0));
    }
}
