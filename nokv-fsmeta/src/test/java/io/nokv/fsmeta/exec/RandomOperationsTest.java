package io.nokv.fsmeta.exec;

import static io.nokv.fsmeta.exec.NamespaceUnderTest.MOUNT;
import static io.nokv.fsmeta.exec.NamespaceUnderTest.ROOT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.nokv.fsmeta.api.Attributes;
import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.api.MutationResult;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.NamespaceTxn;
import io.nokv.fsmeta.api.NamespaceView;
import io.nokv.fsmeta.api.NamespaceView.EntryRange;
import io.nokv.fsmeta.api.NamespaceView.TreeEntry;
import io.nokv.fsmeta.api.Quota;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.api.RequestId;
import io.nokv.fsmeta.api.Rows;
import io.nokv.fsmeta.api.SnapshotInfo;
import io.nokv.fsmeta.fsck.Fsck;
import io.nokv.fsmeta.txn.SeededEntropy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The namespace and {@link ModelFs} get the same operations and must give the same answers, to changes, to reads at the
 * latest version and to reads of snapshots; the check of all rows finds nothing.
 */
class RandomOperationsTest {
    private static final int OPERATIONS = 100_000;
    private static final int RECENT = 40;
    private static final Set<Reason> REFUSALS = EnumSet.of(Reason.NOT_FOUND, Reason.ALREADY_EXISTS,
            Reason.NOT_A_DIRECTORY, Reason.IS_A_DIRECTORY, Reason.NOT_EMPTY, Reason.INTO_ITSELF, Reason.QUOTA_EXCEEDED,
            Reason.INVALID_ARGUMENT);
    private static final int MOST_QUOTAS = 5;

    @ParameterizedTest
    @EnumSource(TestStore.class)
    void theNamespaceDoesWhatAPlainFileSystemDoes(TestStore store) throws Exception {
        Replay.run(getClass(), "theNamespaceDoesWhatAPlainFileSystemDoes", entropy -> {
            try (NamespaceUnderTest fs = store.namespace()) {
                new Run(store, fs, entropy).operations(store == TestStore.KV ? OPERATIONS : OPERATIONS / 5);
            }
        });
    }

    @ParameterizedTest
    @EnumSource(TestStore.class)
    @Tag("slow")
    void theNamespaceDoesWhatAPlainFileSystemDoesForLong(TestStore store) throws Exception {
        Replay.run(getClass(), "theNamespaceDoesWhatAPlainFileSystemDoesForLong", entropy -> {
            for (int i = 0; i < 10; i++) {
                try (NamespaceUnderTest fs = store.namespace()) {
                    new Run(store, fs, entropy).operations(OPERATIONS);
                }
            }
        });
    }

    /** One run; {@link #operations} is the story. */
    private static final class Run {
        private final TestStore store;
        private final NamespaceUnderTest fs;
        private final SeededEntropy entropy;
        private final RandomMutations mutations;
        private final Map<SnapshotInfo, ModelFs> snapshots = new LinkedHashMap<>();
        private final List<String> recent = new ArrayList<>();
        private final ModelFs model;
        private final Set<Reason> refusals = EnumSet.noneOf(Reason.class);
        private long requests;

        Run(TestStore store, NamespaceUnderTest fs, SeededEntropy entropy) {
            this.store = store;
            this.fs = fs;
            this.entropy = entropy;
            this.mutations = new RandomMutations(entropy, MOUNT);
            this.model = ModelFs.of(fs.clock.wallNanos());
        }

        void operations(int count) {
            try {
                for (int i = 0; i < count; i++) {
                    step();
                    if (i % 2_500 == 2_499) {
                        compareEverything();
                    }
                }
                compareEverything();
                assertEquals(REFUSALS, refusals, "which refusals the run met");
            } catch (RuntimeException | Error e) {
                recent.forEach(System.err::println);
                throw e;
            }
        }

        private void step() {
            if (entropy.nextInt(3) > 0) {
                fs.clock.passNanos(entropy.nextInt(2_000_000));
            }
            int roll = entropy.nextInt(1_000);
            if (roll < 700) {
                change(mutations.next(model.size()));
            } else if (roll < 760) {
                transaction();
            } else if (roll < 940) {
                compareSome();
            } else if (roll < 955) {
                quota();
            } else if (roll < 965) {
                snapshot();
            } else if (roll < 999) {
                compareQuotas();
            } else {
                fs.reopen();
                note("reopen");
            }
        }

