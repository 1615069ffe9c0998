package io.nokv.fsmeta.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.nokv.fsmeta.api.Namespace.Watch;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.api.WatchEvent;
import io.nokv.fsmeta.grpc.wire.Rpc;
import io.nokv.fsmeta.grpc.wire.WireErrors;
import io.nokv.fsmeta.grpc.wire.WireValues;
import io.nokv.proto.fsmeta.v1.DirectoryEvent;
import io.nokv.proto.fsmeta.v1.WatchSubtreeRequest;
import io.nokv.proto.fsmeta.v1.WatchSubtreeResponse;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A watch over the network. A message is asked for when one has been taken, so a reader that stops leaves its events at the
 * server, whose window then overflows. One reader; closing is safe from any thread.
 */
final class StreamWatch implements Watch {
    private static final int MESSAGES_AHEAD = 2;

    /** What the stream delivered: a message, or its end. */
    private sealed interface Delivery {
        record Message(WatchSubtreeResponse response) implements Delivery {}

        record End(Reason reason, String message) implements Delivery {}
    }

    private final String mount;
    private final ClientCall<WatchSubtreeRequest, WatchSubtreeResponse> call;
    private final BlockingQueue<Delivery> inbox = new LinkedBlockingQueue<>();

    // Of the reader.
    private final Queue<DirectoryEvent> events = new ArrayDeque<>();
    private Delivery.End end;
    private volatile long cursor;

    private StreamWatch(Channel channel, WatchSubtreeRequest request) {
        mount = request.getMount();
        cursor = request.getCursor();
        call = channel.newCall(Rpc.WATCH_SUBTREE.method(), CallOptions.DEFAULT);
    }

    /** Returns when the subscription stands at the server. */
    static StreamWatch open(Channel channel, WatchSubtreeRequest request, long deadlineNanos) {
        StreamWatch watch = new StreamWatch(channel, request);
        boolean ready = false;
        try {
            watch.start(request);
            if (!watch.receive(deadlineNanos)) {
                throw new NamespaceException(Reason.TIMEOUT, "the watch was not confirmed before the deadline");
            }
            ready = true;
            return watch;
        } catch (IllegalStateException e) {
            throw new NamespaceException(Reason.CLOSED, "the client was closed", e);
        } finally {
            if (!ready) {
                watch.close();
            }
        }
    }

    private void start(WatchSubtreeRequest request) {
        call.start(new ClientCall.Listener<>() {
            @Override
            public void onMessage(WatchSubtreeResponse message) {
                inbox.add(new Delivery.Message(message));
            }

            @Override
            public void onClose(Status status, Metadata trailers) {
                NamespaceException said = WireErrors.exception(status, trailers);
                inbox.add(said != null
                        ? new Delivery.End(said.reason(), said.getMessage())
                        : new Delivery.End(status.isOk() ? Reason.CLOSED : WireErrors.nearest(status),
                                "the watch was lost: " + status.getCode()
                                        + (status.getDescription() == null ? "" : ": " + status.getDescription())));
            }
        }, new Metadata());
        call.request(MESSAGES_AHEAD);
        call.sendMessage(request);
        call.halfClose();
    }

    @Override
    public long cursor() {
        return cursor;
    }

    @Override
    public WatchEvent next(long timeoutMillis) {
        if (events.isEmpty() && !receive(TimeUnit.MILLISECONDS.toNanos(timeoutMillis))) {
            return null;
        }
        DirectoryEvent event = events.poll();
        if (event == null) {
            return null;
        }
        WatchEvent out = WireValues.event(mount, event);
        cursor = out.cursor();
        return out;
    }

    /** Takes the next message; false when none came in time. The end of the stream is thrown, now and ever after. */
    private boolean receive(long timeoutNanos) {
        if (end == null) {
            Delivery next;
            try {
                next = inbox.poll(timeoutNanos, TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new NamespaceException(Reason.CANCELLED, "the thread that read the watch was interrupted");
            }
            switch (next) {
                case null -> {
                    return false;
                }
                case Delivery.Message(WatchSubtreeResponse response) -> {
                    if (response.hasReady()) {
                        cursor = response.getReady().getCursor();
                    }
                    events.addAll(response.getEventsList());
                    call.request(1);
                    return true;
                }
                case Delivery.End last -> end = last;
            }
        }
        throw new NamespaceException(end.reason(), end.message());
    }

    @Override
    public void close() {
        call.cancel("the watch was closed", null);
    }
}
