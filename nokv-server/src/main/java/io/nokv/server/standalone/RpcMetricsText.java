package io.nokv.server.standalone;

import io.nokv.fsmeta.grpc.RpcMetrics;
import io.nokv.fsmeta.grpc.RpcStats;
import java.util.List;
import java.util.Locale;

/** Counters and latency histograms of the RPCs as Prometheus text. RPCs that were never called are left out. */
final class RpcMetricsText {
    /** The source has four buckets to each power of two; one is enough here. */
    private static final int STEP = 4;

    private RpcMetricsText() {}

    static String of(RpcMetrics metrics) {
        return of(metrics.rpcs());
    }

    static String of(List<RpcStats> all) {
        List<RpcStats> called = all.stream().filter(rpc -> rpc.latency().count() + rpc.inFlight() > 0).toList();
        StringBuilder out = new StringBuilder();
        if (called.isEmpty()) {
            return "";
        }
        out.append("# TYPE nokv_rpc_requests_total counter\n");
        for (RpcStats rpc : called) {
            count(out, rpc.rpc(), "OK", rpc.succeeded());
            rpc.failures().forEach((reason, failures) -> count(out, rpc.rpc(), reason.name(), failures));
        }
        out.append("# TYPE nokv_rpc_in_flight gauge\n");
        for (RpcStats rpc : called) {
            out.append("nokv_rpc_in_flight{rpc=\"").append(rpc.rpc()).append("\"} ").append(rpc.inFlight())
                    .append('\n');
        }
        out.append("# TYPE nokv_rpc_duration_seconds histogram\n");
        for (RpcStats rpc : called) {
            histogram(out, rpc);
        }
        return out.toString();
    }

    private static void count(StringBuilder out, String rpc, String outcome, long value) {
        out.append("nokv_rpc_requests_total{rpc=\"").append(rpc).append("\",outcome=\"").append(outcome).append("\"} ")
                .append(value).append('\n');
    }

    private static void histogram(StringBuilder out, RpcStats rpc) {
        String name = "nokv_rpc_duration_seconds";
        long below = 0;
        long[] counts = rpc.latency().counts();
        for (int bucket = 0; bucket < counts.length - 1; bucket++) {
            below += counts[bucket];
            if (bucket % STEP == 0) {
                out.append(name).append("_bucket{rpc=\"").append(rpc.rpc()).append("\",le=\"")
                        .append(seconds(RpcStats.Latency.upperBoundNanos(bucket))).append("\"} ").append(below)
                        .append('\n');
            }
        }
        out.append(name).append("_bucket{rpc=\"").append(rpc.rpc()).append("\",le=\"+Inf\"} ")
                .append(rpc.latency().count()).append('\n');
        out.append(name).append("_sum{rpc=\"").append(rpc.rpc()).append("\"} ")
                .append(seconds(rpc.latency().sumNanos())).append('\n');
        out.append(name).append("_count{rpc=\"").append(rpc.rpc()).append("\"} ").append(rpc.latency().count())
                .append('\n');
    }

    private static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.9f", nanos / 1e9);
    }
}
