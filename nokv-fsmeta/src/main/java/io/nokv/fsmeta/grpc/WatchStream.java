package io.nokv.fsmeta.grpc;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.nokv.fsmeta.api.Namespace.Watch;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.api.WatchEvent;
import io.nokv.fsmeta.grpc.Failures.Failure;
import io.nokv.fsmeta.grpc.wire.Rpc;
import io.nokv.fsmeta.grpc.wire.WireErrors;
import io.nokv.fsmeta.grpc.wire.WireRequests;
import io.nokv.fsmeta.grpc.wire.WireValues;
import io.nokv.proto.fsmeta.v1.WatchSubtreeRequest;
import io.nokv.proto.fsmeta.v1.WatchSubtreeResponse;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * One watch. A thread of its own moves events from the subscription to the stream, but only while the transport takes
 * them: a client that does not read leaves its events in the subscription, whose window then overflows and says so.
 */
final class WatchStream extends ServerCall.Listener<WatchSubtreeRequest> implements StreamRegistry.Stream, Runnable {
    private static final int DEFAULT_WINDOW = 4_096;
    private static final int EVENTS_PER_MESSAGE = 256;

    /** How long a quiet watch takes to notice that its client or the server is gone. */
    private static final long POLL_MILLIS = 500;

    private final WatchHandler server;
    private final ServerCall<WatchSubtreeRequest, WatchSubtreeResponse> call;

    /** Raised by every change of {@link #call}'s readiness, to wake the thread when it waits for that. */
    private final Semaphore changed = new Semaphore(0);
    private WatchSubtreeRequest request;
    private int messages;
    private volatile boolean draining;

    WatchStream(WatchHandler server, ServerCall<WatchSubtreeRequest, WatchSubtreeResponse> call) {
        this.server = server;
        this.call = call;
    }

    @Override
    public void onMessage(WatchSubtreeRequest message) {
        request = message;
        messages++;
    }

    @Override
    public void onHalfClose() {
        if (!server.threads().start(this)) {
            end(server.recorder().start(), new Failure(Reason.CLOSED, CallThreads.CLOSING));
        }
    }

    @Override
    public void onReady() {
        changed.release();
    }

    @Override
    public void onCancel() {
        changed.release();
    }

    @Override
    public void drain() {
        draining = true;
        changed.release();
    }

    @Override
    public void run() {
        long start = server.recorder().start();
        Failure failure;
        boolean admitted = server.metrics().enterWatch(server.maxWatches());
        try {
            if (!admitted) {
                throw new NamespaceException(Reason.OVERLOADED,
                        "the server has " + server.maxWatches() + " watches already");
            }
            server.streams().add(this);
            failure = deliver();
        } catch (Throwable t) {
            failure = server.failures().of(Rpc.WATCH_SUBTREE.name(), t);
        } finally {
            server.streams().remove(this);
            if (admitted) {
                server.metrics().leaveWatch();
            }
        }
        if (failure == null) {
            server.recorder().succeeded(start);
        } else {
            end(start, failure);
        }
    }

    private void end(long start, Failure failure) {
        server.recorder().failed(start, failure.reason());
        call.close(WireErrors.status(failure.reason(), failure.message()),
                WireErrors.trailers(failure.reason(), failure.message()));
    }

    /** Null when the client left; else how the watch ends. */
    private Failure deliver() throws InterruptedException {
        if (messages != 1) {
            return new Failure(Reason.INVALID_ARGUMENT, "a watch takes one request");
        }
        if (request.getRecursive()) {
            return new Failure(Reason.UNSUPPORTED,
                    "a watch covers one directory; recursive watches are not offered by this version");
        }
        String mount = WireRequests.mount(request.getMount());
        int window = request.getWindowEvents() == 0 ? DEFAULT_WINDOW : request.getWindowEvents();
        if (window < 1 || window > Rpc.MAX_WATCH_WINDOW) {
            return new Failure(Reason.INVALID_ARGUMENT, "the window of a watch is 1 to " + Rpc.MAX_WATCH_WINDOW
                    + " events, not " + Integer.toUnsignedString(window));
        }
        try (Watch watch = server.namespace().watch(mount, request.getDirectory(), request.getCursor(), window)) {
            call.sendHeaders(new Metadata());
            call.sendMessage(WatchSubtreeResponse.newBuilder()
                    .setReady(WatchSubtreeResponse.Ready.newBuilder().setCursor(watch.cursor())).build());
            while (!call.isCancelled()) {
                if (draining) {
                    return new Failure(Reason.CLOSED, "the server is shutting down; watch on from the last cursor");
                }
                if (call.isReady()) {
                    deliverSome(watch);
                } else if (changed.tryAcquire(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                    changed.drainPermits();
                }
            }
            return null;
        }
    }

    private void deliverSome(Watch watch) {
        WatchEvent event = watch.next(POLL_MILLIS);
        if (event == null) {
            return;
        }
        WatchSubtreeResponse.Builder message = WatchSubtreeResponse.newBuilder();
        NamespaceException end = null;
        while (event != null) {
            message.addEvents(WireValues.event(event));
            try {
                event = message.getEventsCount() < EVENTS_PER_MESSAGE ? watch.next(0) : null;
            } catch (NamespaceException e) {
                end = e;
                event = null;
            }
        }
        call.sendMessage(message.build());
        if (end != null) {
            throw end;
        }
    }
}
