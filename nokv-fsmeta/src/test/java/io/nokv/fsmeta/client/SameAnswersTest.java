package io.nokv.fsmeta.client;

import static io.nokv.fsmeta.exec.NamespaceUnderTest.MOUNT;
import static io.nokv.fsmeta.exec.NamespaceUnderTest.ROOT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.fsmeta.api.Attributes;
import io.nokv.fsmeta.api.DirPage;
import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.api.MutationResult;
import io.nokv.fsmeta.api.Namespace;
import io.nokv.fsmeta.api.Namespace.Watch;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.NewInode;
import io.nokv.fsmeta.api.Operation;
import io.nokv.fsmeta.api.Query;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.api.RequestId;
import io.nokv.fsmeta.api.SnapshotInfo;
import io.nokv.fsmeta.api.WatchEvent;
import io.nokv.fsmeta.exec.ModelFs;
import io.nokv.fsmeta.exec.NamespaceUnderTest;
import io.nokv.fsmeta.exec.RandomMutations;
import io.nokv.fsmeta.exec.Replay;
import io.nokv.fsmeta.grpc.Served;
import io.nokv.fsmeta.txn.SeededEntropy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real namespace answers a client as it answers an embedded program: changes, reads, refusals, retries, watches. */
class SameAnswersTest {
    private static final int OPERATIONS = 3_000;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void randomOperationsThroughTheNetwork(boolean pipelined) throws Exception {
        Replay.run(getClass(), "randomOperationsThroughTheNetwork", entropy -> {
            try (NamespaceUnderTest fs = NamespaceUnderTest.open(); Served served = new Served(fs.namespace())) {
                new Run(fs, served.client(pipelined), entropy).operations();
            }
        });
    }

    private record Run(NamespaceUnderTest fs, NamespaceClient client, SeededEntropy entropy, RandomMutations mutations,
            ModelFs model) {
        Run(NamespaceUnderTest fs, NamespaceClient client, SeededEntropy entropy) {
            this(fs, client, entropy, new RandomMutations(entropy, MOUNT), ModelFs.of(fs.clock.wallNanos()));
        }

        void operations() {
            for (int i = 0; i < OPERATIONS; i++) {
                fs.clock.passNanos(entropy.nextInt(1_000));
                if (entropy.nextInt(3) > 0) {
                    change(mutations.next());
                } else {
                    read();
                }
            }
        }

        private void change(Mutation mutation) {
            RequestId id = new RequestId(entropy.nextLong(), entropy.nextLong());
            Object answer = outcome(() -> client.apply(mutation, id));
            long made = answer instanceof MutationResult result ? result.entry().inode() : 0;
            ModelFs.Outcome expected = model.apply(mutation, fs.clock.wallNanos(), () -> made);
            if (expected.refused() != null) {
                assertEquals(expected.refused(), answer, mutation::toString);
                return;
            }
            MutationResult result = (MutationResult) answer;
            assertEquals(text(fs.namespace().apply(mutation, id)), text(result), "the embedded retry of " + mutation);
            if (mutation instanceof Mutation.Create) {
                mutations.made(made, result.entry().attributes().isDirectory());
            }
        }

        private void read() {
            long inode = mutations.anyInode();
            FileName name = mutations.name();
            long version = entropy.nextInt(2) == 0 ? 0 : fs.namespace().readVersion();
            int limit = 1 + entropy.nextInt(20);
            FileName after = entropy.nextInt(2) == 0 ? null : mutations.name();
            List<Long> inodes = List.of(inode, ROOT, mutations.anyInode(), 12_345L);
            List<FileName> names = List.of(name, mutations.name());
            byte[] path = ("/" + name.escaped() + "/" + mutations.name().escaped())
                    .getBytes(StandardCharsets.ISO_8859_1);
            same(n -> n.getAttr(MOUNT, inode, version));
            same(n -> n.lookup(MOUNT, inode, name, version));
            same(n -> n.lookupPath(MOUNT, path, true, version));
            same(n -> n.readDirPlus(MOUNT, inode, after, limit, version));
            same(n -> n.readDir(MOUNT, inode, after, limit, version));
            same(n -> n.batchGetAttr(MOUNT, inodes, version));
            same(n -> n.batchLookup(MOUNT, inode, names, version));
            same(n -> n.quota(MOUNT, ROOT));
        }

        private void same(Function<Namespace, Object> question) {
            assertEquals(text(outcome(() -> question.apply(fs.namespace()))),
                    text(outcome(() -> question.apply(client))));
        }
    }

