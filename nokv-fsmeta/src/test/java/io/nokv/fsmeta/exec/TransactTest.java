package io.nokv.fsmeta.exec;

import static io.nokv.fsmeta.exec.NamespaceUnderTest.MOUNT;
import static io.nokv.fsmeta.exec.NamespaceUnderTest.ROOT;
import static io.nokv.fsmeta.exec.NamespaceUnderTest.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.api.MutationResult;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.NamespaceTxn;
import io.nokv.fsmeta.api.NewInode;
import io.nokv.fsmeta.api.Query;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.fsck.Fsck;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Several changes as one. */
@ParameterizedClass
@EnumSource(TestStore.class)
class TransactTest {
    private final NamespaceUnderTest fs;

    TransactTest(TestStore store) {
        fs = store.namespace();
    }

    @AfterEach
    void close() {
        assertEquals(List.of(), Fsck.findings(fs.runner.latest(), 10));
        fs.close();
    }

    private static Mutation mkdir(long parent, String name) {
        return new Mutation.Create(MOUNT, parent, FileName.of(name), NewInode.directory(0755));
    }

    private static Mutation file(long parent, String name) {
        return new Mutation.Create(MOUNT, parent, FileName.of(name), NewInode.file(0644));
    }

    @Test
    void allStepsOrNone() {
        NamespaceException refused = Assertions.assertThrows(NamespaceException.class, () -> fs.namespace().transact(
                List.of(mkdir(ROOT, "d"), file(Mutation.resultOf(0), "f"), file(Mutation.resultOf(0), "f")), null));
        assertEquals(Reason.ALREADY_EXISTS, refused.reason());
        assertTrue(refused.getMessage().startsWith("step 2: "), refused.getMessage());
        assertEquals(List.of(), fs.namespace().readDir(MOUNT, ROOT, null, 10, 0).items());
    }

    @Test
    void stepsSeeThoseBefore() {
        List<MutationResult> results = fs.namespace().transact(List.of(
                mkdir(ROOT, "d"), file(Mutation.resultOf(0), "f"),
                new Mutation.Rename(MOUNT, Mutation.resultOf(0), FileName.of("f"), MOUNT, ROOT, FileName.of("g"),
                        Mutation.RenameMode.NO_REPLACE),
                new Mutation.RemoveDir(MOUNT, ROOT, FileName.of("d")), new Query.GetAttr(MOUNT, Mutation.resultOf(1))),
                null);
        long version = results.get(0).version();
        results.forEach(r -> assertEquals(version, r.version()));
        assertEquals("g", results.get(4).entry().name().escaped());
        assertEquals(2, fs.stat(ROOT).linkCount());
    }

    @Test
    void referencesReachBackOnly() {
        assertEquals(Reason.INVALID_ARGUMENT,
                refusal(() -> fs.namespace().transact(List.of(file(Mutation.resultOf(0), "f")), null)));
        assertEquals(Reason.INVALID_ARGUMENT, refusal(() -> fs.apply(file(Mutation.resultOf(0), "f"))));
        assertEquals(Reason.TOO_LARGE,
                refusal(() -> fs.namespace().transact(Collections.nCopies(10_001, file(ROOT, "f")), null)));
        assertEquals(List.of(), fs.namespace().transact(List.of(), null));
    }

    @Test
    void aTransactionOfTheCallersReadsItsOwnChanges() {
        try (NamespaceTxn txn = fs.namespace().begin()) {
            long d = txn.apply(mkdir(ROOT, "d")).entry().inode();
            txn.apply(file(d, "f"));
            assertEquals(0, txn.lookup(MOUNT, d, FileName.of("f")).attributes().version());
            assertEquals(3, txn.getAttr(MOUNT, ROOT).linkCount());
            assertEquals(Reason.NOT_FOUND, refusal(() -> fs.stat(d)));
            int mark = txn.mark();
            txn.apply(file(d, "g"));
            assertEquals(Reason.ALREADY_EXISTS, refusal(() -> txn.apply(file(d, "g"))));
            txn.rollbackTo(mark);
            assertEquals(Reason.NOT_FOUND, refusal(() -> txn.lookup(MOUNT, d, FileName.of("g"))));
            long version = txn.commit();
            assertEquals(version, fs.stat(d).version());
            assertEquals(Reason.CLOSED, refusal(() -> txn.getAttr(MOUNT, ROOT)));
        }
        assertEquals(1, fs.namespace().quota(MOUNT, ROOT).usedInodes() - 1);
    }

    @Test
    void aConflictIsTheCallersToRetry() {
        long f = fs.file(ROOT, "f");
        try (NamespaceTxn txn = fs.namespace().begin()) {
            txn.apply(new Mutation.SetAttr(MOUNT, f, 0600, null, null, null, null, null, null));
            fs.apply(new Mutation.SetAttr(MOUNT, f, 0640, null, null, null, null, null, null));
            assertEquals(Reason.CONFLICT, refusal(txn::commit));
        }
        assertEquals(0640, fs.stat(f).mode());
        try (NamespaceTxn txn = fs.namespace().begin()) {
            txn.apply(file(ROOT, "taken"));
            fs.file(ROOT, "taken");
            assertEquals(Reason.CONFLICT, refusal(txn::commit));
        }
    }

    @Test
    void aThousandStepsAreOneVersion() {
        List<Mutation> steps = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            steps.add(file(ROOT, "f" + i));
        }
        List<MutationResult> results = fs.namespace().transact(steps, null);
        assertEquals(1, results.stream().mapToLong(MutationResult::version).distinct().count());
        assertEquals(1_000, fs.namespace().quota(MOUNT, ROOT).usedInodes());
    }
}
