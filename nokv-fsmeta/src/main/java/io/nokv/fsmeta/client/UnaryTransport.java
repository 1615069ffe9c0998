package io.nokv.fsmeta.client;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.Status;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.grpc.wire.WireErrors;
import java.util.concurrent.TimeUnit;

/** A gRPC call for each exchange. */
final class UnaryTransport implements Transport {
    private final Channel channel;

    /** @param channel with a direct executor: its callbacks only complete exchanges */
    UnaryTransport(Channel channel) {
        this.channel = channel;
    }

    @Override
    public void send(Exchange<?, ?> exchange) {
        start(exchange);
    }

    private <Q, R> void start(Exchange<Q, R> exchange) {
        long remaining = exchange.remainingNanos();
        if (exchange.isDone()) {
            return;
        }
        if (remaining <= 0) {
            exchange.lost(Status.DEADLINE_EXCEEDED.withDescription("no time left to send it"), false);
            return;
        }
        Attempt<Q, R> attempt = new Attempt<>(exchange);
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(remaining, TimeUnit.NANOSECONDS);
        if (exchange.changes()) {
            options = options.withStreamTracerFactory(attempt.tracing());
        }
        ClientCall<Q, R> call = channel.newCall(exchange.rpc().method(), options);
        try {
            call.start(attempt, new Metadata());
        } catch (IllegalStateException e) {
            // The channel was shut down in between: such a call has no listener to hear of its end.
            exchange.lost(Status.CANCELLED.withDescription("the client was closed").withCause(e), false);
            return;
        }
        try {
            call.request(2);
            call.sendMessage(exchange.request());
            call.halfClose();
        } catch (RuntimeException e) {
            call.cancel("could not be sent", e);
        }
    }

    /** The channel's owner closes it, which loses every call. */
    @Override
    public void close() {}

    /** Hears of one call. */
    private static final class Attempt<Q, R> extends ClientCall.Listener<R> {
        private final Exchange<Q, R> exchange;
        private R response;

        /** Whether a connection took the call; always assumed of reads, of which nobody asks. */
        private volatile boolean onWire;

        private Attempt(Exchange<Q, R> exchange) {
            this.exchange = exchange;
        }

        private ClientStreamTracer.Factory tracing() {
            return new ClientStreamTracer.Factory() {
                @Override
                public ClientStreamTracer newClientStreamTracer(ClientStreamTracer.StreamInfo info, Metadata headers) {
                    return new ClientStreamTracer() {
                        @Override
                        public void streamCreated(Attributes transport, Metadata sent) {
                            onWire = true;
                        }
                    };
                }
            };
        }

        @Override
        public void onMessage(R message) {
            response = message;
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            if (status.isOk()) {
                if (response != null) {
                    exchange.answered(response);
                } else {
                    exchange.lost(Status.INTERNAL.withDescription("the server sent no answer"), true);
                }
                return;
            }
            NamespaceException refusal = WireErrors.exception(status, trailers);
            if (refusal != null) {
                exchange.refused(refusal);
            } else {
                exchange.lost(status, onWire);
            }
        }
    }
}
