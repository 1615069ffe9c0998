package io.nokv.fsmeta.grpc;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.nokv.base.system.WaitFree;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.grpc.Failures.Failure;
import io.nokv.fsmeta.grpc.wire.Rpc;
import io.nokv.fsmeta.grpc.wire.WireErrors;
import io.nokv.proto.fsmeta.v1.PipelineCall;
import io.nokv.proto.fsmeta.v1.PipelineReply;
import io.nokv.proto.fsmeta.v1.PipelineRequest;
import io.nokv.proto.fsmeta.v1.PipelineResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One pipeline.
 *
 * <p>In: messages are asked for one at a time, and not while too many calls are unanswered, so a client that sends without
 * reading is stopped by the flow control of HTTP/2. The event loop answers the point
 * reads that need no wait. The rest of a message is cut into tasks: point reads together (up to {@value #READS_PER_TASK}),
 * because starting a thread costs more than a read; every other call alone, because it may wait for a disk or a lock.
 *
 * <p>Out: replies go to a queue; the thread that raises {@link #turns} from 0 sends for all until nothing is left, up to
 * {@value #REPLIES_PER_MESSAGE} replies a message. It stops while the transport is full; a call counts as unanswered until
 * its reply left the queue.
 */
final class PipelineStream extends ServerCall.Listener<PipelineRequest> implements StreamRegistry.Stream {
    static final int READS_PER_TASK = 64;

    /** Reads of one message that the event loop answers itself, so that other connections get their turn. */
    private static final int READS_IN_PLACE = 256;
    private static final int REPLIES_PER_MESSAGE = 256;
    private static final int BYTES_PER_MESSAGE = 256 << 10;

    private final PipelineHandler server;
    private final ServerCall<PipelineRequest, PipelineResponse> call;
    private final Queue<PipelineReply> replies = new ConcurrentLinkedQueue<>();
    private final AtomicInteger turns = new AtomicInteger();
    private final AtomicInteger unanswered = new AtomicInteger();
    private final AtomicBoolean paused = new AtomicBoolean();
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile boolean halfClosed;

    /** Not null: no further call is started, and the stream ends with this when the started ones have their answers. */
    private volatile Failure ending;

    /** Written and read by the sender only. */
    private boolean closed;

    PipelineStream(PipelineHandler server, ServerCall<PipelineRequest, PipelineResponse> call) {
        this.server = server;
        this.call = call;
        server.metrics().pipelineOpened(1);
        call.sendHeaders(new Metadata());
        server.streams().add(this);
        call.request(1);
    }

    // ---- in ---------------------------------------------------------------------------------------------------

    @Override
    public void onMessage(PipelineRequest message) {
        int count = message.getCallsCount();
        // Counted before looking at `ending`, as the sender looks at the count after it: one of them sees the other.
        int now = unanswered.addAndGet(count);
        if (ending == null && count > Rpc.MAX_PIPELINE_CALLS) {
            ending = new Failure(Reason.TOO_LARGE, "a message has at most " + Rpc.MAX_PIPELINE_CALLS + " calls, not "
                    + count + "; calls without an answer were not started");
        }
        if (ending != null) {
            unanswered.addAndGet(-count);
            send();
            return;
        }
        start(message.getCallsList());
        if (now < server.maxCallsInFlight()) {
            call.request(1);
        } else {
            server.metrics().pipelinePaused();
            paused.set(true);
            readOn();
        }
    }

    /** Asks for the next message if reading had stopped and may go on. */
    private void readOn() {
        if (unanswered.get() < server.maxCallsInFlight() && paused.compareAndSet(true, false)) {
            call.request(1);
        }
    }

    private void start(List<PipelineCall> calls) {
        List<PipelineCall> reads = null;
        int here = 0;
        for (PipelineCall one : calls) {
            Calls.Bound<?, ?> bound = server.calls().of(one.getCallCase());
            if (bound == null) {
                reply(error(one, Reason.INVALID_ARGUMENT, "the call is empty or unknown to this server"));
            } else if (!server.metrics().enterRequest(server.maxRequestsInFlight())) {
                reply(error(one, Reason.OVERLOADED,
                        "the server works on " + server.maxRequestsInFlight() + " requests already"));
            } else if (bound.rpc().kind() == Rpc.Kind.POINT_READ) {
                if (here < READS_IN_PLACE && bound.inPlace(one) && answerHere(bound, one)) {
                    here++;
                    continue;
                }
                if (reads == null) {
                    reads = new ArrayList<>(Math.min(calls.size(), READS_PER_TASK));
                }
                reads.add(one);
                if (reads.size() == READS_PER_TASK) {
                    startReads(reads);
                    reads = null;
                }
            } else {
                boolean started = server.threads().start(() -> {
                    answer(bound, one);
                    send();
                });
                if (!started) {
                    notStarted(one);
                }
            }
        }
        if (reads != null) {
            startReads(reads);
        }
        send();
    }

    private void startReads(List<PipelineCall> reads) {
        boolean started = server.threads().start(() -> {
            for (PipelineCall one : reads) {
                answer(server.calls().of(one.getCallCase()), one);
            }
            send();
        });
        if (!started) {
            reads.forEach(this::notStarted);
        }
    }

    private void notStarted(PipelineCall one) {
        server.metrics().leaveRequest();
        reply(error(one, Reason.CLOSED, CallThreads.CLOSING));
    }

    /** False when the answer needs a wait, which the event loop does not do. */
    private boolean answerHere(Calls.Bound<?, ?> bound, PipelineCall one) {
        try {
            reply(bound.answer(one));
        } catch (WaitFree.WouldWait _) {
            return false;
        }
        server.metrics().leaveRequest();
        return true;
    }

    private void answer(Calls.Bound<?, ?> bound, PipelineCall one) {
        try {
            if (!ended.get()) {
                reply(bound.answer(one));
            }
        } finally {
            server.metrics().leaveRequest();
        }
    }

    private static PipelineReply error(PipelineCall one, Reason reason, String message) {
        return PipelineReply.newBuilder().setId(one.getId()).setError(WireErrors.error(reason, message)).build();
    }

    @Override
    public void onHalfClose() {
        halfClosed = true;
        send();
    }

    @Override
    public void onCancel() {
        end();
        replies.clear();
    }

    @Override
    public void onComplete() {
        end();
    }

    private void end() {
        if (ended.compareAndSet(false, true)) {
            server.streams().remove(this);
            server.metrics().pipelineOpened(-1);
        }
    }

    /** No further call is started; the stream ends when all that were have their answers. */
    @Override
    public void drain() {
        if (ending == null) {
            ending = new Failure(Reason.CLOSED,
                    "the server is shutting down; calls without an answer were not started");
        }
        send();
    }

    // ---- out --------------------------------------------------------------------------------------------------

    private void reply(PipelineReply reply) {
        replies.add(reply);
    }

    @Override
    public void onReady() {
        send();
    }

    /** Sends what waits, unless another thread is at it: then that one looks again. */
    private void send() {
        if (turns.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        do {
            while (!closed && !replies.isEmpty() && call.isReady()) {
                sendOne();
            }
            closeIfDone();
            seen = turns.addAndGet(-seen);
        } while (seen != 0);
        readOn();
    }

    private void sendOne() {
        PipelineResponse.Builder message = PipelineResponse.newBuilder();
        int count = 0;
        int bytes = 0;
        PipelineReply reply;
        while (count < REPLIES_PER_MESSAGE && bytes < BYTES_PER_MESSAGE && (reply = replies.poll()) != null) {
            message.addReplies(reply);
            bytes += reply.getSerializedSize();
            count++;
        }
        if (count > 0) {
            call.sendMessage(message.build());
            unanswered.addAndGet(-count);
            readOn();
        }
    }

    private void closeIfDone() {
        Failure end = ending;
        if (closed || ended.get() || unanswered.get() != 0) {
            return;
        }
        if (halfClosed) {
            closed = true;
            call.close(Status.OK, new Metadata());
        } else if (end != null) {
            closed = true;
            call.close(WireErrors.status(end.reason(), end.message()),
                    WireErrors.trailers(end.reason(), end.message()));
        }
    }
}
