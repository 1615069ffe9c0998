package io.nokv.server.standalone;

import io.nokv.fsmeta.grpc.RpcMetrics;

/** Group {@code nokv_grpc}: the server as a whole; the single RPCs are in {@link RpcMetricsText}. */
record GrpcGauges(int connections, int requestsInFlight, int pipelines, int watches, long refusedByAdmissionTotal,
        long pipelinePausesTotal) {
    static GrpcGauges of(RpcMetrics metrics) {
        return new GrpcGauges(metrics.connections(), metrics.requestsInFlight(), metrics.pipelines(), metrics.watches(),
                metrics.refusedByAdmission(), metrics.pipelinePauses());
    }
}
