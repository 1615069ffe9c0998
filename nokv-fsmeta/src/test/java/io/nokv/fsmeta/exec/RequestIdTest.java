package io.nokv.fsmeta.exec;

import static io.nokv.fsmeta.exec.NamespaceUnderTest.MOUNT;
import static io.nokv.fsmeta.exec.NamespaceUnderTest.ROOT;
import static io.nokv.fsmeta.exec.NamespaceUnderTest.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.api.MutationResult;
import io.nokv.fsmeta.api.NewInode;
import io.nokv.fsmeta.api.Operation;
import io.nokv.fsmeta.api.Query;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.api.RequestId;
import io.nokv.fsmeta.fsck.Fsck;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A request id makes a change happen once. */
@ParameterizedClass
@EnumSource(TestStore.class)
class RequestIdTest {
    private static final RequestId ID = new RequestId(7, -9);

    private final NamespaceUnderTest fs;

    RequestIdTest(TestStore store) {
        fs = store.namespace();
    }

    @AfterEach
    void close() {
        assertEquals(List.of(), Fsck.findings(fs.runner.latest(), 10));
        fs.close();
    }

    private static Mutation create(String name) {
        return new Mutation.Create(MOUNT, ROOT, FileName.of(name), NewInode.file(0644));
    }

    @Test
    void aRetryGetsTheFirstAnswerEvenWhenTheWorldWentOn() {
        MutationResult first = fs.namespace().apply(create("f"), ID);
        fs.unlink(ROOT, "f");
        fs.clock.passMillis(60_000);
        assertEquals(first, fs.namespace().apply(create("f"), ID));
        assertEquals(Reason.NOT_FOUND, refusal(() -> fs.unlink(ROOT, "f")));
        fs.reopen();
        assertEquals(first, fs.namespace().apply(create("f"), ID), "also after a restart");
    }

    @Test
    void everyKindOfAnswerIsRemembered() {
        long d = fs.mkdir(ROOT, "d");
        long f = fs.file(ROOT, "f", 5);
        fs.symlink(ROOT, "s", "target");
        long low = 0;
        for (Mutation mutation : List.of(
                new Mutation.SetAttr(MOUNT, f, 0600, null, null, 9L, null, null, null),
                new Mutation.SetAttr(MOUNT, ROOT, 0700, null, null, null, null, null, null),
                new Mutation.Link(MOUNT, f, d, FileName.of("g")),
                new Mutation.Rename(MOUNT, ROOT, FileName.of("s"), MOUNT, d, FileName.of("g"),
                        Mutation.RenameMode.EXCHANGE),
                new Mutation.Rename(MOUNT, ROOT, FileName.of("s"), MOUNT, ROOT, FileName.of("t"),
                        Mutation.RenameMode.REPLACE),
                new Mutation.Unlink(MOUNT, d, FileName.of("g")),
                new Mutation.RemoveDir(MOUNT, ROOT, FileName.of("d")))) {
            RequestId id = new RequestId(1, ++low);
            MutationResult first = fs.namespace().apply(mutation, id);
            MutationResult again = fs.namespace().apply(mutation, id);
            assertEquals(Shape.of(first), Shape.of(again));
            assertEquals(first.version(), again.version());
            assertEquals(first.entry().attributes().version(), again.entry().attributes().version());
        }
    }

    @Test
    void anIdBelongsToOneRequest() {
        fs.namespace().apply(create("f"), ID);
        assertEquals(Reason.REQUEST_ID_REUSED, refusal(() -> fs.namespace().apply(create("g"), ID)));
        long d = fs.mkdir(ROOT, "d");
        assertEquals(Reason.REQUEST_ID_REUSED, refusal(
                () -> fs.namespace().apply(new Mutation.Create(MOUNT, d, FileName.of("f"), NewInode.file(0644)), ID)));
        assertEquals(Reason.REQUEST_ID_REUSED,
                refusal(() -> fs.namespace().transact(List.of(create("f"), create("g")), ID)));
    }

    @Test
    void aRefusalIsNotRemembered() {
        fs.file(ROOT, "f");
        assertEquals(Reason.ALREADY_EXISTS, refusal(() -> fs.namespace().apply(create("f"), ID)));
        fs.unlink(ROOT, "f");
        fs.namespace().apply(create("f"), ID);
    }

    @Test
    void answersAreForgottenAfterAQuarterOfAnHour() {
        long first = fs.namespace().apply(create("f"), ID).entry().inode();
        fs.unlink(ROOT, "f");
        fs.clock.passMillis(10 * 60_000);
        assertEquals(first, fs.namespace().apply(create("f"), ID).entry().inode());
        fs.clock.passMillis(6 * 60_000);
        assertNotEquals(first, fs.namespace().apply(create("f"), ID).entry().inode());
    }

    @Test
    void manyAtOnceWithOneIdMakeOneFile() throws Exception {
        for (int round = 0; round < 20; round++) {
            String name = "f" + round;
            RequestId id = new RequestId(round, 1);
            List<MutationResult> answers = Together.run(5, _ -> fs.namespace().apply(create(name), id));
            answers.forEach(answer -> assertEquals(answers.get(0), answer));
        }
    }

    @Test
    void transactionsAreRememberedWhole() {
        List<Operation> steps = List.of(
                new Mutation.Create(MOUNT, ROOT, FileName.of("d"), NewInode.directory(0755)),
                new Mutation.Create(MOUNT, Mutation.resultOf(0), FileName.of("f"), NewInode.file(0600)),
                new Query.Lookup(MOUNT, Mutation.resultOf(0), FileName.of("f")),
                new Query.GetAttr(MOUNT, ROOT),
                new Mutation.Link(MOUNT, Mutation.resultOf(1), ROOT, FileName.of("g")));
        List<MutationResult> first = fs.namespace().transact(steps, ID);
        assertEquals(first.get(1).entry(), first.get(2).entry());
        assertEquals(3, first.get(3).entry().attributes().linkCount());
        assertEquals(first, fs.namespace().transact(steps, ID));
        assertEquals(2, fs.stat(first.get(1).entry().inode()).linkCount());
    }
}
