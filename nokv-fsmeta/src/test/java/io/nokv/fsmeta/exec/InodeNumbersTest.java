package io.nokv.fsmeta.exec;

import static io.nokv.fsmeta.exec.NamespaceUnderTest.MOUNT;
import static io.nokv.fsmeta.exec.NamespaceUnderTest.ROOT;
import static io.nokv.fsmeta.exec.NamespaceUnderTest.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.codec.CounterRecord;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.api.NamespaceTxn;
import io.nokv.fsmeta.api.NewInode;
import io.nokv.fsmeta.fsck.Fsck;
import io.nokv.fsmeta.record.DirectoryState;
import io.nokv.fsmeta.record.Inodes;
import io.nokv.fsmeta.record.Keys;
import io.nokv.fsmeta.txn.Txn;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Numbers of inodes: near their directory, and never twice. */
@ParameterizedClass
@EnumSource(TestStore.class)
class InodeNumbersTest {
    private static final int TRACKED_DIRECTORIES = 3;

    private final NamespaceUnderTest fs;
    private final Set<Long> seen = new HashSet<>();

    InodeNumbersTest(TestStore store) {
        fs = NamespaceUnderTest.open(store::open,
                new ExecutorOptions(64, 200, 4, TRACKED_DIRECTORIES, 900_000, 100, 1 << 20));
    }

    @AfterEach
    void close() {
        assertEquals(List.of(), Fsck.findings(fs.runner.latest(), 10));
        fs.close();
    }

    private long fresh(long inode) {
        assertTrue(seen.add(inode), "number " + inode + " was given out before");
        return inode;
    }

    @Test
    void filesAreNumberedInTheGroupOfTheirDirectory() {
        long d = fresh(fs.mkdir(ROOT, "d"));
        assertEquals(0, Inodes.seq(d));
        for (int i = 1; i <= 5; i++) {
            assertEquals(d + i, fresh(fs.file(d, "f" + i)));
        }
        assertEquals(ROOT + 1, fresh(fs.file(ROOT, "f")));
    }

    @Test
    void numbersOfWhatWasRemovedStayUsedAcrossRestartsAndForgetting() {
        long[] directories = new long[TRACKED_DIRECTORIES + 3];
        for (int i = 0; i < directories.length; i++) {
            directories[i] = fresh(fs.mkdir(ROOT, "d" + i));
        }
        for (int round = 0; round < 4; round++) {
            for (long d : directories) {
                fresh(fs.file(d, "f"));
                fs.unlink(d, "f");
            }
            fs.rmdir(ROOT, "d0");
            directories[0] = fresh(fs.mkdir(ROOT, "d0"));
            if (round % 2 == 1) {
                fs.reopen();
            }
        }
    }

    @Test
    void numbersOfDroppedTransactionsAreNotGivenToLiveOnes() {
        try (NamespaceTxn open = fs.namespace().begin()) {
            long d = fresh(
                    open.apply(new Mutation.Create(MOUNT, ROOT, FileName.of("d"), NewInode.directory(0755))).entry()
                            .inode());
            fresh(open.apply(new Mutation.Create(MOUNT, d, FileName.of("f"), NewInode.file(0644))).entry().inode());
            fresh(open.apply(new Mutation.Create(MOUNT, ROOT, FileName.of("g"), NewInode.file(0644))).entry().inode());
            for (int i = 0; i < TRACKED_DIRECTORIES + 2; i++) {
                fresh(fs.file(fresh(fs.mkdir(ROOT, "other" + i)), "f"));
            }
            fresh(fs.file(ROOT, "h"));
            open.commit();
        }
        fresh(fs.file(ROOT, "i"));
    }

    @Test
    void aDirectoryThatUsedUpItsGroupGoesOnInAnother() {
        long d = fresh(fs.mkdir(ROOT, "d"));
        long last = d + Inodes.SEQ_MASK;
        try (Txn txn = fs.runner.begin()) {
            txn.add(Keys.directory(1, d), List.of(CounterRecord.Delta.set(DirectoryState.NEXT_INODE, last - 1)));
            txn.commit();
        }
        assertEquals(last - 1, fresh(fs.file(d, "a")));
        assertEquals(last, fresh(fs.file(d, "b")));
        long further = fresh(fs.file(d, "c"));
        assertEquals(1, Inodes.seq(further));
        assertTrue(Inodes.group(further) > Inodes.group(d));
        assertEquals(further + 1, fresh(fs.file(d, "e")));
        fs.reopen();
        assertEquals(further + 2, fresh(fs.file(d, "f")));
        assertTrue(Inodes.group(fresh(fs.mkdir(ROOT, "d2"))) > Inodes.group(further));
        assertEquals(List.of("a", "b", "c", "e", "f"), fs.namespace().readDir(MOUNT, d, null, 9, 0).items().stream()
                .map(i -> i.name().escaped()).toList());
        assertEquals(further, fs.namespace().lookup(MOUNT, d, FileName.of("c"), 0).inode());
        fs.link(further, ROOT, "hard");
        fs.unlink(d, "c");
        assertEquals(1, fs.stat(further).linkCount());
    }

    @Test
    void exactlyAtTheBorderARestartFindsTheNextGroup() {
        long d = fresh(fs.mkdir(ROOT, "d"));
        try (Txn txn = fs.runner.begin()) {
            txn.add(Keys.directory(1, d),
                    List.of(CounterRecord.Delta.set(DirectoryState.NEXT_INODE, d + Inodes.SEQ_MASK)));
            txn.commit();
        }
        fresh(fs.file(d, "a"));
        fs.reopen();
        assertEquals(1, Inodes.seq(fresh(fs.file(d, "b"))));
    }

    @Test
    void manyThreadsGetDistinctNumbersWhileDirectoriesAreForgotten() throws Exception {
        long[] directories = new long[8];
        for (int i = 0; i < directories.length; i++) {
            directories[i] = fs.mkdir(ROOT, "d" + i);
        }
        List<Set<Long>> numbers = Together.run(6, i -> {
            Set<Long> mine = new HashSet<>();
            for (int n = 0; n < 60; n++) {
                long d = directories[(n + i) % directories.length];
                mine.add(fs.file(d, "f" + i));
                assertEquals(null, refusal(() -> fs.unlink(d, "f" + i)));
            }
            return mine;
        });
        Set<Long> all = new HashSet<>();
        numbers.forEach(all::addAll);
        assertEquals(360, all.size());
    }
}
