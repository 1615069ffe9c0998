package io.nokv.fsmeta.grpc;

import static io.nokv.fsmeta.grpc.Samples.MOUNT;
import static io.nokv.fsmeta.grpc.Samples.ROOT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.nokv.base.error.NokvException;
import io.nokv.fsmeta.api.Mount;
import io.nokv.fsmeta.api.MutationResult;
import io.nokv.fsmeta.api.Namespace.Watch;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.Operation;
import io.nokv.fsmeta.api.Query;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.api.WatchEvent;
import io.nokv.fsmeta.client.NamespaceClient;
import io.nokv.fsmeta.grpc.wire.Rpc;
import io.nokv.fsmeta.grpc.wire.WireErrors;
import io.nokv.proto.fsmeta.v1.GetMountRequest;
import io.nokv.proto.fsmeta.v1.GetReadVersionRequest;
import io.nokv.proto.fsmeta.v1.PipelineRequest;
import io.nokv.proto.fsmeta.v1.WatchSubtreeRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Every limit of requests at one less, at it, and at one more. Limits of pages and batches are in PagesTest. */
class LimitsTest {
    private static final Mount ANSWER = new Mount("m", ROOT, 1, Mount.State.ACTIVE, 1, 0);

    private final RecordingNamespace namespace = new RecordingNamespace();

    /** A request of exactly so many bytes. */
    private static GetMountRequest sized(int bytes) {
        for (int length = bytes - 8; length < bytes; length++) {
            GetMountRequest request = GetMountRequest.newBuilder().setName("x".repeat(length)).build();
            if (request.getSerializedSize() == bytes) {
                return request;
            }
        }
        throw new AssertionError("no request has " + bytes + " bytes");
    }

    private static Reason reason(StatusRuntimeException e) {
        NamespaceException said = WireErrors.exception(e.getStatus(), e.getTrailers());
        return said == null ? WireErrors.nearest(e.getStatus()) : said.reason();
    }

    @Test
    void aRequestMessage() {
        namespace.answer(_ -> ANSWER);
        for (int limit : new int[]{64 << 10, 4 << 20}) {
            try (Served served = new Served(namespace, o -> o.maxRequestBytes(limit))) {
                served.unary(Rpc.GET_MOUNT, sized(limit - 1));
                served.unary(Rpc.GET_MOUNT, sized(limit));
                int before = namespace.calls.size();
                StatusRuntimeException refusal = assertThrows(StatusRuntimeException.class,
                        () -> served.unary(Rpc.GET_MOUNT, sized(limit + 1)));
                assertEquals(Reason.TOO_LARGE, reason(refusal), refusal::toString);
                assertEquals(before, namespace.calls.size());
                served.unary(Rpc.GET_MOUNT, sized(100));
            }
        }
    }

    @Test
    void theClientRefusesWhatTheServerWouldBeforeSendingIt() {
        namespace.answer(_ -> ANSWER);
        int limit = 10_000;
        try (Served served = new Served(namespace)) {
            for (boolean pipelined : new boolean[]{true, false}) {
                NamespaceClient client = served.client(served.options(pipelined).withMaxRequestBytes(limit));
                client.mount(sized(limit - 1).getName());
                client.mount(sized(limit).getName());
                int before = namespace.calls.size();
                NamespaceException refusal = assertThrows(NamespaceException.class,
                        () -> client.mount(sized(limit + 1).getName()));
                assertEquals(Reason.TOO_LARGE, refusal.reason());
                assertEquals(before, namespace.calls.size());
            }
        }
    }

    @Test
    void theClientsDefaultLimitIsWithinTheServersEvenThroughAPipeline() {
        namespace.answer(_ -> ANSWER);
        try (Served served = new Served(namespace)) {
            NamespaceClient client = served.client(true);
            client.mount(sized(served.options(true).maxRequestBytes()).getName());
            assertEquals(1, namespace.calls.size());
        }
    }

    @Test
    void theHeadersOfACall() {
        namespace.answer(_ -> ANSWER);
        int limit = 16 << 10;
        try (Served served = new Served(namespace, o -> o.maxMetadataBytes(limit))) {
            int accepted = 0;
            int refused = 2 * limit;
            while (refused - accepted > 1) {
                int middle = (accepted + refused) / 2;
                if (headerArrives(served, middle)) {
                    accepted = middle;
                } else {
                    refused = middle;
                }
            }
            // HTTP/2 counts name, value and 32 bytes for each field; gRPC's own fields are a few hundred bytes.
            int edge = accepted;
            assertTrue(edge <= limit && edge > limit - 1_000, () -> "a header of " + edge + " bytes was accepted");
            assertTrue(headerArrives(served, edge - 1));
            assertTrue(headerArrives(served, edge));
            assertFalse(headerArrives(served, edge + 1));
        }
    }

