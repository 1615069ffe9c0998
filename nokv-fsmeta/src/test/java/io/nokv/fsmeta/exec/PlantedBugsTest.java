package io.nokv.fsmeta.exec;

import static io.nokv.fsmeta.exec.NamespaceUnderTest.MOUNT;
import static io.nokv.fsmeta.exec.NamespaceUnderTest.ROOT;
import static io.nokv.fsmeta.exec.NamespaceUnderTest.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.fsmeta.api.Quota;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.fsck.Finding;
import io.nokv.fsmeta.fsck.Fsck;
import io.nokv.fsmeta.txn.TxnRunner;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each planted bug, and each meeting of two changes that brings it out: with the bug the check of all rows finds it,
 * without it the same meeting leaves everything whole.
 */
class PlantedBugsTest {
    private MeanwhileRunner meanwhile;

    private NamespaceUnderTest open(TestStore store, PlantedBug bug) {
        return NamespaceUnderTest.open(ports -> {
            TxnRunner runner = store.open(ports);
            meanwhile = new MeanwhileRunner(bug == null ? runner : new PlantedBugRunner(runner, bug));
            return meanwhile;
        });
    }

    private static Set<Finding.Kind> findings(NamespaceUnderTest fs) {
        return Fsck.findings(fs.runner.latest(), 100).stream().map(Finding::kind).collect(Collectors.toSet());
    }

    /** Moves a below b while b is moved below a. */
    private Reason renamesThatMeet(NamespaceUnderTest fs) {
        long a = fs.mkdir(ROOT, "a");
        long b = fs.mkdir(ROOT, "b");
        meanwhile.beforeNextCommit(() -> fs.rename(ROOT, "b", a, "b"));
        return refusal(() -> fs.rename(ROOT, "a", b, "a"));
    }

    @ParameterizedTest
    @EnumSource(TestStore.class)
    void ancestorsCheckedBeforeTheTransaction(TestStore store) {
        try (NamespaceUnderTest fs = open(store, PlantedBug.RENAME_CHECKS_ANCESTORS_BEFORE_THE_TRANSACTION)) {
            assertNull(renamesThatMeet(fs));
            assertTrue(findings(fs).contains(Finding.Kind.UNREACHABLE), findings(fs).toString());
        }
        try (NamespaceUnderTest fs = open(store, null)) {
            assertEquals(Reason.INTO_ITSELF, renamesThatMeet(fs));
            assertEquals(Set.of(), findings(fs));
        }
    }

    /** Links a file twice at once. */
    private void linksThatMeet(NamespaceUnderTest fs) {
        long f = fs.file(ROOT, "f");
        fs.link(f, ROOT, "f1");
        meanwhile.beforeNextCommit(() -> fs.link(f, ROOT, "f2"));
        fs.link(f, ROOT, "f3");
    }

    @ParameterizedTest
    @EnumSource(TestStore.class)
    void linkCountOutsideTheTransaction(TestStore store) {
        try (NamespaceUnderTest fs = open(store, PlantedBug.LINK_COUNT_OUTSIDE_THE_TRANSACTION)) {
            linksThatMeet(fs);
            assertTrue(findings(fs).contains(Finding.Kind.LINK_COUNT), findings(fs).toString());
        }
        try (NamespaceUnderTest fs = open(store, null)) {
            linksThatMeet(fs);
            assertEquals(Set.of(), findings(fs));
        }
    }

    /** Removes a directory while a file is made in it. */
    private Reason createThatMeetsRemoval(NamespaceUnderTest fs) {
        long d = fs.mkdir(ROOT, "d");
        meanwhile.beforeNextCommit(() -> fs.file(d, "f"));
        return refusal(() -> fs.rmdir(ROOT, "d"));
    }

    @ParameterizedTest
    @EnumSource(TestStore.class)
    void directoryRemovedWithoutAnEmptinessGuard(TestStore store) {
        try (NamespaceUnderTest fs = open(store, PlantedBug.DIRECTORY_REMOVED_WITHOUT_AN_EMPTINESS_GUARD)) {
            assertNull(createThatMeetsRemoval(fs));
            assertTrue(findings(fs).contains(Finding.Kind.UNREACHABLE), findings(fs).toString());
        }
        try (NamespaceUnderTest fs = open(store, null)) {
            assertEquals(Reason.NOT_EMPTY, createThatMeetsRemoval(fs));
            assertEquals(Set.of(), findings(fs));
        }
    }

    /** Makes two files of 300 bytes at once where 500 bytes are allowed. */
    private Quota createsThatMeetAQuota(NamespaceUnderTest fs) {
        fs.namespace().setQuota(MOUNT, ROOT, 500, 0);
        meanwhile.beforeNextCommit(() -> fs.file(ROOT, "first", 300));
        refusal(() -> fs.file(ROOT, "second", 300));
        return fs.namespace().quota(MOUNT, ROOT);
    }

    @ParameterizedTest
    @EnumSource(TestStore.class)
    void quotaAddedOutsideTheTransaction(TestStore store) {
        try (NamespaceUnderTest fs = open(store, PlantedBug.QUOTA_ADDED_OUTSIDE_THE_TRANSACTION)) {
            assertEquals(600, createsThatMeetAQuota(fs).usedBytes());
        }
        try (NamespaceUnderTest fs = open(store, null)) {
            assertEquals(300, createsThatMeetAQuota(fs).usedBytes());
            assertEquals(List.of(), Fsck.findings(fs.runner.latest(), 10));
        }
    }
}
