package io.nokv.fsmeta.grpc;

import static io.nokv.fsmeta.grpc.Samples.MOUNT;
import static io.nokv.fsmeta.grpc.Samples.ROOT;
import static io.nokv.fsmeta.grpc.Samples.created;
import static io.nokv.fsmeta.grpc.Samples.directory;
import static io.nokv.fsmeta.grpc.Samples.entry;
import static io.nokv.fsmeta.grpc.Samples.file;
import static io.nokv.fsmeta.grpc.Samples.name;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.grpc.MethodDescriptor;
import io.nokv.fsmeta.api.DirPage;
import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.FileType;
import io.nokv.fsmeta.api.Mount;
import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.api.MutationResult;
import io.nokv.fsmeta.api.NamePage;
import io.nokv.fsmeta.api.Namespace.Watch;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.NewInode;
import io.nokv.fsmeta.api.Operation;
import io.nokv.fsmeta.api.Query;
import io.nokv.fsmeta.api.Quota;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.api.RequestId;
import io.nokv.fsmeta.api.SnapshotInfo;
import io.nokv.fsmeta.api.WatchEvent;
import io.nokv.fsmeta.client.NamespaceClient;
import io.nokv.fsmeta.grpc.wire.Rpc;
import io.nokv.fsmeta.grpc.wire.WireRequests;
import io.nokv.proto.fsmeta.v1.FSMetadataGrpc;
import io.nokv.proto.fsmeta.v1.SymlinkRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Each RPC reaches the namespace with its arguments and brings back its answer, and its refusal, both ways of calling. */
class EveryRpcTest {
    private static final RequestId ID = new RequestId(-5, 77);

    /** Asks through one of the doors. */
    private interface Question {
        Object ask(NamespaceClient client, Served served, boolean pipelined) throws Exception;
    }

    /**
     * @param expected what the namespace must be asked
     * @param answer what it says
     * @param value what the asker must get
     */
    private record Scenario(String rpc, RecordingNamespace.Call expected, Object answer, Object value,
            Question question) {}

    private static Scenario scenario(Rpc<?, ?> rpc, RecordingNamespace.Call expected, Object answer,
            Function<NamespaceClient, Object> question) {
        return new Scenario(rpc.name(), expected, answer, answer, (client, _, _) -> question.apply(client));
    }

    private static RecordingNamespace.Call call(String method, Object... arguments) {
        return new RecordingNamespace.Call(method, Arrays.asList(arguments));
    }

    private static Scenario change(Rpc<?, ?> rpc, Mutation mutation, MutationResult result) {
        return scenario(rpc, call("apply", mutation, ID), result, client -> client.apply(mutation, ID));
    }

    private static final List<Scenario> SCENARIOS = scenarios();