        private void note(String what) {
            recent.add(what);
            if (recent.size() > RECENT) {
                recent.remove(0);
            }
        }

        private void change(Mutation mutation) {
            note(mutation.toString());
            RequestId id = entropy.nextInt(5) == 0 ? new RequestId(entropy.nextLong(), ++requests) : null;
            MutationResult result = null;
            Reason refused = null;
            try {
                result = fs.namespace().apply(mutation, id);
            } catch (NamespaceException e) {
                refused = e.reason();
            }
            long made = result == null ? 0 : result.entry().inode();
            ModelFs.Outcome expected = model.apply(mutation, fs.clock.wallNanos(), () -> made);
            assertEquals(expected.refused(), refused, () -> "refusal of " + mutation);
            if (refused != null) {
                refusals.add(refused);
            }
            if (result != null) {
                assertEquals(Shape.of(expected.result()), Shape.of(result), () -> "answer to " + mutation);
                learn(mutation, result);
                if (id != null) {
                    MutationResult again = fs.namespace().apply(mutation, id);
                    assertEquals(Shape.of(result), Shape.of(again), "a retry gets the first answer");
                    assertEquals(result.version(), again.version());
                }
            }
        }

        private void learn(Mutation mutation, MutationResult result) {
            if (mutation instanceof Mutation.Create) {
                mutations.made(result.entry().inode(), result.entry().attributes().isDirectory());
            }
        }

        /** Several changes in a transaction of the caller's, some of them undone, committed or not. */
        private void transaction() {
            ModelFs draft = model.copy();
            long now = fs.clock.wallNanos();
            List<Runnable> learned = new ArrayList<>();
            boolean commit = entropy.nextInt(4) > 0;
            try (NamespaceTxn txn = fs.namespace().begin()) {
                int steps = 1 + entropy.nextInt(6);
                int mark = txn.mark();
                ModelFs marked = draft.copy();
                for (int i = 0; i < steps; i++) {
                    Mutation mutation = mutations.next(draft.size());
                    note("in transaction: " + mutation);
                    MutationResult[] result = new MutationResult[1];
                    Reason refused = NamespaceUnderTest.refusal(() -> result[0] = txn.apply(mutation));
                    long made = result[0] == null ? 0 : result[0].entry().inode();
                    ModelFs.Outcome expected = draft.apply(mutation, now, () -> made);
                    assertEquals(expected.refused(), refused, () -> "refusal in a transaction of " + mutation);
                    if (result[0] != null) {
                        assertEquals(Shape.of(expected.result()), Shape.of(result[0]));
                        learned.add(() -> learn(mutation, result[0]));
                    }
                    if (entropy.nextInt(5) == 0) {
                        note("in transaction: rollback to mark");
                        txn.rollbackTo(mark);
                        draft.become(marked.copy());
                        learned.clear();
                    }
                }
                compareTree(draft, txn);
                if (commit) {
                    txn.commit();
                }
            }
            if (commit) {
                model.become(draft);
                learned.forEach(Runnable::run);
            }
            note(commit ? "commit" : "dropped");
        }

        private void quota() {
            boolean many = model.quotas().size() >= MOST_QUOTAS;
            long scope = many ? model.quotas().firstKey() : mutations.directory();
            long bytes = many || entropy.nextInt(3) == 0 ? 0 : entropy.nextInt(8_000);
            long inodes = many || entropy.nextInt(3) == 0 ? 0 : entropy.nextInt(30);
            note("quota of " + scope + " " + bytes + " " + inodes);
            Quota[] set = new Quota[1];
            Reason refused = NamespaceUnderTest
                    .refusal(() -> set[0] = fs.namespace().setQuota(MOUNT, scope, bytes, inodes));
            assertEquals(model.setQuota(scope, bytes, inodes), refused);
            if (refused == null) {
                assertEquals(quotaOf(model, scope, new ModelFs.Limit(bytes, inodes)), set[0]);
            }
        }

        private static Quota quotaOf(ModelFs model, long scope, ModelFs.Limit limit) {
            ModelFs.Used used = model.used(scope);
            return new Quota(MOUNT, scope, limit.bytes(), limit.inodes(), used.bytes(), used.inodes());
        }