    /** The answer, or the reason of the refusal. */
    private static Object outcome(Supplier<Object> question) {
        try {
            return question.get();
        } catch (NamespaceException e) {
            return e.reason();
        }
    }

    /** A page's version moves with every reading; all else is compared. */
    private static String text(Object value) {
        return switch (value) {
            case null -> "null";
            case List<?> list -> list.stream().map(SameAnswersTest::text).toList().toString();
            case DirPage page -> text(page.entries()) + " next " + page.next();
            case io.nokv.fsmeta.api.NamePage page -> page.items() + " next " + page.next();
            case MutationResult r -> r.version() + " " + text(r.entry()) + " " + text(r.replaced()) + " "
                    + r.inodeRemoved();
            case Entry e -> e.parent() + " " + e.name() + " " + text(e.attributes());
            case Attributes a -> a.toString().replaceAll("\\[B@[0-9a-f]+", "") + Arrays.toString(a.target());
            default -> value.toString();
        };
    }

    @Test
    void refusalsAreTheSameThroughEveryDoor() {
        try (NamespaceUnderTest fs = NamespaceUnderTest.open(); Served served = new Served(fs.namespace())) {
            fs.mkdir(ROOT, "d");
            fs.file(fs.mkdir(ROOT, "full"), "f");
            long file = fs.file(ROOT, "file");
            fs.symlink(ROOT, "loop", "loop");
            fs.namespace().registerMount("old");
            fs.namespace().retireMount("old");
            byte[] deep = "/x".repeat(2_049).getBytes(StandardCharsets.US_ASCII);
            byte[] many = "/x".repeat(257).getBytes(StandardCharsets.US_ASCII);
            List<Function<Namespace, Object>> questions = List.of(n -> n.mount("none"), n -> n.registerMount("a/b"),
                    n -> n.registerMount("old"), n -> n.getAttr("none", ROOT, 0), n -> n.getAttr(MOUNT, 99, 0),
                    n -> n.lookup(MOUNT, file, FileName.of("x"), 0), n -> n.lookup(MOUNT, ROOT, FileName.of("x"), 0),
                    n -> n.lookupPath(MOUNT, deep, false, 0), n -> n.lookupPath(MOUNT, many, false, 0),
                    n -> n.lookupPath(MOUNT, bytes("/loop"), true, 0), n -> n.lookupPath(MOUNT, bytes("x"), true, 0),
                    n -> n.lookupPath(MOUNT, bytes("/file/x"), true, 0),
                    n -> n.lookupPath(MOUNT, bytes("/../x"), true, 0), n -> n.getAttr(MOUNT, ROOT, Long.MAX_VALUE),
                    n -> n.getAttr(MOUNT, ROOT, -1), n -> n.readDir(MOUNT, file, null, 5, 0),
                    n -> n.readDir(MOUNT, ROOT, null, 0, 0), n -> n.readDirPlus(MOUNT, ROOT, null, 10_001, 0),
                    n -> n.apply(new Mutation.Unlink(MOUNT, ROOT, FileName.of("d")), null),
                    n -> n.apply(new Mutation.RemoveDir(MOUNT, ROOT, FileName.of("full")), null),
                    n -> n.apply(new Mutation.RemoveDir(MOUNT, ROOT, FileName.of("file")), null),
                    n -> n.apply(new Mutation.Link(MOUNT, ROOT, ROOT, FileName.of("l")), null),
                    n -> n.apply(rename("d", MOUNT, "full"), null), n -> n.apply(rename("d", "old", "x"), null),
                    n -> n.apply(rename("d", MOUNT, "file"), null),
                    n -> n.apply(new Mutation.Create("old", ROOT, FileName.of("f"), NewInode.file(0644)), null),
                    n -> n.apply(new Mutation.Create(MOUNT, ROOT, FileName.of("s"), NewInode.symlink(new byte[0])),
                            null),
                    n -> n.apply(new Mutation.Create(MOUNT, ROOT, FileName.of("s"), NewInode.symlink(new byte[4_096])),
                            null),
                    n -> n.apply(new Mutation.Create(MOUNT, ROOT, FileName.of("f"), NewInode.file(0x1_0000)), null),
                    n -> n.setQuota(MOUNT, file, 5, 5), n -> n.quota(MOUNT, file),
                    n -> n.snapshotSubtree(MOUNT, file, ""), n -> n.retireSnapshot(MOUNT, ROOT, 5),
                    n -> n.watch(MOUNT, file, 0, 10), n -> n.watch(MOUNT, ROOT, 0, 0),
                    n -> n.setQuota(MOUNT, ROOT, -1, 0), n -> n.setQuota(MOUNT, ROOT, 0, -1),
                    n -> n.snapshotSubtree(MOUNT, ROOT, "l".repeat(5_000)),
                    n -> n.batchGetAttr(MOUNT, Collections.nCopies(10_001, ROOT), 0),
                    n -> n.transact(Collections.nCopies(10_001, new Query.GetAttr(MOUNT, ROOT)), null));
            for (int i = 0; i < questions.size(); i++) {
                int index = i;
                Function<Namespace, Object> question = questions.get(i);
                Object embedded = outcome(() -> question.apply(fs.namespace()));
                assertTrue(embedded instanceof Reason, () -> "question " + index + " is answered: " + embedded);
                assertEquals(embedded, outcome(() -> question.apply(served.client(false))), () -> "question " + index);
                assertEquals(embedded, outcome(() -> question.apply(served.client(true))), () -> "question " + index);
            }
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Mutation rename(String from, String toMount, String to) {
        return new Mutation.Rename(MOUNT, ROOT, FileName.of(from), toMount, ROOT, FileName.of(to),
                Mutation.RenameMode.REPLACE);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aTransactionSpeaksOfWhatItMakes(boolean pipelined) {
        try (NamespaceUnderTest fs = NamespaceUnderTest.open(); Served served = new Served(fs.namespace())) {
            NamespaceClient client = served.client(pipelined);
            List<Operation> steps = List.of(
                    new Mutation.Create(MOUNT, ROOT, FileName.of("d"), NewInode.directory(0755)),
                    new Mutation.Create(MOUNT, Mutation.resultOf(0), FileName.of("f"), NewInode.file(0644)),
                    new Query.Lookup(MOUNT, Mutation.resultOf(0), FileName.of("f")),
                    new Query.GetAttr(MOUNT, Mutation.resultOf(1)));
            RequestId id = new RequestId(1, 2);
            List<MutationResult> results = client.transact(steps, id);
            long directory = results.get(0).entry().inode();
            assertEquals(directory, results.get(1).entry().parent());
            assertEquals(results.get(1).entry().inode(), results.get(2).entry().inode());
            assertEquals(text(results), text(client.transact(steps, id)));
            NamespaceException refusal = assertThrows(NamespaceException.class,
                    () -> client.transact(List.of(new Mutation.Unlink(MOUNT, directory, FileName.of("f")),
                            new Mutation.Unlink(MOUNT, directory, FileName.of("missing"))), null));
            assertEquals(Reason.NOT_FOUND, refusal.reason());
            assertEquals("f", client.lookup(MOUNT, directory, FileName.of("f"), 0).name().toString());
            assertEquals(Reason.REQUEST_ID_REUSED, assertThrows(NamespaceException.class,
                    () -> client.apply(new Mutation.RemoveDir(MOUNT, ROOT, FileName.of("d")), id)).reason());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aChangeWhoseAnswerIsLostHappensOnce(boolean pipelined) throws Exception {
        try (NamespaceUnderTest fs = NamespaceUnderTest.open();
                Served served = new Served(fs.namespace());
                CuttingProxy proxy = new CuttingProxy(served.server.port())) {
            NamespaceClient client = served
                    .client(NamespaceClientOptions.of("127.0.0.1", proxy.port()).withPipelined(pipelined));
            fs.file(ROOT, "a");
            long before = client.readVersion();
            proxy.loseAnswers();
            // A rename repeated blindly would find its source gone.
            CompletableFuture<MutationResult> renamed = client.applyAsync(rename("a", MOUNT, "b"), null);
            io.nokv.fsmeta.grpc.Gate.await("the rename", () -> NamespaceUnderTest
                    .refusal(() -> fs.namespace().lookup(MOUNT, ROOT, FileName.of("a"), 0)) == Reason.NOT_FOUND);
            proxy.cut();
            MutationResult result = renamed.get(60, TimeUnit.SECONDS);
            assertEquals("b", result.entry().name().toString());
            assertTrue(result.version() > before);
            assertEquals(2, proxy.connections());
        }
    }

    @Test
    void aSnapshotStaysAndAPageSequenceDoesNotMove() {
        try (NamespaceUnderTest fs = NamespaceUnderTest.open(); Served served = new Served(fs.namespace())) {
            NamespaceClient client = served.client(true);
            for (int i = 0; i < 100; i++) {
                fs.file(ROOT, "f" + i);
            }
            SnapshotInfo snapshot = client.snapshotSubtree(MOUNT, ROOT, "before");
            assertEquals(List.of(snapshot), client.snapshots(MOUNT));
            List<FileName> seen = new ArrayList<>();
            FileName after = null;
            int pages = 0;
            do {
                DirPage page = client.readDirPlus(MOUNT, ROOT, after, 7, snapshot.readVersion());
                page.entries().forEach(e -> seen.add(e.name()));
                after = page.next();
                fs.unlink(ROOT, "f" + pages++);
                fs.file(ROOT, "new" + pages);
            } while (after != null);
            assertEquals(100, seen.size());
            client.retireSnapshot(MOUNT, ROOT, snapshot.readVersion());
            assertEquals(List.of(), client.snapshots(MOUNT));
            assertEquals(Reason.SNAPSHOT_NOT_FOUND, assertThrows(NamespaceException.class,
                    () -> client.retireSnapshot(MOUNT, ROOT, snapshot.readVersion())).reason());
        }
    }

    @Test
    void aWatchSeesEveryChangeOfItsDirectoryAndIsResumed() {
        try (NamespaceUnderTest fs = NamespaceUnderTest.open(); Served served = new Served(fs.namespace())) {
            NamespaceClient client = served.client(true);
            long cursor;
            try (Watch watch = client.watch(MOUNT, ROOT, 0, 1_000)) {
                fs.file(ROOT, "a");
                WatchEvent made = next(watch, WatchEvent.Kind.CREATED);
                assertEquals("a", made.name().toString());
                cursor = watch.cursor();
            }
            fs.unlink(ROOT, "a");
            try (Watch watch = client.watch(MOUNT, ROOT, cursor, 1_000)) {
                assertEquals("a", next(watch, WatchEvent.Kind.REMOVED).name().toString());
                assertNotEquals(cursor, watch.cursor());
                assertNull(watch.next(0));
            }
        }
    }

    /** The next event of a kind; those of the directory's own attributes may come between. */
    private static WatchEvent next(Watch watch, WatchEvent.Kind kind) {
        WatchEvent event = watch.next(60_000);
        while (event != null && event.kind() != kind) {
            event = watch.next(60_000);
        }
        assertTrue(event != null, "no event of kind " + kind);
        return event;
    }

    @Test
    void aRenamedSubtreeIsADirectory() {
        try (NamespaceUnderTest fs = NamespaceUnderTest.open(); Served served = new Served(fs.namespace())) {
            NamespaceClient client = served.client(true);
            fs.mkdir(ROOT, "d");
            fs.file(ROOT, "f");
            RequestId id = new RequestId(8, 8);
            Mutation.Rename move = new Mutation.Rename(MOUNT, ROOT, FileName.of("d"), MOUNT, ROOT, FileName.of("e"),
                    Mutation.RenameMode.NO_REPLACE);
            assertEquals("e", client.renameSubtree(move, id).entry().name().toString());
            assertEquals("e", client.renameSubtree(move, id).entry().name().toString());
            assertEquals(Reason.NOT_A_DIRECTORY, assertThrows(NamespaceException.class,
                    () -> client.renameSubtree(new Mutation.Rename(MOUNT, ROOT, FileName.of("f"), MOUNT, ROOT,
                            FileName.of("g"), Mutation.RenameMode.REPLACE), null))
                    .reason());
        }
    }
}
