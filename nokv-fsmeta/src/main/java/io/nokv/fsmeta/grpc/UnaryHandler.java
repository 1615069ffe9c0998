package io.nokv.fsmeta.grpc;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.nokv.base.system.WaitFree;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.grpc.Failures.Failure;
import io.nokv.fsmeta.grpc.wire.WireErrors;

/**
 * One request, one answer. The event loop parses, admits, and answers point reads that need no wait; everything else gets
 * a thread of its own. Leaner than gRPC's generated handlers, which pass each event of a call through an executor; a call
 * here changes threads once or not at all.
 */
final class UnaryHandler<Q, R> implements ServerCallHandler<Q, R> {
    private final Calls.Bound<Q, R> bound;
    private final RpcMetrics metrics;
    private final Failures failures;
    private final CallThreads threads;
    private final int maxRequestsInFlight;

    UnaryHandler(Calls.Bound<Q, R> bound, RpcMetrics metrics, Failures failures, CallThreads threads,
            int maxRequestsInFlight) {
        this.bound = bound;
        this.metrics = metrics;
        this.failures = failures;
        this.threads = threads;
        this.maxRequestsInFlight = maxRequestsInFlight;
    }

    @Override
    public ServerCall.Listener<Q> startCall(ServerCall<Q, R> call, Metadata headers) {
        call.request(2); // the second would be one too many: gRPC tells us of it
        return new Exchange(call);
    }

    /** One call. The listener methods run on the event loop; {@link #run}, if need be, follows them on a thread of its own. */
    private final class Exchange extends ServerCall.Listener<Q> implements Runnable {
        private final ServerCall<Q, R> call;
        private Q request;
        private boolean closed;

        private Exchange(ServerCall<Q, R> call) {
            this.call = call;
        }

        @Override
        public void onMessage(Q message) {
            if (request != null && !closed) {
                refuse(Reason.INVALID_ARGUMENT, bound.rpc().name() + " takes one request, not several");
                return;
            }
            request = message;
        }

        @Override
        public void onHalfClose() {
            if (closed) {
                return;
            }
            if (request == null) {
                refuse(Reason.INVALID_ARGUMENT, bound.rpc().name() + " takes one request, not none");
                return;
            }
            if (!metrics.enterRequest(maxRequestsInFlight)) {
                refuse(Reason.OVERLOADED, "the server works on " + maxRequestsInFlight + " requests already");
                return;
            }
            if (bound.inPlace(request) && answer()) {
                return;
            }
            if (!threads.start(this)) {
                metrics.leaveRequest();
                refuse(Reason.CLOSED, CallThreads.CLOSING);
            }
        }

        @Override
        public void run() {
            answer();
        }

        /** False, and nothing counted or sent, when the answer needs a wait and this thread does not wait. */
        private boolean answer() {
            long start = bound.recorder().start();
            try {
                if (call.isCancelled()) {
                    bound.recorder().failed(start, Reason.CANCELLED);
                } else {
                    R response = bound.handler().handle(request);
                    call.sendHeaders(new Metadata());
                    call.sendMessage(response);
                    call.close(Status.OK, new Metadata());
                    bound.recorder().succeeded(start);
                }
            } catch (WaitFree.WouldWait _) {
                bound.recorder().handedOver();
                return false;
            } catch (Throwable t) {
                Failure failure = failures.of(bound.rpc().name(), t);
                bound.recorder().failed(start, failure.reason());
                call.close(WireErrors.status(failure.reason(), failure.message()),
                        WireErrors.trailers(failure.reason(), failure.message()));
            }
            metrics.leaveRequest();
            return true;
        }

        private void refuse(Reason reason, String message) {
            closed = true;
            bound.recorder().failed(bound.recorder().start(), reason);
            call.close(WireErrors.status(reason, message), WireErrors.trailers(reason, message));
        }
    }
}
