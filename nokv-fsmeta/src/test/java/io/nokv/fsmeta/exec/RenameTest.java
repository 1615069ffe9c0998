package io.nokv.fsmeta.exec;

import static io.nokv.fsmeta.api.Mutation.RenameMode.EXCHANGE;
import static io.nokv.fsmeta.api.Mutation.RenameMode.NO_REPLACE;
import static io.nokv.fsmeta.api.Mutation.RenameMode.REPLACE;
import static io.nokv.fsmeta.exec.NamespaceUnderTest.MOUNT;
import static io.nokv.fsmeta.exec.NamespaceUnderTest.ROOT;
import static io.nokv.fsmeta.exec.NamespaceUnderTest.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.Mutation.RenameMode;
import io.nokv.fsmeta.api.MutationResult;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.fsck.Fsck;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Rename as POSIX and Linux have it, as a table and in stories. */
@ParameterizedClass
@EnumSource(TestStore.class)
class RenameTest {
    private final NamespaceUnderTest fs;

    RenameTest(TestStore store) {
        fs = store.namespace();
    }

    @AfterEach
    void close() {
        assertEquals(List.of(), Fsck.findings(fs.runner.latest(), 10));
        fs.close();
    }

    /** What stands on either side of a rename. */
    private enum Thing {
        MISSING, FILE, SYMLINK, HARD_LINKED, EMPTY_DIRECTORY, FULL_DIRECTORY
    }

    private void make(Thing thing, long parent, String name) {
        switch (thing) {
            case MISSING -> {}
            case FILE -> fs.file(parent, name, 3);
            case SYMLINK -> fs.symlink(parent, name, "t");
            case HARD_LINKED -> fs.link(fs.file(parent, name, 7), parent, name + "-other");
            case EMPTY_DIRECTORY -> fs.mkdir(parent, name);
            case FULL_DIRECTORY -> fs.file(fs.mkdir(parent, name), "child");
        }
    }

    private static Reason expected(Thing from, Thing to, RenameMode mode) {
        boolean fromDirectory = from == Thing.EMPTY_DIRECTORY || from == Thing.FULL_DIRECTORY;
        boolean toDirectory = to == Thing.EMPTY_DIRECTORY || to == Thing.FULL_DIRECTORY;
        if (from == Thing.MISSING) {
            return Reason.NOT_FOUND;
        }
        if (mode == NO_REPLACE) {
            return to == Thing.MISSING ? null : Reason.ALREADY_EXISTS;
        }
        if (mode == EXCHANGE) {
            return to == Thing.MISSING ? Reason.NOT_FOUND : null;
        }
        if (to == Thing.MISSING || !fromDirectory && !toDirectory) {
            return null;
        }
        if (fromDirectory != toDirectory) {
            return fromDirectory ? Reason.NOT_A_DIRECTORY : Reason.IS_A_DIRECTORY;
        }
        return to == Thing.FULL_DIRECTORY ? Reason.NOT_EMPTY : null;
    }

    @Test
    void everyKindOntoEveryKindInEveryMode() {
        int cell = 0;
        for (Thing from : Thing.values()) {
            for (Thing to : Thing.values()) {
                for (RenameMode mode : RenameMode.values()) {
                    for (boolean sameParent : new boolean[]{true, false}) {
                        long left = fs.mkdir(ROOT, "left" + ++cell);
                        long right = sameParent ? left : fs.mkdir(ROOT, "right" + cell);
                        make(from, left, "from");
                        make(to, right, "to");
                        cell(from, to, mode, left, right);
                    }
                }
            }
        }
    }

    private void cell(Thing from, Thing to, RenameMode mode, long left, long right) {
        String what = from + " onto " + to + ", " + mode;
        Entry source = entry(left, "from");
        Entry target = entry(right, "to");
        MutationResult[] result = new MutationResult[1];
        Reason refused = refusal(() -> result[0] = fs.rename(left, "from", right, "to", mode));
        assertEquals(expected(from, to, mode), refused, what);
        if (refused != null) {
            assertEquals(Shape.of(source), Shape.of(entry(left, "from")), what);
            assertEquals(Shape.of(target), Shape.of(entry(right, "to")), what);
            return;
        }
        assertEquals(source.inode(), entry(right, "to").inode(), what);
        assertEquals(Shape.of(entry(right, "to")), Shape.of(result[0].entry()), what);
        if (mode == EXCHANGE) {
            assertEquals(target.inode(), entry(left, "from").inode(), what);
            assertEquals(Shape.of(entry(left, "from")), Shape.of(result[0].replaced()), what);
            assertFalse(result[0].inodeRemoved(), what);
        } else {
            assertNull(entry(left, "from"), what);
            assertEquals(Shape.of(target), Shape.of(result[0].replaced()), what);
            assertEquals(to != Thing.MISSING && to != Thing.HARD_LINKED, result[0].inodeRemoved(), what);
        }
    }

