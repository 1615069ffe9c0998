package io.nokv.fsmeta.client;

import static io.nokv.fsmeta.grpc.Samples.MOUNT;
import static io.nokv.fsmeta.grpc.Samples.ROOT;
import static io.nokv.fsmeta.grpc.Samples.created;
import static io.nokv.fsmeta.grpc.Samples.file;
import static io.nokv.fsmeta.grpc.Samples.name;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.api.MutationResult;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.NewInode;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.api.RequestId;
import io.nokv.fsmeta.api.SnapshotInfo;
import io.nokv.fsmeta.grpc.FsmetaGrpcServer;
import io.nokv.fsmeta.grpc.Gate;
import io.nokv.fsmeta.grpc.GrpcServerOptions;
import io.nokv.fsmeta.grpc.RecordingNamespace;
import io.nokv.fsmeta.grpc.Served;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client says when answers, connections or servers are lost: never twice, never a guess. */
class LossTest {
    private final RecordingNamespace namespace = new RecordingNamespace();

    /** Remembers answers under request ids, as the namespace does. */
    private final Map<RequestId, MutationResult> remembered = new ConcurrentHashMap<>();
    private final AtomicInteger done = new AtomicInteger();

    private static final Mutation CREATE = new Mutation.Create(MOUNT, ROOT, name("f"), NewInode.file(0644));

    private MutationResult applyOnce(RecordingNamespace.Call call) {
        return remembered.computeIfAbsent((RequestId) call.arguments().get(1),
                _ -> created("f", ROOT + done.incrementAndGet()));
    }

    private static Reason reasonOf(Runnable call) {
        return assertThrows(NamespaceException.class, call::run).reason();
    }

    private NamespaceClient through(CuttingProxy proxy, Served served, boolean pipelined, int attempts) {
        return served.client(NamespaceClientOptions.of("127.0.0.1", proxy.port()).withPipelined(pipelined)
                .withMaxAttempts(attempts));
    }