    private static boolean headerArrives(Served served, int bytes) {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("x", Metadata.ASCII_STRING_MARSHALLER), "v".repeat(bytes));
        ManagedChannel channel = served.channel();
        try {
            ClientCalls.blockingUnaryCall(
                    ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers)),
                    Rpc.GET_MOUNT.method(), CallOptions.DEFAULT.withDeadlineAfter(60, TimeUnit.SECONDS), sized(20));
            return true;
        } catch (StatusRuntimeException e) {
            return false;
        } finally {
            channel.shutdownNow();
        }
    }

    @Test
    void theRequestsOfAllConnectionsAtATime() throws Exception {
        Gate gate = new Gate();
        namespace.answer(_ -> {
            gate.pass();
            return 5L;
        });
        int limit = 3;
        try (Served served = new Served(namespace, o -> o.maxRequestsInFlight(limit))) {
            CountDownLatch answered = new CountDownLatch(limit);
            for (int i = 0; i < limit; i++) {
                NamespaceClient client = served.client(i % 2 == 0);
                Thread.ofVirtual().start(() -> {
                    client.readVersion();
                    answered.countDown();
                });
            }
            gate.awaitEntered(limit);
            for (boolean pipelined : new boolean[]{true, false}) {
                NamespaceException refusal = assertThrows(NamespaceException.class,
                        () -> served.client(pipelined).readVersion());
                assertEquals(Reason.OVERLOADED, refusal.reason());
            }
            assertEquals(2, served.server.metrics().refusedByAdmission());
            assertEquals(limit, served.server.metrics().requestsInFlight());
            gate.open(100);
            answered.await();
            assertEquals(5L, served.client(false).readVersion());
        }
        assertEquals(limit, gate.mostInside());
    }

    @Test
    void theStepsOfATransaction() {
        MutationResult result = Samples.created("f", ROOT + 1);
        namespace.answer(call -> Collections.nCopies(((List<?>) call.arguments().getFirst()).size(), result));
        try (Served served = new Served(namespace)) {
            NamespaceClient client = served.client(true);
            for (int count : new int[]{0, 1, 9_999, 10_000}) {
                assertEquals(count, client.transact(steps(count), null).size());
            }
            int before = namespace.calls.size();
            assertEquals(Reason.TOO_LARGE,
                    assertThrows(NamespaceException.class, () -> client.transact(steps(10_001), null)).reason());
            assertEquals(before, namespace.calls.size());
        }
    }

    private static List<Operation> steps(int count) {
        return Collections.nCopies(count, new Query.GetAttr(MOUNT, ROOT));
    }

    @Test
    void theCallsOfOneMessageOfAPipeline() throws Exception {
        namespace.answer(_ -> 5L);
        try (Served served = new Served(namespace)) {
            for (int count : new int[]{1_023, 1_024}) {
                RawPipeline pipeline = served.pipeline();
                pipeline.send(message(count));
                for (int i = 0; i < count; i++) {
                    assertEquals(5, pipeline.reply().getReadVersion().getVersion());
                }
                assertTrue(pipeline.finish().status().isOk());
            }
            int before = namespace.calls.size();
            RawPipeline pipeline = served.pipeline();
            pipeline.send(message(1_025));
            assertEquals(Reason.TOO_LARGE, pipeline.end().reason().reason());
            assertFalse(pipeline.hasReply());
            assertEquals(before, namespace.calls.size());
        }
    }

    private static PipelineRequest message(int calls) {
        PipelineRequest.Builder out = PipelineRequest.newBuilder();
        for (int i = 0; i < calls; i++) {
            out.addCalls(Rpc.GET_READ_VERSION.call(i, GetReadVersionRequest.getDefaultInstance()));
        }
        return out.build();
    }

    @Test
    void theUnansweredCallsOfAPipeline() throws Exception {
        Gate gate = new Gate();
        namespace.answer(_ -> {
            gate.pass();
            return 5L;
        });
        int limit = 4;
        try (Served served = new Served(namespace, o -> o.maxPipelineCallsInFlight(limit))) {
            RawPipeline pipeline = served.pipeline();
            for (int i = 0; i < limit - 1; i++) {
                pipeline.send(message(1));
            }
            gate.awaitEntered(limit - 1);
            assertEquals(0, served.server.metrics().pipelinePauses());
            for (int i = 0; i < 20; i++) {
                pipeline.send(message(1));
            }
            gate.awaitEntered(limit);
            Gate.await("the pause", () -> served.server.metrics().pipelinePauses() == 1);
            gate.open(1_000);
            for (int i = 0; i < limit - 1 + 20; i++) {
                pipeline.reply();
            }
            assertTrue(pipeline.finish().status().isOk());
        }
        assertEquals(limit, gate.mostInside());
    }

    @Test
    void aClientThatSendsWithoutReadingIsNotReadAnyFurther() throws Exception {
        String label = "x".repeat(100_000);
        namespace.answer(_ -> new Mount(label, ROOT, 1, Mount.State.ACTIVE, 1, 0));
        int calls = 200;
        try (Served served = new Served(namespace, o -> o.maxPipelineCallsInFlight(8))) {
            RawPipeline pipeline = new RawPipeline(served.channel(), false);
            for (int i = 0; i < calls; i++) {
                pipeline.send(PipelineRequest.newBuilder().addCalls(Rpc.GET_MOUNT.call(i, sized(20))).build());
            }
            Gate.await("a pause with nothing to do", () -> served.server.metrics().pipelinePauses() > 0
                    && served.server.metrics().requestsInFlight() == 0
                    && waitsForReader(served, namespace.calls.size()));
            assertTrue(namespace.calls.size() < calls / 2, () -> namespace.calls.size() + " answers were made");
            pipeline.read(calls);
            for (int i = 0; i < calls; i++) {
                pipeline.reply();
            }
            assertTrue(pipeline.finish().status().isOk());
            assertEquals(calls, namespace.calls.size());
        }
    }

    /** Nothing was started while we looked twice. */
    private static boolean waitsForReader(Served served, int before) {
        java.util.concurrent.locks.LockSupport.parkNanos(50_000_000);
        return served.server.metrics().rpcs().stream().filter(s -> s.rpc().equals("GetMount"))
                .allMatch(s -> s.succeeded() == before);
    }

    @Test
    void theWindowOfAWatch() {
        namespace.answer(_ -> new Quiet());
        try (Served served = new Served(namespace)) {
            NamespaceClient client = served.client(true);
            for (int window : new int[]{1, 2, 65_535, 65_536}) {
                client.watch(MOUNT, ROOT, 0, window).close();
                assertEquals(window, last().arguments().get(3));
            }
            for (int window : new int[]{0, -1, 65_537}) {
                assertEquals(Reason.INVALID_ARGUMENT,
                        assertThrows(NamespaceException.class, () -> client.watch(MOUNT, ROOT, 0, window)).reason());
            }
            served.stub().watchSubtree(WatchSubtreeRequest.newBuilder().setMount(MOUNT).setDirectory(ROOT).build())
                    .next();
            assertEquals(4_096, last().arguments().get(3));
        }
    }

    private RecordingNamespace.Call last() {
        return new ArrayList<>(namespace.calls).getLast();
    }

    @Test
    void theWatchesAtATime() {
        namespace.answer(_ -> new Quiet());
        int limit = 2;
        try (Served served = new Served(namespace, o -> o.maxWatches(limit))) {
            NamespaceClient client = served.client(true);
            List<Watch> open = new ArrayList<>();
            for (int i = 0; i < limit; i++) {
                open.add(client.watch(MOUNT, ROOT, 0, 10));
            }
            assertEquals(limit, served.server.metrics().watches());
            assertEquals(Reason.OVERLOADED,
                    assertThrows(NamespaceException.class, () -> client.watch(MOUNT, ROOT, 0, 10)).reason());
            open.removeFirst().close();
            Gate.await("the closed watch to be gone", () -> served.server.metrics().watches() == limit - 1);
            client.watch(MOUNT, ROOT, 0, 10).close();
        }
    }

    @Test
    void optionsThatCannotBeAreRefusedByName() {
        GrpcServerOptions.Builder options = GrpcServerOptions.defaults().toBuilder();
        NokvException refusal = assertThrows(NokvException.class, () -> options.port(65_536).build());
        assertTrue(refusal.getMessage().startsWith("port "), refusal::getMessage);
        assertEquals(65_535, options.port(65_535).build().port());
        assertThrows(NokvException.class, () -> options.port(-1).build());
        assertThrows(NokvException.class, () -> options.port(0).maxRequestsInFlight(0).build());
    }

    /** Has no events. */
    private static final class Quiet implements Watch {
        private final CountDownLatch closed = new CountDownLatch(1);

        @Override
        public long cursor() {
            return 1;
        }

        @Override
        public WatchEvent next(long timeoutMillis) {
            try {
                closed.await(timeoutMillis, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return null;
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }
}
