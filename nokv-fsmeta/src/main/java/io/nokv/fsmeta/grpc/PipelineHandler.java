package io.nokv.fsmeta.grpc;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.nokv.proto.fsmeta.v1.PipelineRequest;
import io.nokv.proto.fsmeta.v1.PipelineResponse;

/**
 * Opens pipelines.
 *
 * @param maxCallsInFlight unanswered calls of one stream before it is not read any further
 * @param maxRequestsInFlight requests that the whole server works on at a time
 */
record PipelineHandler(Calls calls, RpcMetrics metrics, StreamRegistry streams, CallThreads threads,
        int maxCallsInFlight,
        int maxRequestsInFlight) implements ServerCallHandler<PipelineRequest, PipelineResponse> {
    @Override
    public ServerCall.Listener<PipelineRequest> startCall(ServerCall<PipelineRequest, PipelineResponse> call,
            Metadata headers) {
        return new PipelineStream(this, call);
    }
}
