package io.nokv.raft.transport;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.netty.channel.EventLoop;
import io.nokv.base.port.Net;
import io.nokv.proto.raft.v1.Hello;
import io.nokv.proto.raft.v1.Welcome;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Receives the lanes of other stores. Each call runs on the event loop of its connection. */
final class CarryHandler implements ServerCallHandler<Frame, Welcome> {
    /** Frames of one lane asked for ahead of their delivery. */
    private static final int FRAMES_AHEAD = 2;

    private final GrpcNet net;

    CarryHandler(GrpcNet net) {
        this.net = net;
    }

    @Override
    public ServerCall.Listener<Frame> startCall(ServerCall<Frame, Welcome> call, Metadata headers) {
        return new Incoming(call);
    }

    /** One lane from one store. */
    final class Incoming extends ServerCall.Listener<Frame> {
        private final ServerCall<Frame, Welcome> call;
        private final EventLoop loop = net.currentLoop();
        private final ScheduledFuture<?> timeout;
        private Peer from;
        private Net.Lane lane;
        private boolean closed;

        Incoming(ServerCall<Frame, Welcome> call) {
            this.call = call;
            timeout = loop.schedule(() -> refuse(Refusal.NO_HELLO, "no hello came"),
                    net.options().connectTimeout().toNanos(), TimeUnit.NANOSECONDS);
            net.calls().add(this);
            call.request(1);
        }

        @Override
        public void onMessage(Frame frame) {
            if (closed) {
                return;
            }
            if (from == null) {
                greet(frame);
            } else if (frame.hello() != null) {
                refuse(Refusal.NO_HELLO, "a second hello");
            } else {
                from.inlet().deliver(frame, from.counts(lane), () -> call.request(1));
            }
        }

        private void greet(Frame frame) {
            Hello hello = frame.hello();
            if (hello == null || !frame.messages().isEmpty() || hello.getFromStore() == 0
                    || Carry.lane(hello.getLane()) == null) {
                refuse(Refusal.NO_HELLO, "a call begins with a hello that names a store and a lane");
            } else if (hello.getProtocol() != Carry.PROTOCOL) {
                refuse(Refusal.OTHER_PROTOCOL,
                        "this is protocol " + Carry.PROTOCOL + ", not " + hello.getProtocol());
            } else if (!hello.getClusterId().equals(net.options().clusterId())) {
                refuse(Refusal.OTHER_CLUSTER, "this store belongs to another cluster");
            } else if (hello.getToStore() != net.store()) {
                refuse(Refusal.OTHER_STORE, "this is store " + net.store() + ", not " + hello.getToStore());
            } else if (hello.getFromStore() == net.store()) {
                refuse(Refusal.SAME_STORE, "this is store " + net.store());
            } else {
                timeout.cancel(false);
                from = net.peer(hello.getFromStore());
                lane = Carry.lane(hello.getLane());
                Incoming before = from.carriedBy(lane, this);
                if (before != null) {
                    net.replaced();
                    before.replace();
                }
                call.sendHeaders(new Metadata());
                call.sendMessage(Welcome.newBuilder().setStore(net.store()).build());
                call.request(FRAMES_AHEAD);
            }
        }

        private void refuse(Refusal why, String description) {
            if (closed) {
                return;
            }
            net.refused(why);
            Metadata trailers = new Metadata();
            trailers.put(Carry.REFUSAL, why.name());
            close(Status.FAILED_PRECONDITION.withDescription(description), trailers);
        }

        private void close(Status status, Metadata trailers) {
            if (!closed) {
                closed = true;
                timeout.cancel(false);
                call.close(status, trailers);
                over();
            }
        }

        private void replace() {
            onLoop(() -> close(Status.ABORTED.withDescription("a newer call carries this lane"), new Metadata()));
        }

        /** The store is going. */
        void shutDown() {
            onLoop(() -> refuse(Refusal.CLOSING, "the store is going"));
        }

        private void onLoop(Runnable work) {
            try {
                loop.execute(work);
            } catch (RejectedExecutionException e) {
                // The loop has ended, and all its connections with it.
                return;
            }
        }

        private void over() {
            net.calls().remove(this);
            if (from != null) {
                from.carriedNoMore(lane, this);
            }
        }

        @Override
        public void onHalfClose() {
            close(Status.OK, new Metadata());
        }

        @Override
        public void onCancel() {
            closed = true;
            timeout.cancel(false);
            over();
        }
    }
}