    private static List<Scenario> scenarios() {
        List<Scenario> all = new ArrayList<>();
        MutationResult made = created("f", ROOT + 9);
        all.add(change(Rpc.CREATE,
                new Mutation.Create(MOUNT, ROOT, name("f"),
                        new NewInode(FileType.CHAR_DEVICE, 0600, 1, 2, 3, 4, new NewInode.Times(5, 6, 7), null)),
                made));
        all.add(change(Rpc.SET_ATTR, new Mutation.SetAttr(MOUNT, ROOT + 9, 0, null, 7, 0L, null, -1L, null), made));
        all.add(change(Rpc.LINK, new Mutation.Link(MOUNT, ROOT + 9, ROOT, name("g")), made));
        all.add(change(Rpc.UNLINK, new Mutation.Unlink(MOUNT, ROOT, name("f")),
                new MutationResult(3, entry(ROOT, "f", ROOT + 9), null, true)));
        all.add(change(Rpc.REMOVE_DIR, new Mutation.RemoveDir(MOUNT, ROOT, name("d")),
                new MutationResult(3, new Entry(ROOT, name("d"), directory(2 * ROOT)), null, true)));
        all.add(change(Rpc.RENAME,
                new Mutation.Rename(MOUNT, ROOT, name("a"), "other", 2 * ROOT, name("b"), Mutation.RenameMode.REPLACE),
                new MutationResult(3, entry(ROOT, "b", ROOT + 9), entry(ROOT, "b", ROOT + 10), true)));
        Mutation.Rename move = new Mutation.Rename(MOUNT, ROOT, name("a"), MOUNT, 2 * ROOT, name("b"),
                Mutation.RenameMode.EXCHANGE);
        all.add(new Scenario("RenameSubtree", call("renameSubtree", move, ID), made, made,
                (client, _, _) -> client.renameSubtree(move, ID)));
        Mutation.Create link = new Mutation.Create(MOUNT, ROOT, name("s"),
                new NewInode(FileType.SYMLINK, 0777, 8, 9, 6, 0, null, null));
        SymlinkRequest symlink = SymlinkRequest.newBuilder().setMount(MOUNT).setParent(ROOT)
                .setName(ByteString.copyFromUtf8("s")).setTarget(ByteString.copyFromUtf8("target")).setUid(8).setGid(9)
                .setRequestId(WireRequests.id(ID)).build();
        all.add(new Scenario("Symlink", call("apply", link, ID), made, made, (_, served, pipelined) -> {
            var response = pipelined
                    ? Rpc.SYMLINK.response(checked(served.pipelined(Rpc.SYMLINK, symlink)))
                    : served.unary(Rpc.SYMLINK, symlink);
            return io.nokv.fsmeta.grpc.wire.WireValues.result(response);
        }));
        List<Operation> steps = List.of(new Mutation.RemoveDir(MOUNT, ROOT, name("d")),
                new Query.Lookup(MOUNT, Mutation.resultOf(0), name("x")), new Query.GetAttr(MOUNT, ROOT));
        all.add(scenario(Rpc.TRANSACT, call("transact", steps, ID),
                List.of(made, new MutationResult(0, entry(ROOT, "x", ROOT + 1), null, false)),
                client -> client.transact(steps, ID)));
        all.add(scenario(Rpc.LOOKUP, call("lookup", MOUNT, ROOT, name("f"), 12L), entry(ROOT, "f", ROOT + 9),
                client -> client.lookup(MOUNT, ROOT, name("f"), 12)));
        all.add(scenario(Rpc.LOOKUP_PATH, call("lookupPath", MOUNT, "/a/\u00ff", true, 0L),
                entry(ROOT, "f", ROOT + 9),
                client -> client.lookupPath(MOUNT, new byte[]{'/', 'a', '/', (byte) 0xff}, true, 0)));
        all.add(scenario(Rpc.GET_ATTR, call("getAttr", MOUNT, ROOT + 9, -1L), file(ROOT + 9),
                client -> client.getAttr(MOUNT, ROOT + 9, -1)));
        all.add(scenario(Rpc.READ_DIR, call("readDir", MOUNT, ROOT, name("a"), 3, 5L),
                new NamePage(List.of(new NamePage.Item(name("b"), 1, FileType.FIFO),
                        new NamePage.Item(name("c"), 2, FileType.DIRECTORY)), null, 5),
                client -> client.readDir(MOUNT, ROOT, name("a"), 3, 5)));
        all.add(scenario(Rpc.READ_DIR_PLUS, call("readDirPlus", MOUNT, ROOT, null, 2, 0L),
                new DirPage(List.of(entry(ROOT, "b", 1), entry(ROOT, "c", 2)), name("c"), 5),
                client -> client.readDirPlus(MOUNT, ROOT, null, 2, 0)));
        all.add(scenario(Rpc.BATCH_LOOKUP,
                call("batchLookup", MOUNT, ROOT, List.of(name("b"), name("c"), name("d")), 4L),
                Arrays.asList(entry(ROOT, "b", 1), null, entry(ROOT, "d", 2)),
                client -> client.batchLookup(MOUNT, ROOT, List.of(name("b"), name("c"), name("d")), 4)));
        all.add(scenario(Rpc.BATCH_GET_ATTR, call("batchGetAttr", MOUNT, List.of(5L, 6L), 4L),
                Arrays.asList(null, file(6)), client -> client.batchGetAttr(MOUNT, List.of(5L, 6L), 4)));
        all.add(scenario(Rpc.GET_READ_VERSION, call("readVersion"), Long.MIN_VALUE, NamespaceClient::readVersion));
        Mount mount = new Mount(MOUNT, ROOT, 1, Mount.State.ACTIVE, 1234, 0);
        Mount retired = new Mount(MOUNT, ROOT, 1, Mount.State.RETIRED, 1234, 5678);
        all.add(scenario(Rpc.REGISTER_MOUNT, call("registerMount", MOUNT), mount, c -> c.registerMount(MOUNT)));
        all.add(scenario(Rpc.RETIRE_MOUNT, call("retireMount", MOUNT), retired, c -> c.retireMount(MOUNT)));
        all.add(scenario(Rpc.GET_MOUNT, call("mount", MOUNT), mount, c -> c.mount(MOUNT)));
        all.add(scenario(Rpc.LIST_MOUNTS, call("mounts"), List.of(mount, retired), NamespaceClient::mounts));
        Quota quota = new Quota(MOUNT, ROOT, 1, 2, 3, 4);
        all.add(scenario(Rpc.GET_QUOTA_USAGE, call("quota", MOUNT, ROOT), quota, c -> c.quota(MOUNT, ROOT)));
        all.add(scenario(Rpc.SET_QUOTA, call("setQuota", MOUNT, ROOT, 1L, 2L), quota,
                c -> c.setQuota(MOUNT, ROOT, 1, 2)));
        all.add(scenario(Rpc.LIST_QUOTAS, call("quotas", MOUNT), List.of(quota, quota), c -> c.quotas(MOUNT)));
        SnapshotInfo snapshot = new SnapshotInfo(MOUNT, ROOT, 55, "before \u00e4", 66);
        all.add(scenario(Rpc.SNAPSHOT_SUBTREE, call("snapshotSubtree", MOUNT, ROOT, "before \u00e4"), snapshot,
                c -> c.snapshotSubtree(MOUNT, ROOT, "before \u00e4")));
        all.add(scenario(Rpc.RETIRE_SNAPSHOT_SUBTREE, call("retireSnapshot", MOUNT, ROOT, 55L), snapshot,
                c -> c.retireSnapshot(MOUNT, ROOT, 55)));
        all.add(scenario(Rpc.LIST_SNAPSHOTS, call("snapshots", MOUNT), List.of(snapshot), c -> c.snapshots(MOUNT)));
        WatchEvent event = new WatchEvent(18, 5, WatchEvent.Kind.RENAMED_FROM, MOUNT, ROOT, name("a"), 9, 2 * ROOT,
                name("b"));
        all.add(new Scenario("WatchSubtree", call("watch", MOUNT, ROOT, 17L, 10),
                event, event,
                (client, _, _) -> {
                    try (Watch watch = client.watch(MOUNT, ROOT, 17, 10)) {
                        return watch.next(60_000);
                    }
                }));
        return all;
    }