    private Entry entry(long parent, String name) {
        return fs.namespace().batchLookup(MOUNT, parent, List.of(FileName.of(name)), 0).get(0);
    }

    @Test
    void aDirectoryIsNotMovedBelowItself() {
        long a = fs.mkdir(ROOT, "a");
        long b = fs.mkdir(a, "b");
        long c = fs.mkdir(b, "c");
        assertEquals(Reason.INTO_ITSELF, refusal(() -> fs.rename(ROOT, "a", a, "x")));
        assertEquals(Reason.INTO_ITSELF, refusal(() -> fs.rename(ROOT, "a", c, "x")));
        assertEquals(Reason.INTO_ITSELF, refusal(() -> fs.rename(ROOT, "a", b, "c", EXCHANGE)));
        assertEquals(Reason.INTO_ITSELF, refusal(() -> fs.rename(b, "c", ROOT, "a", EXCHANGE)));
        assertEquals(Reason.NOT_EMPTY, refusal(() -> fs.rename(b, "c", ROOT, "a")));
        fs.rename(b, "c", ROOT, "c");
        fs.rename(ROOT, "a", c, "a");
        assertEquals("/c/a/b", new String(fs.namespace().view(0).pathOf(MOUNT, b), StandardCharsets.UTF_8));
    }

    @Test
    void twoNamesOfOneInodeAreLeftAlone() {
        long f = fs.file(ROOT, "f");
        fs.link(f, ROOT, "g");
        long version = fs.stat(f).version();
        MutationResult result = fs.rename(ROOT, "f", ROOT, "g");
        assertEquals("g", result.entry().name().escaped());
        assertNull(result.replaced());
        assertEquals(version, fs.stat(f).version());
        fs.rename(ROOT, "f", ROOT, "f");
        fs.rename(ROOT, "f", ROOT, "g", EXCHANGE);
        assertEquals(2, fs.stat(f).linkCount());
        assertEquals(Reason.ALREADY_EXISTS, refusal(() -> fs.rename(ROOT, "f", ROOT, "f", NO_REPLACE)));
    }

    @Test
    void parentsAreCheckedBeforeNames() {
        long d = fs.mkdir(ROOT, "d");
        long f = fs.file(ROOT, "f");
        assertEquals(Reason.NOT_A_DIRECTORY, refusal(() -> fs.rename(f, "x", d, "x")));
        assertEquals(Reason.NOT_A_DIRECTORY, refusal(() -> fs.rename(ROOT, "x", f, "x")));
        assertEquals(Reason.NOT_FOUND, refusal(() -> fs.rename(ROOT, "f", 99L << 24, "x")));
        assertEquals(Reason.NOT_FOUND, refusal(() -> fs.rename(d, "x", ROOT, "f")));
    }

    @Test
    void timesAndCountsFollow() {
        long a = fs.mkdir(ROOT, "a");
        long b = fs.mkdir(ROOT, "b");
        long sub = fs.mkdir(a, "sub");
        long f = fs.file(a, "f", 4);
        long rootTime = fs.stat(ROOT).mtimeNs();
        fs.clock.passMillis(7);
        long now = fs.clock.wallNanos();
        fs.rename(a, "sub", b, "sub", REPLACE);
        assertEquals(List.of(2L, 3L), List.of(fs.stat(a).linkCount(), fs.stat(b).linkCount()));
        assertEquals(List.of(now, now, now, rootTime), List.of(fs.stat(a).mtimeNs(), fs.stat(b).ctimeNs(),
                fs.stat(sub).ctimeNs(), fs.stat(ROOT).mtimeNs()));
        fs.clock.passMillis(7);
        fs.rename(a, "f", b, "f");
        assertEquals(fs.clock.wallNanos(), fs.stat(f).ctimeNs());
        assertTrue(fs.stat(f).mtimeNs() < now, "a rename is no change of content");
        fs.clock.passMillis(7);
        fs.rename(b, "f", b, "sub", EXCHANGE);
        assertEquals(3, fs.stat(b).linkCount());
        fs.rename(b, "f", ROOT, "b2");
        assertEquals(List.of(2L, 5L), List.of(fs.stat(b).linkCount(), fs.stat(ROOT).linkCount()));
    }
}
