package io.nokv.fsmeta.exec;

import static io.nokv.fsmeta.exec.NamespaceUnderTest.MOUNT;
import static io.nokv.fsmeta.exec.NamespaceUnderTest.ROOT;
import static io.nokv.fsmeta.exec.NamespaceUnderTest.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.fsmeta.api.NamespaceView;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.api.SnapshotInfo;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Versions that stay. */
@ParameterizedClass
@EnumSource(TestStore.class)
class SnapshotsTest {
    private final NamespaceUnderTest fs;
    private final TestStore store;

    SnapshotsTest(TestStore store) {
        this.store = store;
        this.fs = store.namespace();
    }

    @AfterEach
    void close() {
        fs.close();
    }

    private List<String> list(long directory, long version) {
        return fs.namespace().readDir(MOUNT, directory, null, 100, version).items().stream()
                .map(i -> i.name().escaped())
                .toList();
    }

    @Test
    void aSnapshotNeverMovesUntilItIsRetired() {
        long d = fs.mkdir(ROOT, "d");
        long f = fs.file(d, "f", 5);
        SnapshotInfo taken = fs.namespace().snapshotSubtree(MOUNT, d, "run 1");
        fs.resize(f, 9);
        fs.unlink(d, "f");
        fs.rmdir(ROOT, "d");
        store.collect(fs);
        assertEquals(List.of("f"), list(d, taken.readVersion()));
        assertEquals(5, fs.namespace().getAttr(MOUNT, f, taken.readVersion()).size());
        assertEquals(List.of(taken), fs.namespace().snapshots(MOUNT));
        fs.reopen();
        fs.file(ROOT, "later");
        store.collect(fs);
        assertEquals(List.of("f"), list(d, taken.readVersion()), "a restart takes the hold again");
        assertEquals(taken, fs.namespace().retireSnapshot(MOUNT, d, taken.readVersion()));
        store.collect(fs);
        assertEquals(Reason.VERSION_TOO_OLD, refusal(() -> list(d, taken.readVersion())));
        assertEquals(Reason.SNAPSHOT_NOT_FOUND,
                refusal(() -> fs.namespace().retireSnapshot(MOUNT, d, taken.readVersion())));
        assertEquals(List.of(), fs.namespace().snapshots(MOUNT));
    }

    @Test
    void theStoreMayMoveItsSafePointAfterTheNamespaceIsClosed() {
        long d = fs.mkdir(ROOT, "d");
        fs.file(d, "f", 5);
        SnapshotInfo taken = fs.namespace().snapshotSubtree(MOUNT, d, "run 1");
        fs.unlink(d, "f");
        fs.namespace().close();
        store.collect(fs);
        fs.reopen();
        assertEquals(List.of("f"), list(d, taken.readVersion()));
    }

    @Test
    void aSnapshotHasEverythingAcknowledgedBefore() throws Exception {
        List<Boolean> complete = Together.run(4, i -> {
            for (int n = 0; n < 20; n++) {
                fs.file(ROOT, "f" + i + "-" + n);
                SnapshotInfo taken = fs.namespace().snapshotSubtree(MOUNT, ROOT, "");
                if (!list(ROOT, taken.readVersion()).contains("f" + i + "-" + n)) {
                    return false;
                }
            }
            return true;
        });
        assertEquals(List.of(true, true, true, true), complete);
        assertEquals(80, fs.namespace().snapshots(MOUNT).size());
    }

    @Test
    void snapshotsAreOfDirectoriesThatAreThere() {
        long f = fs.file(ROOT, "f");
        assertEquals(Reason.NOT_A_DIRECTORY, refusal(() -> fs.namespace().snapshotSubtree(MOUNT, f, "")));
        assertEquals(Reason.NOT_FOUND, refusal(() -> fs.namespace().snapshotSubtree(MOUNT, f + (5L << 24), "")));
        assertEquals(Reason.MOUNT_NOT_FOUND, refusal(() -> fs.namespace().snapshotSubtree("none", ROOT, "")));
        assertEquals(Reason.INVALID_ARGUMENT,
                refusal(() -> fs.namespace().snapshotSubtree(MOUNT, ROOT, "x".repeat(1_025))));
    }

    @Test
    void versionsAreChecked() {
        long now = fs.namespace().readVersion();
        assertEquals(Reason.VERSION_IN_FUTURE, refusal(() -> list(ROOT, now + (1L << 40))));
        assertEquals(Reason.VERSION_IN_FUTURE, refusal(() -> fs.namespace().view(now + (1L << 40)).close()));
        assertEquals(Reason.INVALID_ARGUMENT, refusal(() -> list(ROOT, -1)));
        fs.file(ROOT, "f");
        store.collect(fs);
        assertTrue(fs.namespace().safePoint() > now);
        assertEquals(Reason.VERSION_TOO_OLD, refusal(() -> list(ROOT, now)));
    }

    @Test
    void anOpenViewKeepsItsVersion() {
        fs.file(ROOT, "f");
        try (NamespaceView view = fs.namespace().view(0)) {
            fs.unlink(ROOT, "f");
            store.collect(fs);
            assertEquals(1,
                    view.lookupPath(MOUNT, new byte[]{(byte) 0x2F, (byte) 0x66}, true).attributes().linkCount());
            fs.namespace().registerMount("later");
            assertEquals(Reason.MOUNT_NOT_FOUND, refusal(() -> view.getAttr("later", ROOT)));
            assertEquals(1, view.mounts().size());
        }
    }
}
