package io.nokv.sim.check;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.nokv.fsmeta.api.Attributes;
import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.FileType;
import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.api.Mutation.RenameMode;
import io.nokv.fsmeta.api.MutationResult;
import io.nokv.fsmeta.api.Namespace;
import io.nokv.fsmeta.api.NewInode;
import io.nokv.fsmeta.api.Reason;
import io.nokv.sim.check.Linearizability.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Histories of a namespace that the checker must explain, and the bugs it must not let pass. */
class NamespaceModelTest {
    private static final long ROOT = Namespace.ROOT_INODE;
    private static final String M = "m";

    private final History<NamespaceCall, NamespaceAnswer> history = new History<>();

    private static FileName name(String text) {
        return FileName.of(text);
    }

    private static Attributes file(long inode, long links) {
        return new Attributes(inode, FileType.FILE, 0644, 0, 0, links, 0, 0, 1, 1, 1, 1, 1, null);
    }

    private static Attributes directory(long inode, long links) {
        return new Attributes(inode, FileType.DIRECTORY, 0755, 0, 0, links, 0, 0, 1, 1, 1, 1, 1, null);
    }

    private int begin(NamespaceCall call) {
        return history.invoke(0, call);
    }

    private void change(Mutation mutation, long parent, String name, Attributes attributes, boolean removed) {
        history.returned(begin(new NamespaceCall.Change(mutation)), changed(parent, name, attributes, removed));
    }

    private static NamespaceAnswer changed(long parent, String name, Attributes attributes, boolean removed) {
        return new NamespaceAnswer.Changed(
                new MutationResult(1, new Entry(parent, name(name), attributes), null, removed));
    }

    private void refused(NamespaceCall call, Reason reason) {
        history.returned(begin(call), new NamespaceAnswer.Refused(reason));
    }

    private static Mutation.Create createFile(long parent, String name) {
        return new Mutation.Create(M, parent, name(name), NewInode.file(0644));
    }

    private void file(long parent, String name, long inode) {
        change(createFile(parent, name), parent, name, file(inode, 1), false);
    }

    private void dir(long parent, String name, long inode) {
        change(new Mutation.Create(M, parent, name(name), NewInode.directory(0755)), parent, name, directory(inode, 2),
                false);
    }

    private void lookup(long parent, String name, Attributes attributes) {
        history.returned(begin(new NamespaceCall.Lookup(parent, name(name))),
                new NamespaceAnswer.Found(new Entry(parent, name(name), attributes)));
    }

    private static Mutation.Rename rename(long from, String name, long to, String newName) {
        return new Mutation.Rename(M, from, name(name), M, to, name(newName), RenameMode.REPLACE);
    }

    private void renamed(long from, String name, long to, String newName, Attributes attributes) {
        change(rename(from, name, to, newName), to, newName, attributes, false);
    }

    private Verdict verdict() {
        return Linearizability.check(new NamespaceModel(Tree.empty(0755, 0, 0)), history.operations(), 100_000);
    }

    private void assertExplained() {
        assertInstanceOf(Verdict.Explained.class, verdict(), verdict()::toString);
    }

    private void assertRejected() {
        assertInstanceOf(Verdict.Violation.class, verdict());
    }

    @Test
    void anOrdinaryMorning() {
        dir(ROOT, "d", 100);
        file(100, "f", 101);
        change(new Mutation.Link(M, 101, ROOT, name("hard")), ROOT, "hard", file(101, 2), false);
        lookup(100, "f", file(101, 2));
        renamed(100, "f", ROOT, "g", file(101, 2));
        refused(new NamespaceCall.Lookup(100, name("f")), Reason.NOT_FOUND);
        change(new Mutation.Unlink(M, ROOT, name("hard")), ROOT, "hard", file(101, 2), false);
        change(new Mutation.RemoveDir(M, ROOT, name("d")), ROOT, "d", directory(100, 2), true);
        history.returned(begin(new NamespaceCall.ReadTree()),
                new NamespaceAnswer.Tree(List.of(new Entry(ROOT, name("g"), file(101, 1)))));
        assertExplained();
    }

    @Test
    void twoCreatesOfOneNameBothSucceed() {
        int first = begin(new NamespaceCall.Change(createFile(ROOT, "f")));
        file(ROOT, "f", 102);
        history.returned(first, changed(ROOT, "f", file(101, 1), false));
        assertRejected();
    }

    @Test
    void anAcknowledgedCreateIsGone() {
        file(ROOT, "f", 101);
        refused(new NamespaceCall.Lookup(ROOT, name("f")), Reason.NOT_FOUND);
        assertRejected();
    }

    @Test
    void aNumberIsGivenTwice() {
        file(ROOT, "f", 101);
        file(ROOT, "g", 101);
        assertRejected();
    }

