package io.nokv.fsmeta.grpc;

import io.nokv.fsmeta.api.Reason;
import java.util.Map;

/**
 * What one RPC has done since the server started, by its own calls and by calls of pipelines together. A snapshot;
 * its numbers were read one after another while calls went on.
 *
 * @param rpc the name in the service definition, {@code "Lookup"}
 * @param inFlight calls being worked on
 * @param succeeded calls answered with a result
 * @param failures calls answered with a refusal or failure; reasons that did not occur are absent
 * @param latency of all answered calls, from the parsed request to the answer handed to the transport's queue
 */
public record RpcStats(String rpc, long inFlight, long succeeded, Map<Reason, Long> failures, Latency latency) {
    /**
     * A distribution of durations.
     *
     * @param counts per bucket; {@link #upperBoundNanos} says what belongs to each
     */
    public record Latency(long count, long sumNanos, long[] counts) {
        /** How many buckets every distribution has. */
        public static int buckets() {
            return LatencyHistogram.BUCKETS;
        }

        /** Exclusive upper bound of a bucket, growing; Long.MAX_VALUE for the last. */
        public static long upperBoundNanos(int bucket) {
            return LatencyHistogram.upperBoundNanos(bucket);
        }

        /** The upper bound of the bucket that holds this share (0 to 1) of the durations; 0 when there are none. */
        public long quantileNanos(double share) {
            long rank = (long) Math.ceil(share * count);
            long seen = 0;
            for (int i = 0; i < counts.length; i++) {
                seen += counts[i];
                if (seen >= rank && seen > 0) {
                    return upperBoundNanos(i);
                }
            }
            return 0;
        }
    }
}