    private static io.nokv.proto.fsmeta.v1.PipelineReply checked(io.nokv.proto.fsmeta.v1.PipelineReply reply) {
        if (reply.hasError()) {
            throw io.nokv.fsmeta.grpc.wire.WireErrors.exception(reply.getError());
        }
        return reply;
    }

    @Test
    void everyMethodOfTheServiceHasAScenarioAndAnEntryInTheTable() {
        Set<String> methods = FSMetadataGrpc.getServiceDescriptor().getMethods().stream()
                .map(MethodDescriptor::getBareMethodName).collect(Collectors.toCollection(TreeSet::new));
        Set<String> tested = SCENARIOS.stream().map(Scenario::rpc).collect(Collectors.toCollection(TreeSet::new));
        tested.add("Pipeline"); // every scenario goes through it, too
        assertEquals(methods, tested);
        assertEquals(methods, Rpc.ALL.stream().map(Rpc::name).collect(Collectors.toCollection(TreeSet::new)));
        assertEquals(methods.size(), Rpc.ALL.size());
        for (Rpc<?, ?> rpc : Rpc.ALL) {
            assertTrue(rpc.maxItems() >= 1, () -> rpc + " has no limit");
            assertEquals(rpc.kind() == Rpc.Kind.STREAM, rpc.callCase() == null, rpc::name);
        }
        assertTrue(methods.size() >= 29, () -> "the promise is wider than " + methods);
    }