    @Test
    void twoRenamesMakeACircle() {
        dir(ROOT, "a", 100);
        dir(ROOT, "b", 200);
        int first = begin(new NamespaceCall.Change(rename(ROOT, "a", 200, "a")));
        renamed(ROOT, "b", 100, "b", directory(200, 2));
        history.returned(first, changed(200, "a", directory(100, 2), false));
        assertRejected();
    }

    @Test
    void aFileIsCreatedInADirectoryThatIsRemoved() {
        dir(ROOT, "d", 100);
        int create = begin(new NamespaceCall.Change(createFile(100, "f")));
        change(new Mutation.RemoveDir(M, ROOT, name("d")), ROOT, "d", directory(100, 2), true);
        history.returned(create, changed(100, "f", file(101, 1), false));
        assertRejected();
    }

    @Test
    void aLinkIsNotCounted() {
        file(ROOT, "f", 101);
        int first = begin(new NamespaceCall.Change(new Mutation.Link(M, 101, ROOT, name("a"))));
        change(new Mutation.Link(M, 101, ROOT, name("b")), ROOT, "b", file(101, 2), false);
        history.returned(first, changed(ROOT, "a", file(101, 2), false));
        assertRejected();
    }

    @Test
    void aRenameIsSeenHalf() {
        file(ROOT, "f", 101);
        int rename = begin(new NamespaceCall.Change(rename(ROOT, "f", ROOT, "g")));
        history.returned(begin(new NamespaceCall.ListDirectory(ROOT)), new NamespaceAnswer.Listed(
                List.of(new Entry(ROOT, name("f"), file(101, 1)), new Entry(ROOT, name("g"), file(101, 1)))));
        history.returned(rename, changed(ROOT, "g", file(101, 1), false));
        assertRejected();
    }

    @Test
    void aTransactionIsSeenHalf() {
        int both = begin(new NamespaceCall.Transact(List.of(createFile(ROOT, "a"), createFile(ROOT, "b"))));
        lookup(ROOT, "a", file(101, 1));
        refused(new NamespaceCall.Lookup(ROOT, name("b")), Reason.NOT_FOUND);
        history.returned(both,
                new NamespaceAnswer.Transacted(
                        List.of(new MutationResult(1, new Entry(ROOT, name("a"), file(101, 1)), null, false),
                                new MutationResult(1, new Entry(ROOT, name("b"), file(102, 1)), null, false))));
        assertRejected();
    }

    @Test
    void aTransactionUsesWhatItMadeBefore() {
        NamespaceCall call = new NamespaceCall.Transact(
                List.of(new Mutation.Create(M, ROOT, name("d"), NewInode.directory(0755)),
                        createFile(Mutation.resultOf(0), "f")));
        history.returned(begin(call),
                new NamespaceAnswer.Transacted(
                        List.of(new MutationResult(1, new Entry(ROOT, name("d"), directory(100, 2)), null, false),
                                new MutationResult(1, new Entry(100, name("f"), file(101, 1)), null, false))));
        lookup(100, "f", file(101, 1));
        assertExplained();
    }

    @Test
    void aCreateOfUnknownOutcomeIsRecognisedByItsNumberLater() {
        history.lost(begin(new NamespaceCall.Change(createFile(ROOT, "f"))));
        lookup(ROOT, "f", file(101, 1));
        change(new Mutation.Link(M, 101, ROOT, name("g")), ROOT, "g", file(101, 2), false);
        assertExplained();
    }

    @Test
    void aCreateOfUnknownOutcomeThatVanishesAgainIsRejected() {
        history.lost(begin(new NamespaceCall.Change(createFile(ROOT, "f"))));
        lookup(ROOT, "f", file(101, 1));
        refused(new NamespaceCall.Lookup(ROOT, name("f")), Reason.NOT_FOUND);
        assertRejected();
    }

    @Test
    void aRefusalWithoutReasonIsRejected() {
        refused(new NamespaceCall.Change(createFile(ROOT, "f")), Reason.ALREADY_EXISTS);
        assertRejected();
    }

    @Test
    void aRefusalThatTookEffectIsRejected() {
        refused(new NamespaceCall.Change(createFile(ROOT, "f")), Reason.CONFLICT);
        lookup(ROOT, "f", file(101, 1));
        assertRejected();
    }

    @Test
    void exchangeSwapsAndReplaceRemoves() {
        file(ROOT, "f", 101);
        dir(ROOT, "d", 100);
        change(new Mutation.Rename(M, ROOT, name("f"), M, ROOT, name("d"), RenameMode.EXCHANGE), ROOT, "d",
                file(101, 1), false);
        lookup(ROOT, "f", directory(100, 2));
        file(ROOT, "g", 102);
        renamed(ROOT, "g", ROOT, "d", file(102, 1));
        refused(new NamespaceCall.GetAttr(101), Reason.NOT_FOUND);
        refused(new NamespaceCall.Change(rename(ROOT, "d", ROOT, "f")), Reason.IS_A_DIRECTORY);
        refused(new NamespaceCall.Change(rename(ROOT, "f", 100, "x")), Reason.INTO_ITSELF);
        assertExplained();
    }
}
