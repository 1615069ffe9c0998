package io.nokv.fsmeta.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.netty.channel.EventLoop;
import io.netty.util.collection.LongObjectHashMap;
import io.netty.util.collection.LongObjectMap;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.grpc.wire.Rpc;
import io.nokv.fsmeta.grpc.wire.WireErrors;
import io.nokv.proto.fsmeta.v1.PipelineCall;
import io.nokv.proto.fsmeta.v1.PipelineReply;
import io.nokv.proto.fsmeta.v1.PipelineRequest;
import io.nokv.proto.fsmeta.v1.PipelineResponse;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One pipeline stream, from its first call to its end.
 *
 * <p>Callers encode their call and leave it in a queue; the event loop takes all that gathered meanwhile into one message:
 * the busier the client, the larger its messages, without a delay. The event loop alone touches the stream and the table of
 * unanswered calls. It also ends calls whose deadline has passed, so a lost answer costs no timer per call.
 */
final class PipelineConnection {
    private static final int CALLS_PER_MESSAGE = 256;
    private static final int BYTES_PER_MESSAGE = 64 << 10;
    private static final int MESSAGES_AHEAD = 16;
    private static final long SWEEP_MILLIS = 20;

    /** Calls queued and not yet taken by the server; beyond it OVERLOADED, so that a stuck server costs bounded memory. */
    private static final int MAX_QUEUED = 65_536;

    private static final AtomicLong IDS = new AtomicLong();

    /** An exchange with its encoded call. */
    private record Pending<Q, R>(Exchange<Q, R> exchange, PipelineCall call, int bytes) {
        static <Q, R> Pending<Q, R> of(Exchange<Q, R> exchange) {
            PipelineCall call = exchange.rpc().call(IDS.incrementAndGet(), exchange.request());
            return new Pending<>(exchange, call, call.getSerializedSize());
        }

        void answer(PipelineReply reply) {
            if (reply.hasError()) {
                exchange.refused(WireErrors.exception(reply.getError()));
                return;
            }
            R response = exchange.rpc().response(reply);
            if (response == null) {
                exchange.lost(Status.INTERNAL.withDescription("the server answered something else"), true);
            } else {
                exchange.answered(response);
            }
        }
    }

    private final EventLoop loop;
    private final ClientCall<PipelineRequest, PipelineResponse> call;
    private final Queue<Pending<?, ?>> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger queued = new AtomicInteger();
    private final AtomicBoolean flushScheduled = new AtomicBoolean();

    /** Set on the event loop, once. */
    private volatile Status end;

    // Of the event loop.
    private final LongObjectMap<Pending<?, ?>> unanswered = new LongObjectHashMap<>();
    private Future<?> sweep;

    PipelineConnection(Channel channel, EventLoop loop) {
        this.loop = loop;
        this.call = channel.newCall(Rpc.PIPELINE.method(), CallOptions.DEFAULT);
        onLoop(this::open);
    }

    boolean isDead() {
        return end != null;
    }

    /** Never waits. */
    void send(Exchange<?, ?> exchange) {
        if (queued.get() >= MAX_QUEUED) {
            exchange.refused(new NamespaceException(Reason.OVERLOADED,
                    MAX_QUEUED + " calls wait to be sent already: the server does not keep up"));
            return;
        }
        Pending<?, ?> pending = Pending.of(exchange);
        queued.incrementAndGet();
        queue.add(pending);
        if (flushScheduled.compareAndSet(false, true)) {
            onLoop(this::flush);
        }
    }

    void close() {
        onLoop(() -> call.cancel("the client was closed", null));
    }

    /** A closed event loop means a closed client. */
    private void onLoop(Runnable work) {
        try {
            loop.execute(work);
        } catch (RejectedExecutionException e) {
            end = Status.CANCELLED.withDescription("the client was closed");
            loseQueued();
        }
    }

    private void here(Runnable work) {
        if (loop.inEventLoop()) {
            work.run();
        } else {
            onLoop(work);
        }
    }

    // ---- on the event loop ------------------------------------------------------------------------------------

    private void open() {
        sweep = loop.scheduleWithFixedDelay(this::expire, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
        try {
            call.start(listener(), new Metadata());
            call.request(MESSAGES_AHEAD);
        } catch (IllegalStateException e) {
            // The channel was shut down in between: such a call has no listener to hear of its end.
            ended(Status.CANCELLED.withDescription("the client was closed").withCause(e), new Metadata());
        }
    }

    private ClientCall.Listener<PipelineResponse> listener() {
        return new ClientCall.Listener<>() {
            @Override
            public void onMessage(PipelineResponse message) {
                here(() -> answered(message));
            }

            @Override
            public void onReady() {
                here(PipelineConnection.this::flush);
            }

            @Override
            public void onClose(Status status, Metadata trailers) {
                here(() -> ended(status, trailers));
            }
        };
    }

    private void flush() {
        flushScheduled.set(false);
        if (end != null) {
            loseQueued();
            return;
        }
        while (call.isReady() && !queue.isEmpty()) {
            PipelineRequest.Builder message = PipelineRequest.newBuilder();
            int bytes = 0;
            Pending<?, ?> next;
            while ((next = queue.peek()) != null && message.getCallsCount() < CALLS_PER_MESSAGE
                    && (bytes == 0 || bytes + next.bytes() <= BYTES_PER_MESSAGE)) {
                queue.remove();
                queued.decrementAndGet();
                if (!next.exchange().isDone()) {
                    unanswered.put(next.call().getId(), next);
                    message.addCalls(next.call());
                    bytes += next.bytes();
                }
            }
            if (bytes > 0) {
                call.sendMessage(message.build());
            }
        }
    }

    private void answered(PipelineResponse message) {
        for (PipelineReply reply : message.getRepliesList()) {
            Pending<?, ?> pending = unanswered.remove(reply.getId());
            if (pending != null) {
                pending.answer(reply);
            }
        }
        call.request(1);
    }

    private void expire() {
        Status late = Status.DEADLINE_EXCEEDED.withDescription("no answer before the deadline");
        List<Pending<?, ?>> expired = null;
        for (Pending<?, ?> pending : unanswered.values()) {
            if (pending.exchange().remainingNanos() <= 0) {
                expired = expired == null ? new ArrayList<>() : expired;
                expired.add(pending);
            }
        }
        if (expired != null) {
            for (Pending<?, ?> pending : expired) {
                unanswered.remove(pending.call().getId());
                pending.exchange().lost(late, true);
            }
        }
        for (Iterator<Pending<?, ?>> waiting = queue.iterator(); waiting.hasNext();) {
            Pending<?, ?> pending = waiting.next();
            if (pending.exchange().remainingNanos() <= 0) {
                waiting.remove();
                queued.decrementAndGet();
                pending.exchange().lost(late, false);
            }
        }
    }

    private void ended(Status status, Metadata trailers) {
        if (end != null) {
            return;
        }
        NamespaceException said = WireErrors.exception(status, trailers);
        boolean started = said == null || said.reason() != Reason.CLOSED && said.reason() != Reason.TOO_LARGE;
        end = status.isOk() ? Status.UNAVAILABLE.withDescription("the server ended the stream") : status;
        sweep.cancel(false);
        List<Pending<?, ?>> lost = new ArrayList<>(unanswered.values());
        unanswered.clear();
        for (Pending<?, ?> pending : lost) {
            pending.exchange().lost(end, started);
        }
        loseQueued();
    }

    private void loseQueued() {
        Pending<?, ?> pending;
        while ((pending = queue.poll()) != null) {
            queued.decrementAndGet();
            pending.exchange().lost(end, false);
        }
    }
}