    @TestFactory
    List<DynamicTest> answers() {
        return each((scenario, pipelined) -> {
            RecordingNamespace namespace = new RecordingNamespace();
            namespace.answer(
                    _ -> scenario.answer() instanceof WatchEvent event ? new OneEvent(event) : scenario.answer());
            try (Served served = new Served(namespace)) {
                Object got = scenario.question().ask(served.client(pipelined), served, pipelined);
                assertEquals(scenario.value(), got);
            }
            List<RecordingNamespace.Call> asked = List.copyOf(namespace.calls);
            assertEquals(1, asked.size(), asked::toString);
            assertEquals(scenario.expected().toString(), withoutTarget(asked.getFirst().toString()));
        });
    }

    @TestFactory
    List<DynamicTest> refusals() {
        return each((scenario, pipelined) -> {
            RecordingNamespace namespace = new RecordingNamespace();
            namespace.answer(_ -> {
                throw new NamespaceException(Reason.MOUNT_NOT_FOUND, "no mount \"m\" \u20ac");
            });
            try (Served served = new Served(namespace)) {
                NamespaceClient client = served.client(pipelined);
                RuntimeException refusal = assertThrows(RuntimeException.class,
                        () -> scenario.question().ask(client, served, pipelined));
                NamespaceException reason = refusal instanceof NamespaceException known
                        ? known
                        : io.nokv.fsmeta.grpc.wire.WireErrors.exception(io.grpc.Status.fromThrowable(refusal),
                                io.grpc.Status.trailersFromThrowable(refusal));
                assertEquals(Reason.MOUNT_NOT_FOUND, reason.reason());
                assertEquals("no mount \"m\" \u20ac", reason.getMessage());
                RpcStats stats = served.server.metrics().rpcs().stream().filter(s -> s.rpc().equals(scenario.rpc()))
                        .findFirst().orElseThrow();
                assertEquals(1L, stats.failures().get(Reason.MOUNT_NOT_FOUND));
                assertEquals(1L, stats.latency().count());
            }
        });
    }

    @Test
    void aSymlinksTargetAndOddTypesSurvive() {
        RecordingNamespace namespace = new RecordingNamespace();
        byte[] target = {'a', 0, (byte) 0xfe};
        namespace.answer(_ -> new io.nokv.fsmeta.api.Attributes(5, FileType.SYMLINK, 0777, -1, -1, 1, 3, -9, -1, -2, -3,
                -4, -5, target));
        try (Served served = new Served(namespace)) {
            var got = served.client(true).getAttr(MOUNT, 5, 0);
            assertEquals(FileType.SYMLINK, got.type());
            assertEquals(-1, got.uid());
            assertEquals(-9, got.rdev());
            assertEquals(-5, got.version());
            assertTrue(Arrays.equals(target, got.target()));
            namespace.answer(_ -> new Entry(ROOT, null, directory(ROOT)));
            assertNull(served.client(true).lookupPath(MOUNT, new byte[]{'/'}, false, 0).name());
        }
    }

    private interface Check {
        void run(Scenario scenario, boolean pipelined) throws Exception;
    }

    private static List<DynamicTest> each(Check check) {
        List<DynamicTest> tests = new ArrayList<>();
        for (Scenario scenario : SCENARIOS) {
            for (boolean pipelined : new boolean[]{false, true}) {
                tests.add(DynamicTest.dynamicTest(scenario.rpc() + (pipelined ? " pipelined" : " unary"),
                        () -> check.run(scenario, pipelined)));
            }
        }
        return tests;
    }

    /** An array prints its identity. */
    private static String withoutTarget(String call) {
        return call.replaceAll("target=\\[B@[0-9a-f]+", "target=null");
    }

    private static final class OneEvent implements Watch {
        private WatchEvent event;

        OneEvent(WatchEvent event) {
            this.event = event;
        }

        @Override
        public long cursor() {
            return 17;
        }

        @Override
        public synchronized WatchEvent next(long timeoutMillis) {
            WatchEvent out = event;
            event = null;
            return out;
        }

        @Override
        public void close() {}
    }
}
