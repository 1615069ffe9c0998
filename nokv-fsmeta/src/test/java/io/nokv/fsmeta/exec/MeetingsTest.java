package io.nokv.fsmeta.exec;

import static io.nokv.fsmeta.exec.NamespaceUnderTest.MOUNT;
import static io.nokv.fsmeta.exec.NamespaceUnderTest.ROOT;
import static io.nokv.fsmeta.exec.NamespaceUnderTest.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.api.Mutation.RenameMode;
import io.nokv.fsmeta.api.MutationResult;
import io.nokv.fsmeta.api.NewInode;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.api.RequestId;
import io.nokv.fsmeta.fsck.Fsck;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What another change does between the reads of a change and its commit is seen by it, or happens after it. */
@ParameterizedClass
@EnumSource(TestStore.class)
class MeetingsTest {
    private MeanwhileRunner meanwhile;
    private final NamespaceUnderTest fs;

    MeetingsTest(TestStore store) {
        fs = NamespaceUnderTest.open(ports -> {
            meanwhile = new MeanwhileRunner(store.open(ports));
            return meanwhile;
        });
    }

    @AfterEach
    void close() {
        assertEquals(List.of(), Fsck.findings(fs.runner.latest(), 10));
        fs.close();
    }

    private static Mutation.Rename rename(String from, String to, RenameMode mode) {
        return new Mutation.Rename(MOUNT, ROOT, FileName.of(from), MOUNT, ROOT, FileName.of(to), mode);
    }

    @Test
    void aDirectoryThatBecomesAFileIsNoSubtreeAnyMore() {
        fs.mkdir(ROOT, "d");
        meanwhile.beforeNextCommit(() -> {
            fs.rmdir(ROOT, "d");
            fs.file(ROOT, "d");
        });
        assertEquals(Reason.NOT_A_DIRECTORY,
                refusal(() -> fs.namespace().renameSubtree(rename("d", "e", RenameMode.NO_REPLACE), null)));
        assertEquals(Reason.NOT_FOUND, refusal(() -> fs.namespace().lookup(MOUNT, ROOT, FileName.of("e"), 0)));
    }

    @Test
    void aFileThatBecomesADirectoryIsASubtree() {
        fs.file(ROOT, "f");
        assertEquals(Reason.NOT_A_DIRECTORY,
                refusal(() -> fs.namespace().renameSubtree(rename("f", "e", RenameMode.REPLACE), null)));
        fs.unlink(ROOT, "f");
        fs.file(fs.mkdir(ROOT, "f"), "below");
        fs.namespace().renameSubtree(rename("f", "e", RenameMode.REPLACE), null);
        assertEquals("below", fs.namespace().lookupPath(MOUNT, new byte[]{'/', 'e', '/', 'b', 'e', 'l', 'o', 'w'}, true,
                0).name().toString());
    }

    /** The first attempt moved it; that another thing has the old name by now does not matter. */
    @Test
    void aRepeatedSubtreeRenameGetsItsFirstAnswer() {
        fs.mkdir(ROOT, "d");
        RequestId id = new RequestId(4, 4);
        MutationResult first = fs.namespace().renameSubtree(rename("d", "e", RenameMode.NO_REPLACE), id);
        fs.file(ROOT, "d");
        assertEquals(first, fs.namespace().renameSubtree(rename("d", "e", RenameMode.NO_REPLACE), id));
        assertEquals(Reason.REQUEST_ID_REUSED,
                refusal(() -> fs.namespace().apply(rename("d", "e", RenameMode.NO_REPLACE), id)));
    }

    /** One file, two names: renaming one to the other does nothing, but tells the link count. */
    @Test
    void aRenameThatDoesNothingTellsTheStateOfItsTransaction() {
        long file = fs.file(ROOT, "a");
        fs.link(file, ROOT, "b");
        for (RenameMode mode : List.of(RenameMode.REPLACE, RenameMode.EXCHANGE)) {
            long before = fs.stat(file).linkCount();
            meanwhile.beforeNextCommit(() -> fs.link(file, ROOT, "c" + before));
            List<MutationResult> results = fs.namespace().transact(List.of(
                    new Mutation.Create(MOUNT, ROOT, FileName.of("x" + before), NewInode.file(0644)),
                    rename("a", "b", mode)), null);
            assertEquals(before + 1, results.get(1).entry().attributes().linkCount(), mode.toString());
            assertTrue(results.get(0).version() > fs.stat(file).version(), "committed after the link");
        }
    }

    @Test
    void aRenameThatDoesNothingNeedsItsNameToTheEnd() {
        fs.mkdir(ROOT, "d");
        meanwhile.beforeNextCommit(() -> fs.rmdir(ROOT, "d"));
        assertEquals(Reason.NOT_FOUND, refusal(() -> fs.namespace().transact(List.of(
                new Mutation.Create(MOUNT, ROOT, FileName.of("x"), NewInode.file(0644)),
                rename("d", "d", RenameMode.REPLACE)), null)));
        assertEquals(Reason.NOT_FOUND, refusal(() -> fs.namespace().lookup(MOUNT, ROOT, FileName.of("x"), 0)));
    }
}
