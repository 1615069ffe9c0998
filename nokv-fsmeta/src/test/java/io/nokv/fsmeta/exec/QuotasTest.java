package io.nokv.fsmeta.exec;

import static io.nokv.fsmeta.exec.NamespaceUnderTest.MOUNT;
import static io.nokv.fsmeta.exec.NamespaceUnderTest.ROOT;
import static io.nokv.fsmeta.exec.NamespaceUnderTest.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.Quota;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.fsck.Fsck;
import io.nokv.fsmeta.record.Keys;
import io.nokv.fsmeta.record.QuotaRecord;
import io.nokv.fsmeta.record.Usage;
import io.nokv.fsmeta.txn.Txn;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Limits and exact usage of directories and everything below. */
@ParameterizedClass
@EnumSource(TestStore.class)
class QuotasTest {
    private final NamespaceUnderTest fs;

    QuotasTest(TestStore store) {
        fs = store.namespace();
    }

    @AfterEach
    void close() {
        assertEquals(List.of(), Fsck.findings(fs.runner.latest(), 10));
        fs.close();
    }

    private String used(long scope) {
        Quota quota = fs.namespace().quota(MOUNT, scope);
        return quota.usedBytes() + " bytes " + quota.usedInodes() + " inodes";
    }

    @Test
    void theWholeMountIsAlwaysCounted() {
        assertEquals("0 bytes 0 inodes", used(ROOT));
        long d = fs.mkdir(ROOT, "d");
        long f = fs.file(d, "f", 100);
        fs.symlink(d, "s", "12345");
        assertEquals("105 bytes 3 inodes", used(ROOT));
        fs.link(f, ROOT, "g");
        assertEquals("105 bytes 3 inodes", used(ROOT), "a hard-linked inode counts once");
        fs.resize(f, 40);
        fs.unlink(d, "s");
        assertEquals("40 bytes 2 inodes", used(ROOT));
        fs.unlink(d, "f");
        assertEquals("40 bytes 2 inodes", used(ROOT));
        fs.unlink(ROOT, "g");
        fs.rmdir(ROOT, "d");
        assertEquals("0 bytes 0 inodes", used(ROOT));
        assertEquals(List.of(), fs.namespace().quotas(MOUNT), "listed are the quotas that were set");
    }

    @Test
    void aQuotaCountsWhatIsThereAndWhatComesAtAnyDepth() {
        long d = fs.mkdir(ROOT, "d");
        long deep = fs.mkdir(fs.mkdir(d, "e"), "deep");
        fs.file(deep, "f", 70);
        assertEquals(new Quota(MOUNT, d, 100, 0, 70, 3), fs.namespace().setQuota(MOUNT, d, 100, 0));
        assertEquals(Reason.QUOTA_EXCEEDED, refusal(() -> fs.file(deep, "g", 31)));
        fs.file(deep, "g", 30);
        assertEquals(Reason.QUOTA_EXCEEDED, refusal(() -> fs.symlink(d, "s", "x")));
        fs.mkdir(deep, "only inodes");
        fs.file(ROOT, "outside", 1_000);
        assertEquals("100 bytes 5 inodes", used(d));
        long g = fs.namespace().lookup(MOUNT, deep, FileName.of("g"), 0).inode();
        assertEquals(Reason.QUOTA_EXCEEDED, refusal(() -> fs.resize(g, 31)));
        fs.resize(g, 29);
        fs.resize(g, 30);
    }

    @Test
    void scopesWithinScopesAllHold() {
        long outer = fs.mkdir(ROOT, "outer");
        long inner = fs.mkdir(outer, "inner");
        fs.namespace().setQuota(MOUNT, outer, 0, 4);
        fs.namespace().setQuota(MOUNT, inner, 0, 2);
        fs.namespace().setQuota(MOUNT, ROOT, 0, 5);
        fs.file(inner, "a");
        fs.file(inner, "b");
        assertEquals(Reason.QUOTA_EXCEEDED, refusal(() -> fs.file(inner, "c")));
        fs.file(outer, "c");
        assertEquals(Reason.QUOTA_EXCEEDED, refusal(() -> fs.file(outer, "d")));
        assertEquals(Reason.QUOTA_EXCEEDED, refusal(() -> fs.rename(outer, "c", inner, "c")));
        fs.rename(inner, "a", outer, "a");
        fs.rename(outer, "c", inner, "c");
        assertEquals(List.of(ROOT, outer, inner),
                fs.namespace().quotas(MOUNT).stream().map(Quota::scope).sorted().toList());
    }

