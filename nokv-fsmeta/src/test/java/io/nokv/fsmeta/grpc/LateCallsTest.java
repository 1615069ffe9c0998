package io.nokv.fsmeta.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.grpc.Attributes;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.nokv.base.system.SystemClock;
import io.nokv.base.system.SystemEntropy;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.grpc.wire.Rpc;
import io.nokv.fsmeta.grpc.wire.WireErrors;
import io.nokv.proto.fsmeta.v1.ListMountsRequest;
import io.nokv.proto.fsmeta.v1.ListMountsResponse;
import io.nokv.proto.fsmeta.v1.ListQuotasRequest;
import io.nokv.proto.fsmeta.v1.PipelineRequest;
import io.nokv.proto.fsmeta.v1.PipelineResponse;
import io.nokv.proto.fsmeta.v1.WatchSubtreeRequest;
import io.nokv.proto.fsmeta.v1.WatchSubtreeResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** Calls whose last bytes come when the threads that would answer them are gone: told so, and nothing is thrown. */
class LateCallsTest {
    private final RpcMetrics metrics = new RpcMetrics(new SystemClock());
    private final Failures failures = new Failures(new SystemEntropy());
    private final StreamRegistry streams = new StreamRegistry();
    private final RecordingNamespace namespace = new RecordingNamespace();
    private final Calls calls = new Calls(namespace, GrpcServerOptions.defaults(), metrics, failures);
    private final CallThreads gone = new CallThreads(closed());

    private static ExecutorService closed() {
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        threads.shutdown();
        return threads;
    }

    @Test
    void aWatch() {
        Ending<WatchSubtreeRequest, WatchSubtreeResponse> call = new Ending<>(Rpc.WATCH_SUBTREE.method());
        ServerCall.Listener<WatchSubtreeRequest> listener = new WatchHandler(namespace, metrics,
                metrics.recorder(Rpc.WATCH_SUBTREE), failures, streams, gone, 10).startCall(call, new Metadata());
        listener.onMessage(WatchSubtreeRequest.getDefaultInstance());
        listener.onHalfClose();
        assertEquals(Reason.CLOSED, call.reason());
    }

    @Test
    @SuppressWarnings("unchecked")
    void oneRequest() {
        Ending<ListMountsRequest, ListMountsResponse> call = new Ending<>(Rpc.LIST_MOUNTS.method());
        Calls.Bound<ListMountsRequest, ListMountsResponse> bound = (Calls.Bound<ListMountsRequest, ListMountsResponse>) calls
                .all().stream().filter(b -> b.rpc() == Rpc.LIST_MOUNTS).findFirst().orElseThrow();
        ServerCall.Listener<ListMountsRequest> listener = new UnaryHandler<>(bound, metrics, failures, gone, 10)
                .startCall(call, new Metadata());
        listener.onMessage(ListMountsRequest.getDefaultInstance());
        listener.onHalfClose();
        assertEquals(Reason.CLOSED, call.reason());
        assertEquals(0, metrics.requestsInFlight());
    }

    @Test
    void theCallsOfAPipeline() {
        Ending<PipelineRequest, PipelineResponse> call = new Ending<>(Rpc.PIPELINE.method());
        ServerCall.Listener<PipelineRequest> listener = new PipelineHandler(calls, metrics, streams, gone, 10, 10)
                .startCall(call, new Metadata());
        listener.onReady();
        listener.onMessage(PipelineRequest.newBuilder()
                .addCalls(Rpc.LIST_QUOTAS.call(1, ListQuotasRequest.getDefaultInstance()))
                .addCalls(Rpc.LIST_MOUNTS.call(2, ListMountsRequest.getDefaultInstance()))
                .build());
        listener.onHalfClose();
        assertEquals(List.of("CLOSED", "CLOSED"), call.sent.stream().flatMap(m -> m.getRepliesList().stream())
                .map(r -> r.getError().getReason()).toList());
        assertEquals(Status.Code.OK, call.status.getCode());
        assertEquals(0, metrics.requestsInFlight());
        assertEquals(List.of(), List.copyOf(namespace.calls));
    }

    /** The server's side of a call, without a network. */
    private static final class Ending<Q, R> extends ServerCall<Q, R> {
        private final MethodDescriptor<Q, R> method;
        private final List<R> sent = new ArrayList<>();
        private Status status;
        private Metadata trailers;

        private Ending(MethodDescriptor<Q, R> method) {
            this.method = method;
        }

        private Reason reason() {
            return WireErrors.exception(status, trailers).reason();
        }

        @Override
        public void request(int numMessages) {}

        @Override
        public void sendHeaders(Metadata headers) {}

        @Override
        public void sendMessage(R message) {
            sent.add(message);
        }

        @Override
        public void close(Status how, Metadata with) {
            status = how;
            trailers = with;
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public MethodDescriptor<Q, R> getMethodDescriptor() {
            return method;
        }

        @Override
        public Attributes getAttributes() {
            return Attributes.EMPTY;
        }
    }
}
