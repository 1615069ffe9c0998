package io.nokv.fsmeta.grpc;

import static io.nokv.fsmeta.grpc.Samples.MOUNT;
import static io.nokv.fsmeta.grpc.Samples.ROOT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;
import io.nokv.base.error.NokvException;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.client.NamespaceClient;
import io.nokv.fsmeta.grpc.wire.Rpc;
import io.nokv.proto.fsmeta.v1.FSMetadataGrpc;
import io.nokv.proto.fsmeta.v1.GetReadVersionRequest;
import io.nokv.proto.fsmeta.v1.PipelineRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How a server ends, and the services beside its own. */
class ShutdownTest {
    private final RecordingNamespace namespace = new RecordingNamespace();

    @Test
    void callsInFlightFinishNewOnesAreTurnedAway() throws Exception {
        Gate gate = new Gate();
        namespace.answer(_ -> {
            gate.pass();
            return 5L;
        });
        try (Served served = new Served(namespace)) {
            NamespaceClient unary = served.client(served.options(false).withMaxAttempts(1));
            NamespaceClient pipelined = served.client(served.options(true).withMaxAttempts(1));
            CompletableFuture<Long> one = CompletableFuture.supplyAsync(unary::readVersion,
                    t -> Thread.ofVirtual().start(t));
            CompletableFuture<Long> other = CompletableFuture.supplyAsync(pipelined::readVersion,
                    t -> Thread.ofVirtual().start(t));
            gate.awaitEntered(2);
            Thread closer = Thread.ofVirtual().start(() -> served.server.close(Duration.ofSeconds(60)));
            Gate.await("the port to be closed", () -> refuses(served));
            assertFalse(one.isDone());
            assertFalse(other.isDone());
            gate.open(100);
            assertEquals(5L, one.get(60, TimeUnit.SECONDS));
            assertEquals(5L, other.get(60, TimeUnit.SECONDS));
            closer.join();
            assertEquals(2, gate.entered());
            assertEquals(0, served.server.metrics().connections());
            assertEquals(0, served.server.metrics().requestsInFlight());
        }
    }

    private static boolean refuses(Served served) {
        try (NamespaceClient late = NamespaceClient.connect(served.options(false).withMaxAttempts(1))) {
            return assertThrows(NamespaceException.class, late::readVersion).reason() == Reason.IO_ERROR;
        }
    }

    @Test
    void aPipelineEndsWithAllItsAnswersAndSaysThatTheRestWasNotStarted() throws Exception {
        Gate gate = new Gate();
        namespace.answer(_ -> {
            gate.pass();
            return 5L;
        });
        try (Served served = new Served(namespace)) {
            RawPipeline pipeline = served.pipeline();
            pipeline.send(PipelineRequest.newBuilder()
                    .addCalls(Rpc.GET_READ_VERSION.call(1, GetReadVersionRequest.getDefaultInstance())).build());
            gate.awaitEntered(1);
            Thread closer = Thread.ofVirtual().start(() -> served.server.close(Duration.ofSeconds(60)));
            Gate.await("the port to be closed", () -> refuses(served));
            pipeline.send(PipelineRequest.newBuilder()
                    .addCalls(Rpc.GET_READ_VERSION.call(2, GetReadVersionRequest.getDefaultInstance())).build());
            gate.open(100);
            assertEquals(1, pipeline.reply().getId());
            assertEquals(Reason.CLOSED, pipeline.end().reason().reason());
            assertFalse(pipeline.hasReply());
            closer.join();
            assertEquals(1, namespace.calls.size());
        }
    }

    @Test
    void whatDoesNotEndInTimeIsCut() {
        Gate gate = new Gate();
        namespace.answer(_ -> {
            gate.pass();
            return 5L;
        });
        try (Served served = new Served(namespace)) {
            NamespaceClient client = served.client(served.options(true).withMaxAttempts(1));
            CompletableFuture<Reason> outcome = CompletableFuture.supplyAsync(
                    () -> assertThrows(NamespaceException.class, client::readVersion).reason(),
                    t -> Thread.ofVirtual().start(t));
            gate.awaitEntered(1);
            served.server.close(Duration.ofMillis(10));
            assertEquals(Reason.IO_ERROR, outcome.orTimeout(60, TimeUnit.SECONDS).join());
            gate.open(100);
            int port = served.server.port();
            served.server.close(); // again: nothing happens
            assertEquals(port, served.server.port());
            assertTrue(port > 0);
        }
    }

    @Test
    void aPortInUseIsNamed() {
        try (Served served = new Served(namespace)) {
            NokvException refusal = assertThrows(NokvException.class, () -> FsmetaGrpcServer.start(namespace,
                    GrpcServerOptions.defaults().toBuilder().port(served.server.port()).build()));
            assertTrue(refusal.getMessage().contains("127.0.0.1:" + served.server.port()), refusal::getMessage);
        }
    }

    @Test
    void theServerTellsItsHealth() {
        try (Served served = new Served(namespace)) {
            ManagedChannel channel = served.channel();
            for (String service : List.of("", FSMetadataGrpc.SERVICE_NAME)) {
                assertEquals(HealthCheckResponse.ServingStatus.SERVING, HealthGrpc.newBlockingStub(channel)
                        .check(HealthCheckRequest.newBuilder().setService(service).build()).getStatus());
            }
        }
    }

    @Test
    void theServerDescribesItself() throws Exception {
        try (Served served = new Served(namespace)) {
            CompletableFuture<ServerReflectionResponse> answer = new CompletableFuture<>();
            StreamObserver<ServerReflectionRequest> ask = ServerReflectionGrpc.newStub(served.channel())
                    .serverReflectionInfo(new StreamObserver<>() {
                        @Override
                        public void onNext(ServerReflectionResponse value) {
                            answer.complete(value);
                        }

                        @Override
                        public void onError(Throwable t) {
                            answer.completeExceptionally(t);
                        }

                        @Override
                        public void onCompleted() {}
                    });
            ask.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
            assertTrue(answer.get(60, TimeUnit.SECONDS).getListServicesResponse().getServiceList().stream()
                    .anyMatch(s -> s.getName().equals("nokv.fsmeta.v1.FSMetadata")));
            ask.onCompleted();
        }
    }

    @Test
    void everyCallIsCountedOnceUnderItsName() {
        namespace.answer(call -> {
            if ((Long) call.arguments().get(1) == 2) {
                throw new NamespaceException(Reason.NOT_FOUND, "no inode 2");
            }
            return Samples.file((Long) call.arguments().get(1));
        });
        try (Served served = new Served(namespace)) {
            for (boolean pipelined : new boolean[]{true, false}) {
                NamespaceClient client = served.client(pipelined);
                client.getAttr(MOUNT, ROOT, 0);
                client.getAttr(MOUNT, ROOT, 0);
                assertThrows(NamespaceException.class, () -> client.getAttr(MOUNT, 2, 0));
            }
            Gate.await("the counters", () -> stats(served).succeeded() == 4);
            RpcStats stats = stats(served);
            assertEquals(0, stats.inFlight());
            assertEquals(2L, stats.failures().get(Reason.NOT_FOUND));
            assertEquals(1, stats.failures().size());
            assertEquals(6, stats.latency().count());
            assertTrue(stats.latency().quantileNanos(0.5) > 0);
            assertEquals(2, served.server.metrics().connections());
            assertEquals(Rpc.ALL.size(), served.server.metrics().rpcs().size());
        }
    }

    private static RpcStats stats(Served served) {
        return served.server.metrics().rpcs().stream().filter(s -> s.rpc().equals("GetAttr")).findFirst()
                .orElseThrow();
    }
}