    private static <T> CompletableFuture<T> inBackground(Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, task -> Thread.ofVirtual().start(task));
    }

    private static Reason failureOf(CompletableFuture<?> future) {
        CompletionException failure = assertThrows(CompletionException.class,
                () -> future.orTimeout(60, TimeUnit.SECONDS).join());
        if (failure.getCause() instanceof NamespaceException refusal) {
            return refusal.reason();
        }
        throw new AssertionError(failure);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aChangeWhoseAnswerWasLostIsSentAgainAndGetsTheFirstAnswer(boolean pipelined) throws Exception {
        namespace.answer(call -> call.method().equals("apply") ? applyOnce(call) : 5L);
        try (Served served = new Served(namespace); CuttingProxy proxy = new CuttingProxy(served.server.port())) {
            NamespaceClient client = through(proxy, served, pipelined, 5);
            client.readVersion();
            proxy.loseAnswers();
            CompletableFuture<MutationResult> result = inBackground(() -> client.apply(CREATE, null));
            Gate.await("the first attempt to be done", () -> done.get() == 1);
            proxy.cut();
            assertEquals(ROOT + 1, result.orTimeout(60, TimeUnit.SECONDS).join().entry().inode());
            List<RecordingNamespace.Call> attempts = namespace.calls.stream().filter(c -> c.method().equals("apply"))
                    .toList();
            assertEquals(2, attempts.size());
            assertNotNull(attempts.getFirst().arguments().get(1));
            assertEquals(attempts.get(0), attempts.get(1));
            assertEquals(1, done.get());
            assertEquals(2, proxy.connections());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aChangeWhoseAnswersAllGetLostHasAnUnknownOutcome(boolean pipelined) throws Exception {
        namespace.answer(call -> call.method().equals("apply") ? applyOnce(call) : 5L);
        try (Served served = new Served(namespace); CuttingProxy proxy = new CuttingProxy(served.server.port())) {
            NamespaceClient client = through(proxy, served, pipelined, 1);
            client.readVersion();
            proxy.loseAnswers();
            RequestId id = new RequestId(3, 4);
            CompletableFuture<MutationResult> result = inBackground(() -> client.apply(CREATE, id));
            Gate.await("it to be done", () -> done.get() == 1);
            proxy.cut();
            assertEquals(Reason.UNKNOWN_OUTCOME, failureOf(result));
            // The caller kept the id: asking again with it tells what happened.
            assertEquals(ROOT + 1, client.apply(CREATE, id).entry().inode());
            assertEquals(1, done.get());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRefusalThatSaysNothingOfALostAttemptLeavesItsOutcomeUnknown(boolean pipelined) throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        namespace.answer(call -> {
            if (!call.method().equals("apply")) {
                return 5L;
            }
            if (attempts.incrementAndGet() > 1) {
                throw new NamespaceException(Reason.OVERLOADED, "not now");
            }
            return applyOnce(call);
        });
        try (Served served = new Served(namespace); CuttingProxy proxy = new CuttingProxy(served.server.port())) {
            NamespaceClient client = through(proxy, served, pipelined, 5);
            client.readVersion();
            proxy.loseAnswers();
            CompletableFuture<MutationResult> result = inBackground(() -> client.apply(CREATE, null));
            Gate.await("the first attempt to be done", () -> done.get() == 1);
            proxy.cut();
            assertEquals(Reason.UNKNOWN_OUTCOME, failureOf(result));
            // Without a lost attempt before it, the same refusal is just that.
            assertEquals(Reason.OVERLOADED, reasonOf(() -> client.apply(CREATE, null)));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatHasNoRequestIdIsNeverSentTwice(boolean pipelined) throws Exception {
        namespace.answer(call -> {
            if (call.method().equals("snapshotSubtree")) {
                done.incrementAndGet();
                return new SnapshotInfo(MOUNT, ROOT, 7, "", 8);
            }
            return 5L;
        });
        try (Served served = new Served(namespace); CuttingProxy proxy = new CuttingProxy(served.server.port())) {
            NamespaceClient client = through(proxy, served, pipelined, 5);
            client.readVersion();
            proxy.loseAnswers();
            CompletableFuture<SnapshotInfo> result = inBackground(() -> client.snapshotSubtree(MOUNT, ROOT, ""));
            Gate.await("it to be done", () -> done.get() == 1);
            proxy.cut();
            assertEquals(Reason.UNKNOWN_OUTCOME, failureOf(result));
            client.readVersion();
            assertEquals(1, done.get());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aReadIsRepeated(boolean pipelined) throws Exception {
        namespace.answer(call -> {
            done.incrementAndGet();
            return file((Long) call.arguments().get(1));
        });
        try (Served served = new Served(namespace); CuttingProxy proxy = new CuttingProxy(served.server.port())) {
            NamespaceClient client = through(proxy, served, pipelined, 5);
            client.getAttr(MOUNT, 1, 0);
            proxy.loseAnswers();
            CompletableFuture<Long> result = inBackground(() -> client.getAttr(MOUNT, 2, 0).inode());
            Gate.await("the first attempt to be done", () -> done.get() == 2);
            proxy.cut();
            assertEquals(2, result.orTimeout(60, TimeUnit.SECONDS).join());
            assertEquals(3, done.get());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void withoutAServerNothingHappenedAndTheFailureSaysSo(boolean pipelined) throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        NamespaceClientOptions options = NamespaceClientOptions.of("127.0.0.1", port).withPipelined(pipelined)
                .withMaxAttempts(3);
        try (NamespaceClient client = NamespaceClient.connect(options)) {
            assertEquals(Reason.IO_ERROR, reasonOf(() -> client.getAttr(MOUNT, 1, 0)));
            assertEquals(Reason.IO_ERROR, reasonOf(() -> client.apply(CREATE, null)));
            assertEquals(Reason.IO_ERROR, reasonOf(() -> client.snapshotSubtree(MOUNT, ROOT, "")));
            NamespaceException said = assertThrows(NamespaceException.class, client::readVersion);
            assertTrue(said.getMessage().contains("127.0.0.1:" + port), said::getMessage);
            assertTrue(said.getMessage().contains("attempt 3"), said::getMessage);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aKilledServerLeavesChangesUnknownAndReadsFailed(boolean pipelined) throws Exception {
        Gate gate = new Gate();
        namespace.answer(_ -> {
            gate.pass();
            return null;
        });
        Served served = new Served(namespace);
        try (NamespaceClient client = NamespaceClient.connect(served.options(pipelined).withMaxAttempts(2))) {
            CompletableFuture<MutationResult> change = inBackground(() -> client.apply(CREATE, null));
            CompletableFuture<Long> read = inBackground(() -> client.getAttr(MOUNT, 2, 0).inode());
            gate.awaitEntered(2);
            Thread closer = Thread.ofVirtual().start(() -> served.server.close(Duration.ZERO));
            assertEquals(Reason.UNKNOWN_OUTCOME, failureOf(change));
            assertEquals(Reason.IO_ERROR, failureOf(read));
            gate.open(100);
            closer.join();
        } finally {
            served.close();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aServerThatComesBackIsFoundAgain(boolean pipelined) throws Exception {
        namespace.answer(call -> call.method().equals("apply") ? applyOnce(call) : 5L);
        FsmetaGrpcServer first = FsmetaGrpcServer.start(namespace,
                GrpcServerOptions.defaults().toBuilder().port(0).build());
        int port = first.port();
        NamespaceClientOptions options = NamespaceClientOptions.of("127.0.0.1", port).withPipelined(pipelined)
                .withMaxAttempts(20);
        try (NamespaceClient client = NamespaceClient.connect(options)) {
            client.readVersion();
            first.close();
            CompletableFuture<MutationResult> change = inBackground(() -> client.apply(CREATE, null));
            CompletableFuture<Long> read = inBackground(client::readVersion);
            try (FsmetaGrpcServer second = FsmetaGrpcServer.start(namespace,
                    GrpcServerOptions.defaults().toBuilder().port(port).build())) {
                assertEquals(ROOT + 1, change.orTimeout(60, TimeUnit.SECONDS).join().entry().inode());
                assertEquals(5L, read.orTimeout(60, TimeUnit.SECONDS).join());
                assertEquals(1, done.get());
                assertEquals(port, second.port());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aDeadlineEndsReadsWithTimeoutAndChangesWithUnknownOutcome(boolean pipelined) throws Exception {
        Gate gate = new Gate();
        namespace.answer(call -> {
            gate.pass();
            return call.method().equals("apply") ? applyOnce(call) : file(1);
        });
        try (Served served = new Served(namespace)) {
            NamespaceClient client = served
                    .client(served.options(pipelined).withDeadline(Duration.ofMillis(300)));
            assertEquals(Reason.TIMEOUT, reasonOf(() -> client.getAttr(MOUNT, 1, 0)));
            assertEquals(Reason.UNKNOWN_OUTCOME, reasonOf(() -> client.apply(CREATE, null)));
            assertEquals(Reason.TIMEOUT, failureOf(client.getAttrAsync(MOUNT, 1, 0)));
            gate.open(100);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anInterruptEndsTheWait(boolean pipelined) throws Exception {
        Gate gate = new Gate();
        namespace.answer(_ -> {
            gate.pass();
            return null;
        });
        try (Served served = new Served(namespace)) {
            NamespaceClient client = served.client(pipelined);
            for (boolean change : new boolean[]{true, false}) {
                int before = gate.entered();
                CompletableFuture<Void> waiting = new CompletableFuture<>();
                Thread thread = Thread.ofPlatform().start(() -> {
                    try {
                        if (change) {
                            client.apply(CREATE, null);
                        } else {
                            client.getAttr(MOUNT, 1, 0);
                        }
                        waiting.complete(null);
                    } catch (Throwable t) {
                        assertTrue(Thread.currentThread().isInterrupted());
                        waiting.completeExceptionally(new CompletionException(t));
                    }
                });
                gate.awaitEntered(before + 1);
                thread.interrupt();
                assertEquals(change ? Reason.UNKNOWN_OUTCOME : Reason.CANCELLED, failureOf(waiting));
            }
            gate.open(100);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void closingTheClientEndsItsCalls(boolean pipelined) throws Exception {
        Gate gate = new Gate();
        namespace.answer(_ -> {
            gate.pass();
            return null;
        });
        try (Served served = new Served(namespace)) {
            NamespaceClient client = served.client(pipelined);
            CompletableFuture<MutationResult> change = inBackground(() -> client.apply(CREATE, null));
            CompletableFuture<?> read = client.getAttrAsync(MOUNT, 2, 0);
            gate.awaitEntered(2);
            client.close();
            assertEquals(Reason.UNKNOWN_OUTCOME, failureOf(change));
            assertEquals(Reason.CANCELLED, failureOf(read));
            assertEquals(Reason.CLOSED, reasonOf(client::readVersion));
            assertEquals(Reason.CLOSED, reasonOf(() -> client.watch(MOUNT, ROOT, 0, 1)));
            client.close();
            gate.open(100);
        }
    }

    @Test
    void closingTheClientEndsCallsThatWaitForTheirNextAttempt() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        // Many times: the channel is in another state of connecting each time it is closed.
        for (int round = 0; round < 400; round++) {
            NamespaceClient client = NamespaceClient.connect(NamespaceClientOptions.of("127.0.0.1", port)
                    .withPipelined(round % 2 == 0).withMaxAttempts(1_000));
            CompletableFuture<?> change = client.applyAsync(CREATE, null);
            CompletableFuture<?> read = client.getAttrAsync(MOUNT, 1, 0);
            client.close();
            assertEquals(Reason.CANCELLED, failureOf(change)); // never sent: nothing is unknown about it
            assertEquals(Reason.CANCELLED, failureOf(read));
        }
    }
}
