package io.nokv.fsmeta.exec;

import static io.nokv.fsmeta.exec.NamespaceUnderTest.MOUNT;
import static io.nokv.fsmeta.exec.NamespaceUnderTest.ROOT;
import static io.nokv.fsmeta.exec.NamespaceUnderTest.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.Mount;
import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.api.NewInode;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.api.SnapshotInfo;
import io.nokv.fsmeta.fsck.Fsck;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Mounts: apart from each other, registered once, retired for good. */
@ParameterizedClass
@EnumSource(TestStore.class)
class MountsTest {
    private final NamespaceUnderTest fs;

    MountsTest(TestStore store) {
        fs = store.namespace();
    }

    @AfterEach
    void close() {
        assertEquals(List.of(), Fsck.findings(fs.runner.latest(), 10));
        fs.close();
    }

    private static Mutation create(String mount, String name) {
        return new Mutation.Create(mount, ROOT, FileName.of(name), NewInode.file(0644));
    }

    @Test
    void mountsAreRegisteredOnceAndListedByName() {
        Mount b = fs.namespace().registerMount("b");
        fs.clock.passMillis(10);
        Mount a = fs.namespace().registerMount("a");
        assertEquals(b, fs.namespace().registerMount("b"), "the same again is answered as it stands");
        assertEquals(List.of(a, b, fs.namespace().mount(MOUNT)), fs.namespace().mounts());
        assertEquals(new Mount("a", ROOT, 1, Mount.State.ACTIVE, fs.clock.wallMillis(), 0), a);
        assertEquals(Reason.MOUNT_NOT_FOUND, refusal(() -> fs.namespace().mount("c")));
    }

    @Test
    void namesOfMountsFitIntoPathsAndUrls() {
        for (String bad : List.of("", ".", "-a", ".a", "a/b", "a:b", "a b", "a;b", "ä", "x".repeat(129))) {
            assertEquals(Reason.INVALID_NAME, refusal(() -> fs.namespace().registerMount(bad)), bad);
        }
        fs.namespace().registerMount("x".repeat(128));
        fs.namespace().registerMount("Data-set_7.v2");
    }

    @Test
    void mountsAreWorldsApart() {
        fs.namespace().registerMount("other");
        long here = fs.file(ROOT, "f");
        fs.namespace().apply(create("other", "f"), null);
        fs.namespace().apply(create("other", "g"), null);
        assertEquals(1, fs.namespace().readDir(MOUNT, ROOT, null, 10, 0).items().size());
        assertEquals(2, fs.namespace().readDir("other", ROOT, null, 10, 0).items().size());
        assertEquals(1, fs.namespace().quota(MOUNT, ROOT).usedInodes());
        assertEquals(Reason.CROSS_MOUNT,
                refusal(() -> fs.apply(new Mutation.Rename(MOUNT, ROOT, FileName.of("f"), "other",
                        ROOT, FileName.of("h"), Mutation.RenameMode.REPLACE))));
        assertEquals(here, fs.namespace().lookup(MOUNT, ROOT, FileName.of("f"), 0).inode());
    }

    @Test
    void aRetiredMountIsReadAndNeverChangedAgain() {
        long d = fs.mkdir(ROOT, "d");
        SnapshotInfo snapshot = fs.namespace().snapshotSubtree(MOUNT, ROOT, "last");
        fs.clock.passMillis(5);
        Mount retired = fs.namespace().retireMount(MOUNT);
        assertEquals(fs.clock.wallMillis(), retired.retiredAtMillis());
        fs.clock.passMillis(5);
        assertEquals(retired, fs.namespace().retireMount(MOUNT));
        assertEquals(d, fs.namespace().lookup(MOUNT, ROOT, FileName.of("d"), 0).inode());
        for (Runnable change : List.<Runnable>of(() -> fs.file(d, "x"), () -> fs.rmdir(ROOT, "d"),
                () -> fs.resize(d, 1),
                () -> fs.namespace().setQuota(MOUNT, d, 1, 1), () -> fs.namespace().snapshotSubtree(MOUNT, d, ""),
                () -> fs.namespace().registerMount(MOUNT), () -> {
                    try (var txn = fs.namespace().begin()) {
                        txn.apply(create(MOUNT, "x"));
                    }
                })) {
            assertEquals(Reason.MOUNT_RETIRED, refusal(change));
        }
        fs.namespace().retireSnapshot(MOUNT, ROOT, snapshot.readVersion());
        fs.reopen();
        assertEquals(List.of(retired), fs.namespace().mounts());
    }

    @Test
    void aTransactionThatSawTheMountActiveDoesNotCommitAfterItsEnd() {
        try (var txn = fs.namespace().begin()) {
            txn.apply(create(MOUNT, "late"));
            fs.namespace().retireMount(MOUNT);
            assertEquals(Reason.CONFLICT, refusal(txn::commit));
        }
        assertEquals(List.of(), fs.namespace().readDir(MOUNT, ROOT, null, 10, 0).items());
    }

    @Test
    void unknownMountsAreRefusedEverywhere() {
        for (Runnable use : List.<Runnable>of(() -> fs.namespace().getAttr("none", ROOT, 0),
                () -> fs.namespace().apply(create("none", "f"), null), () -> fs.namespace().retireMount("none"),
                () -> fs.namespace().setQuota("none", ROOT, 1, 1), () -> fs.namespace().quotas("none"),
                () -> fs.namespace().snapshots("none"), () -> fs.namespace().watch("none", ROOT, 0, 1),
                () -> fs.namespace().readDir("none\0", ROOT, null, 1, 0))) {
            assertEquals(Reason.MOUNT_NOT_FOUND, refusal(use));
        }
    }
}