        private void compareQuotas() {
            List<Quota> expected = new ArrayList<>();
            model.quotas().forEach((scope, limit) -> expected.add(quotaOf(model, scope, limit)));
            assertEquals(expected, fs.namespace().quotas(MOUNT));
            ModelFs.Used all = model.used(ROOT);
            Quota root = fs.namespace().quota(MOUNT, ROOT);
            assertEquals(all, new ModelFs.Used(root.usedBytes(), root.usedInodes()));
        }

        private void snapshot() {
            if (snapshots.size() < 5) {
                long version = fs.namespace().readVersion();
                SnapshotInfo info = fs.namespace().snapshotSubtree(MOUNT, ROOT, "s" + requests);
                assertEquals(true, info.readVersion() >= version);
                snapshots.put(info, model.copy());
                note("snapshot " + info.readVersion());
                return;
            }
            SnapshotInfo oldest = snapshots.keySet().iterator().next();
            try (NamespaceView view = fs.namespace().view(oldest.readVersion())) {
                compareTree(snapshots.remove(oldest), view);
            }
            fs.namespace().retireSnapshot(MOUNT, oldest.rootInode(), oldest.readVersion());
            store.collect(fs);
            note("retired " + oldest.readVersion());
        }

        /** A few reads, of what is there and what is not. */
        private void compareSome() {
            long inode = mutations.anyInode();
            Attributes[] attributes = new Attributes[1];
            Reason refused = NamespaceUnderTest.refusal(() -> attributes[0] = fs.stat(inode));
            assertEquals(Shape.of(model.attributes(inode)), Shape.of(attributes[0]));
            assertEquals(attributes[0] == null ? Reason.NOT_FOUND : null, refused);
            FileName name = mutations.name();
            Entry[] entry = new Entry[1];
            assertEquals(model.lookupRefusal(inode, name),
                    NamespaceUnderTest.refusal(() -> entry[0] = fs.namespace().lookup(MOUNT, inode, name, 0)));
            Reason notListed = model.directoryRefusal(inode);
            List<Entry> listed = new ArrayList<>();
            assertEquals(notListed, NamespaceUnderTest.refusal(
                    () -> listed.addAll(fs.namespace().readDirPlus(MOUNT, inode, null, 1_000, 0).entries())));
            if (notListed == null) {
                assertEquals(Shape.of(model.list(inode)), Shape.of(listed));
            }
            if (entry[0] != null) {
                assertEquals(true, Shape.of(listed).contains(Shape.of(entry[0])));
            }
        }

        private static <T> List<T> all(Rows<T> rows) {
            List<T> out = new ArrayList<>();
            try (rows) {
                for (T row = rows.next(); row != null; row = rows.next()) {
                    out.add(row);
                }
            }
            return out;
        }

        private static void compareTree(ModelFs expected, NamespaceView view) {
            List<Entry> walked = all(view.walk(MOUNT, ROOT, 0)).stream().map(TreeEntry::entry).toList();
            assertEquals(Shape.of(expected.walk(ROOT)), Shape.of(walked));
        }

        private void compareEverything() {
            try (NamespaceView view = fs.namespace().view(0)) {
                compareTree(model, view);
                List<Entry> entries = all(view.scanEntries(MOUNT, EntryRange.ALL, true));
                assertEquals(Shape.of(model.entries()), Shape.of(entries));
                List<Attributes> inodes = all(view.scanInodes(MOUNT, 0, 0));
                assertEquals(model.inodes().stream().map(i -> Shape.of(model.attributes(i))).toList(),
                        inodes.stream().map(Shape::of).toList());
                for (TreeEntry at : all(view.walk(MOUNT, ROOT, 0))) {
                    byte[] path = new byte[at.path().length + 1];
                    path[0] = '/';
                    System.arraycopy(at.path(), 0, path, 1, at.path().length);
                    assertEquals(Shape.of(at.entry()), Shape.of(view.lookupPath(MOUNT, path, false)));
                    Entry byPath = view.lookupPath(MOUNT, view.pathOf(MOUNT, at.entry().inode()), false);
                    assertEquals(at.entry().inode(), byPath.inode());
                }
            }
            compareQuotas();
            assertEquals(Collections.emptyList(), Fsck.findings(fs.runner.latest(), 10));
            for (Map.Entry<SnapshotInfo, ModelFs> snapshot : snapshots.entrySet()) {
                try (NamespaceView view = fs.namespace().view(snapshot.getKey().readVersion())) {
                    compareTree(snapshot.getValue(), view);
                }
            }
            assertNull(NamespaceUnderTest.refusal(() -> fs.namespace().mounts()));
        }
    }
}
