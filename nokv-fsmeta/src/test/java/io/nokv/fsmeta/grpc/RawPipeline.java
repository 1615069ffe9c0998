package io.nokv.fsmeta.grpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.grpc.wire.Rpc;
import io.nokv.fsmeta.grpc.wire.WireErrors;
import io.nokv.proto.fsmeta.v1.PipelineReply;
import io.nokv.proto.fsmeta.v1.PipelineRequest;
import io.nokv.proto.fsmeta.v1.PipelineResponse;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A pipeline by plain gRPC: the test says what goes on the wire and when answers are read. */
public final class RawPipeline {
    private static final long PATIENCE_SECONDS = 60;

    /** How a stream ended. */
    public record End(Status status, NamespaceException reason) {}

    private final ClientCall<PipelineRequest, PipelineResponse> call;
    private final BlockingQueue<PipelineReply> replies = new LinkedBlockingQueue<>();
    private final CompletableFuture<End> end = new CompletableFuture<>();
    private final boolean reading;

    RawPipeline(Channel channel) {
        this(channel, true);
    }

    /** @param reading false: answers stay in the transport until {@link #read} asks for them */
    RawPipeline(Channel channel, boolean reading) {
        this.reading = reading;
        call = channel.newCall(Rpc.PIPELINE.method(), CallOptions.DEFAULT);
        call.start(new ClientCall.Listener<>() {
            @Override
            public void onMessage(PipelineResponse message) {
                replies.addAll(message.getRepliesList());
                if (RawPipeline.this.reading) {
                    call.request(1);
                }
            }

            @Override
            public void onClose(Status status, Metadata trailers) {
                end.complete(new End(status, WireErrors.exception(status, trailers)));
            }
        }, new Metadata());
        if (reading) {
            call.request(1);
        }
    }

    void send(PipelineRequest message) {
        call.sendMessage(message);
    }

    /** Asks for further messages. */
    void read(int messages) {
        call.request(messages);
    }

    PipelineReply reply() throws InterruptedException {
        PipelineReply reply = replies.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (reply == null) {
            throw new AssertionError("no reply; the stream " + (end.isDone() ? "ended: " + end.join() : "is open"));
        }
        return reply;
    }

    boolean hasReply() {
        return !replies.isEmpty();
    }

    void halfClose() {
        call.halfClose();
    }

    /** Sends no more and waits for the end. */
    End finish() {
        call.halfClose();
        return end();
    }

    End end() {
        return end.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }
}
