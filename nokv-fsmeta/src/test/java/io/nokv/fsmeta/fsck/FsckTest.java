package io.nokv.fsmeta.fsck;

import static io.nokv.fsmeta.exec.NamespaceUnderTest.ROOT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.codec.CounterRecord;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.FileType;
import io.nokv.fsmeta.exec.NamespaceUnderTest;
import io.nokv.fsmeta.fsck.Finding.Kind;
import io.nokv.fsmeta.record.DentryRecord;
import io.nokv.fsmeta.record.DirectoryState;
import io.nokv.fsmeta.record.FenceRecord;
import io.nokv.fsmeta.record.InodeRecord;
import io.nokv.fsmeta.record.Keys;
import io.nokv.fsmeta.record.QuotaRecord;
import io.nokv.fsmeta.record.RowKind;
import io.nokv.fsmeta.record.Usage;
import io.nokv.fsmeta.txn.Txn;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A small namespace with everything in it; each test breaks one row. */
class FsckTest {
    private static final long M = 1;

    private final NamespaceUnderTest fs = NamespaceUnderTest.open();
    private long d;
    private long e;
    private long f;
    private long h;

    @BeforeEach
    void build() {
        d = fs.mkdir(ROOT, "d");
        e = fs.mkdir(d, "e");
        f = fs.file(d, "f", 10);
        h = fs.file(ROOT, "h", 5);
        fs.link(h, e, "h2");
        fs.namespace().setQuota(NamespaceUnderTest.MOUNT, d, 1_000, 0);
        fs.namespace().snapshotSubtree(NamespaceUnderTest.MOUNT, d, "s");
        fs.symlink(e, "s", "target");
    }

    @AfterEach
    void close() {
        fs.close();
    }

    private Set<Kind> kinds() {
        Set<Kind> kinds = new TreeSet<>();
        Fsck.findings(fs.runner.latest(), 100).forEach(finding -> kinds.add(finding.kind()));
        return kinds;
    }

    private void broken(Consumer<Txn> damage, Kind... expected) {
        try (Txn txn = fs.runner.begin()) {
            damage.accept(txn);
            txn.commit();
        }
        assertEquals(new TreeSet<>(List.of(expected)), kinds());
    }

    private static FileName name(String name) {
        return FileName.of(name);
    }

    @Test
    void aWholeNamespaceHasNoFindingsAndIsCounted() {
        FsckReport report = Fsck.check(fs.runner.latest(), finding -> {
            throw new AssertionError(finding);
        });
        assertTrue(report.clean());
        assertEquals(List.of(1L, 3L, 5L, 6L, 21L),
                List.of(report.mounts(), report.directories(), report.inodes(), report.entries(), report.bytes()));
    }

    @Test
    void anEntryOfNothing() {
        broken(t -> t.delete(Keys.inode(M, f)), Kind.DENTRY_WITHOUT_INODE);
    }

    @Test
    void anInodeWithoutItsEntry() {
        broken(t -> t.delete(Keys.dentry(M, d, name("f"))), Kind.INODE_WITHOUT_DENTRY, Kind.ENTRY_COUNT, Kind.CHARGE,
                Kind.USAGE);
    }

    @Test
    void twoEntriesOfOneFile() {
        broken(t -> {
            t.put(Keys.dentry(M, d, name("f2")), t.get(Keys.dentry(M, d, name("f"))));
            t.add(Keys.directory(M, d), List.of(CounterRecord.Delta.add(DirectoryState.ENTRIES, 1),
                    CounterRecord.Delta.add(DirectoryState.BYTES, 10),
                    CounterRecord.Delta.add(DirectoryState.INODES, 1)));
            for (long scope : List.of(ROOT, d)) {
                t.add(Keys.usage(M, scope),
                        List.of(CounterRecord.Delta.add(Usage.BYTES, 10), CounterRecord.Delta.add(Usage.INODES, 1)));
            }
        }, Kind.DENTRY_DISAGREES);
    }

    @Test
    void aCycle() {
        broken(t -> {
            t.put(Keys.inode(M, d), new InodeRecord.Located(e, name("d")).encode());
            t.put(Keys.dentry(M, e, name("d")), t.get(Keys.dentry(M, ROOT, name("d"))));
            t.delete(Keys.dentry(M, ROOT, name("d")));
        }, Kind.UNREACHABLE, Kind.ENTRY_COUNT, Kind.SUBDIRECTORY_COUNT, Kind.CHARGE, Kind.USAGE);
    }

    @Test
    void aDirectoryWithoutCounters() {
        broken(t -> t.delete(Keys.directory(M, e)), Kind.DIRECTORY_WITHOUT_STATE, Kind.UNREACHABLE, Kind.USAGE);
    }

