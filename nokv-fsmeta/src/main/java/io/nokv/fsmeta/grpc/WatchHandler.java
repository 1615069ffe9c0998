package io.nokv.fsmeta.grpc;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.nokv.fsmeta.api.Namespace;
import io.nokv.proto.fsmeta.v1.WatchSubtreeRequest;
import io.nokv.proto.fsmeta.v1.WatchSubtreeResponse;

/** Opens watches, at most {@code maxWatches} at a time. */
record WatchHandler(Namespace namespace, RpcMetrics metrics, RpcMetrics.Recorder recorder, Failures failures,
        StreamRegistry streams, CallThreads threads, int maxWatches)
        implements
            ServerCallHandler<WatchSubtreeRequest, WatchSubtreeResponse> {
    @Override
    public ServerCall.Listener<WatchSubtreeRequest> startCall(
            ServerCall<WatchSubtreeRequest, WatchSubtreeResponse> call, Metadata headers) {
        call.request(2);
        return new WatchStream(this, call);
    }
}
