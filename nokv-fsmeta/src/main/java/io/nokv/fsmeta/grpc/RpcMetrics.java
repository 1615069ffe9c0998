package io.nokv.fsmeta.grpc;

import io.nokv.base.port.Clock;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.grpc.wire.Rpc;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/** Counters and latencies of every RPC and of the server. Reading them is cheap enough for every scrape. Thread-safe. */
public final class RpcMetrics {
    private static final Reason[] REASONS = Reason.values();

    private final Clock clock;
    private final List<Recorder> recorders = new ArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger requestsInFlight = new AtomicInteger();
    private final AtomicInteger pipelines = new AtomicInteger();
    private final AtomicInteger watches = new AtomicInteger();
    private final LongAdder refusedByAdmission = new LongAdder();
    private final LongAdder pipelinePauses = new LongAdder();

    RpcMetrics(Clock clock) {
        this.clock = clock;
        for (Rpc<?, ?> rpc : Rpc.ALL) {
            recorders.add(new Recorder(rpc));
        }
    }

    /** One per RPC of the service, in a fixed order. */
    public List<RpcStats> rpcs() {
        return recorders.stream().map(Recorder::snapshot).toList();
    }

    /** Connections open now. */
    public int connections() {
        return connections.get();
    }

    /** Requests being worked on now, calls of pipelines included, watches not. */
    public int requestsInFlight() {
        return requestsInFlight.get();
    }

    /** Pipeline streams open now. */
    public int pipelines() {
        return pipelines.get();
    }

    /** Watches open now. */
    public int watches() {
        return watches.get();
    }

    /** Requests and watches answered OVERLOADED since the start. */
    public long refusedByAdmission() {
        return refusedByAdmission.sum();
    }

    /** How often a pipeline stopped reading because too many of its calls were unanswered. */
    public long pipelinePauses() {
        return pipelinePauses.sum();
    }

    Recorder recorder(Rpc<?, ?> rpc) {
        return recorders.get(Rpc.ALL.indexOf(rpc));
    }

    void connected(int change) {
        connections.addAndGet(change);
    }

    void pipelineOpened(int change) {
        pipelines.addAndGet(change);
    }

    void pipelinePaused() {
        pipelinePauses.increment();
    }

    /** Whether one more request may be worked on; if so {@link #leaveRequest} must follow. */
    boolean enterRequest(int limit) {
        return enter(requestsInFlight, limit);
    }

    void leaveRequest() {
        requestsInFlight.decrementAndGet();
    }

    /** Whether one more watch may be open; if so {@link #leaveWatch} must follow. */
    boolean enterWatch(int limit) {
        return enter(watches, limit);
    }

    void leaveWatch() {
        watches.decrementAndGet();
    }

    private boolean enter(AtomicInteger gauge, int limit) {
        if (gauge.incrementAndGet() <= limit) {
            return true;
        }
        gauge.decrementAndGet();
        refusedByAdmission.increment();
        return false;
    }

    /** Counts the calls of one RPC. Every {@link #start} is followed by one {@link #succeeded} or {@link #failed}. */
    final class Recorder {
        private final Rpc<?, ?> rpc;
        private final LongAdder started = new LongAdder();
        private final LongAdder succeeded = new LongAdder();
        private final AtomicLongArray failures = new AtomicLongArray(REASONS.length);
        private final LatencyHistogram latency = new LatencyHistogram();

        private Recorder(Rpc<?, ?> rpc) {
            this.rpc = rpc;
        }

        /** @return when the call began, for the end of it */
        long start() {
            started.increment();
            return clock.monotonicNanos();
        }

        /** The call begins anew on another thread, which counts it. */
        void handedOver() {
            started.decrement();
        }

        void succeeded(long startNanos) {
            latency.record(clock.monotonicNanos() - startNanos);
            succeeded.increment();
        }

        void failed(long startNanos, Reason reason) {
            latency.record(clock.monotonicNanos() - startNanos);
            failures.incrementAndGet(reason.ordinal());
        }

        private RpcStats snapshot() {
            Map<Reason, Long> byReason = new EnumMap<>(Reason.class);
            long failed = 0;
            for (Reason reason : REASONS) {
                long count = failures.get(reason.ordinal());
                if (count > 0) {
                    byReason.put(reason, count);
                    failed += count;
                }
            }
            long done = succeeded.sum();
            return new RpcStats(rpc.name(), Math.max(0, started.sum() - done - failed), done, byReason,
                    latency.snapshot());
        }
    }
}