    @Test
    void directoriesTakeTheirUsageAlongWhenTheyMove() {
        long a = fs.mkdir(ROOT, "a");
        long b = fs.mkdir(ROOT, "b");
        long tree = fs.mkdir(a, "tree");
        long leaf = fs.mkdir(tree, "leaf");
        fs.file(tree, "x", 10);
        fs.file(leaf, "y", 20);
        fs.namespace().setQuota(MOUNT, a, 0, 100);
        fs.namespace().setQuota(MOUNT, b, 29, 0);
        assertEquals(Reason.QUOTA_EXCEEDED, refusal(() -> fs.rename(a, "tree", b, "tree")));
        assertEquals("30 bytes 4 inodes", used(a));
        fs.namespace().setQuota(MOUNT, b, 30, 0);
        fs.rename(a, "tree", b, "tree");
        assertEquals("0 bytes 0 inodes", used(a));
        assertEquals("30 bytes 4 inodes", used(b));
        assertEquals(Reason.QUOTA_EXCEEDED, refusal(() -> fs.file(leaf, "z", 1)), "what is below is charged there now");
        fs.rename(b, "tree", ROOT, "tree");
        assertEquals("0 bytes 0 inodes", used(b));
        fs.file(leaf, "z", 1);
    }

    @Test
    void movingWithinAScopeNeverFailsEvenAboveTheLimit() {
        long d = fs.mkdir(ROOT, "d");
        long e = fs.mkdir(d, "e");
        fs.file(d, "f", 50);
        fs.mkdir(d, "g");
        fs.namespace().setQuota(MOUNT, d, 10, 1);
        fs.rename(d, "f", e, "f");
        fs.rename(d, "g", e, "g");
        fs.unlink(e, "f");
        assertEquals("0 bytes 2 inodes", used(d));
        assertEquals(Reason.QUOTA_EXCEEDED, refusal(() -> fs.file(e, "more")),
                "usage above the limit stays, growth is refused");
    }

    @Test
    void removingANameIsNeverRefused() {
        long a = fs.mkdir(ROOT, "a");
        long b = fs.mkdir(ROOT, "b");
        long f = fs.file(a, "f", 100);
        fs.link(f, b, "f");
        fs.namespace().setQuota(MOUNT, a, 1, 0);
        fs.namespace().setQuota(MOUNT, b, 1, 0);
        assertEquals("100 bytes 1 inodes", used(a));
        assertEquals("0 bytes 0 inodes", used(b));
        fs.unlink(a, "f");
        assertEquals("0 bytes 0 inodes", used(a));
        assertEquals("100 bytes 1 inodes", used(b), "the inode is charged where its name is left");
    }

    @Test
    void limitsOfZeroTakeAQuotaAway() {
        long d = fs.mkdir(ROOT, "d");
        fs.file(d, "f", 5);
        fs.namespace().setQuota(MOUNT, d, 1, 1);
        assertEquals(new Quota(MOUNT, d, 0, 0, 5, 1), fs.namespace().setQuota(MOUNT, d, 0, 0));
        assertEquals(Reason.NOT_FOUND, refusal(() -> fs.namespace().quota(MOUNT, d)));
        fs.file(d, "g", 500);
        assertEquals(new Quota(MOUNT, d, 0, 0, 505, 2), fs.namespace().setQuota(MOUNT, d, 0, 0));
        fs.namespace().setQuota(MOUNT, d, 600, 0);
        assertEquals(Reason.QUOTA_EXCEEDED, refusal(() -> fs.file(d, "h", 100)));
    }

    @Test
    void quotasAreOfDirectoriesThatAreThereAndGoWithThem() {
        long f = fs.file(ROOT, "f");
        assertEquals(Reason.NOT_A_DIRECTORY, refusal(() -> fs.namespace().setQuota(MOUNT, f, 1, 1)));
        assertEquals(Reason.NOT_FOUND, refusal(() -> fs.namespace().setQuota(MOUNT, 77L << 24, 1, 1)));
        assertEquals(Reason.INVALID_ARGUMENT, refusal(() -> fs.namespace().setQuota(MOUNT, ROOT, -1, 1)));
        assertEquals(Reason.NOT_A_DIRECTORY, refusal(() -> fs.namespace().quota(MOUNT, f)));
        long d = fs.mkdir(ROOT, "d");
        fs.namespace().setQuota(MOUNT, d, 1, 1);
        fs.rmdir(ROOT, "d");
        assertEquals(List.of(), fs.namespace().quotas(MOUNT));
        assertEquals(Reason.NOT_FOUND, refusal(() -> fs.namespace().quota(MOUNT, d)));
    }

    @Test
    void aRestartFinishesACountThatACrashInterrupted() {
        long d = fs.mkdir(ROOT, "d");
        fs.file(d, "f", 50);
        fs.namespace().setQuota(MOUNT, d, 60, 0);
        try (Txn txn = fs.runner.begin()) {
            txn.put(Keys.quota(1, d), new QuotaRecord(60, 0, true).encode());
            txn.put(Keys.usage(1, d), new Usage(-7, 12).encode());
            byte[] mount = txn.get(Keys.mount(1));
            txn.put(Keys.mount(1), mount);
            txn.commit();
        }
        assertNull(refusal(() -> fs.file(d, "unrefused while counting", 100)));
        assertEquals("150 bytes 2 inodes", used(d), "exact even then");
        fs.reopen();
        assertEquals("150 bytes 2 inodes", used(d));
        assertEquals(Reason.QUOTA_EXCEEDED, refusal(() -> fs.file(d, "g", 1)));
    }
}