    @Test
    void countersThatAreOff() {
        broken(t -> t.add(Keys.directory(M, d), List.of(CounterRecord.Delta.add(DirectoryState.ENTRIES, 1))),
                Kind.ENTRY_COUNT);
        broken(t -> t.add(Keys.directory(M, d), List.of(CounterRecord.Delta.add(DirectoryState.ENTRIES, -1),
                CounterRecord.Delta.add(DirectoryState.SUBDIRECTORIES, 1))), Kind.SUBDIRECTORY_COUNT);
        broken(t -> t.add(Keys.directory(M, d), List.of(CounterRecord.Delta.add(DirectoryState.SUBDIRECTORIES, -1),
                CounterRecord.Delta.add(DirectoryState.BYTES, 1))), Kind.CHARGE);
        broken(t -> t.add(Keys.directory(M, d), List.of(CounterRecord.Delta.add(DirectoryState.BYTES, -1))));
    }

    @Test
    void usageThatIsOff() {
        broken(t -> t.add(Keys.usage(M, ROOT), List.of(CounterRecord.Delta.add(Usage.INODES, 1))), Kind.USAGE);
        broken(t -> t.add(Keys.usage(M, ROOT), List.of(CounterRecord.Delta.add(Usage.INODES, -1))));
        broken(t -> t.add(Keys.usage(M, d), List.of(CounterRecord.Delta.add(Usage.BYTES, 1))), Kind.USAGE);
    }

    @Test
    void aLinkCountThatIsOff() {
        InodeRecord.Whole whole = (InodeRecord.Whole) InodeRecord.decode(fs.runner.latest().get(Keys.inode(M, h)));
        broken(t -> t.put(Keys.inode(M, h), new InodeRecord.Whole(whole.body(), 3, ROOT).encode()), Kind.LINK_COUNT);
    }

    @Test
    void aNameThatIsNoEntryAndAHomeWithoutName() {
        broken(t -> {
            t.delete(Keys.dentry(M, ROOT, name("h")));
            t.delete(Keys.linkName(M, h, ROOT, name("h")));
            t.add(Keys.directory(M, ROOT), List.of(CounterRecord.Delta.add(DirectoryState.ENTRIES, -1)));
        }, Kind.LINK_COUNT, Kind.HOME_WITHOUT_NAME);
        broken(t -> t.insert(Keys.linkName(M, h, ROOT, name("h")), t.get(Keys.linkName(M, h, e, name("h2")))),
                Kind.INODE_WITHOUT_DENTRY);
    }

    @Test
    void aRemoteEntryOfAFileThatIsElsewhere() {
        broken(t -> {
            t.put(Keys.dentry(M, e, name("s")), new DentryRecord.Remote(f, FileType.FILE).encode(e));
            t.delete(Keys.inode(M, e + 1));
        }, Kind.DENTRY_DISAGREES, Kind.CHARGE, Kind.USAGE);
    }

    @Test
    void quotasWithoutTheirRows() {
        broken(t -> t.delete(Keys.usage(M, d)), Kind.QUOTA);
        broken(t -> t.delete(Keys.quota(M, d)), Kind.QUOTA);
        broken(t -> t.put(Keys.quota(M, 99L << 24), new QuotaRecord(1, 1, false).encode()), Kind.QUOTA);
        broken(t -> {
            t.delete(Keys.quota(M, 99L << 24));
            t.put(Keys.usage(M, e), Usage.NONE.encode());
        }, Kind.QUOTA);
    }

    @Test
    void numbersThatCouldBeGivenOutAgain() {
        broken(t -> t.put(Keys.groupFence(M), new FenceRecord(2).encode()), Kind.NUMBER_ABOVE_FENCE);
        broken(t -> t.put(Keys.groupFence(M), new FenceRecord(5_000).encode()));
        broken(t -> t.put(Keys.mountFence(), new FenceRecord(1).encode()), Kind.NUMBER_ABOVE_FENCE);
        broken(t -> t.put(Keys.mountFence(), new FenceRecord(2).encode()));
        broken(t -> t.add(Keys.directory(M, d), List.of(CounterRecord.Delta.set(DirectoryState.NEXT_INODE, f))),
                Kind.NUMBER_ABOVE_FENCE);
    }

    @Test
    void damagedAndStrayRows() {
        broken(t -> t.put(Keys.dentry(M, d, name("f")), new byte[]{1, 2, 3}), Kind.DAMAGED_ROW, Kind.ENTRY_COUNT,
                Kind.CHARGE, Kind.USAGE);
        broken(t -> {
            t.put(Keys.dentry(7, ROOT, name("lost")), new byte[]{1});
            t.put(Keys.kindPrefix(M, 5_000, RowKind.XATTR), new byte[]{1});
        }, Kind.DAMAGED_ROW, Kind.ENTRY_COUNT, Kind.CHARGE, Kind.USAGE, Kind.STRAY_ROW, Kind.NUMBER_ABOVE_FENCE);
    }
}
