package io.nokv.raft.transport;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.nokv.base.port.Net;
import io.nokv.proto.raft.v1.Hello;
import io.nokv.proto.raft.v1.Welcome;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * One attempt to connect a lane, and the connection that comes of it, until it ends; never used again. It has a channel of
 * its own: gRPC's own reconnecting waits for up to two minutes, and would keep an address that has changed. Runs on the
 * event loop of its lane; what gRPC says elsewhere is brought there.
 */
final class Link extends ClientCall.Listener<Welcome> {
    private final Outlet outlet;
    private final EventLoop loop;
    private ManagedChannel channel;
    private ClientCall<Frame, Welcome> call;
    private ScheduledFuture<?> timeout;
    private boolean over;

    Link(Outlet outlet) {
        this.outlet = outlet;
        this.loop = outlet.loop();
    }

    void open() {
        GrpcNet net = outlet.net();
        GrpcNetOptions options = net.options();
        String address = net.addressOf(outlet.store());
        if (address == null) {
            fail("the address of store " + outlet.store() + " is not known");
            return;
        }
        try {
            channel = NettyChannelBuilder.forTarget("dns:///" + address).eventLoopGroup(loop)
                    .channelType(NioSocketChannel.class).directExecutor().usePlaintext().disableRetry()
                    .maxInboundMessageSize(64 << 10)
                    .keepAliveTime(options.keepAlive().toNanos(), TimeUnit.NANOSECONDS)
                    .keepAliveTimeout(options.keepAliveTimeout().toNanos(), TimeUnit.NANOSECONDS).build();
            // A bulk lane must not fill the socket with what it then waits behind itself; the others gather frames faster.
            int ahead = outlet.lane() == Net.Lane.BULK ? options.frameBytes() : 4 * options.frameBytes();
            call = channel.newCall(Carry.METHOD, CallOptions.DEFAULT.withOnReadyThreshold(ahead));
            call.start(this, new Metadata());
            call.request(2); // the second would be one too many
            call.sendMessage(Frame.of(Hello.newBuilder().setProtocol(Carry.PROTOCOL).setClusterId(options.clusterId())
                    .setFromStore(net.store()).setToStore(outlet.store()).setLane(Carry.wire(outlet.lane())).build()));
            timeout = loop.schedule(this::late, options.connectTimeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (IllegalArgumentException e) {
            fail("'" + address + "' is no address: " + e.getMessage());
        }
    }

    boolean isReady() {
        return call.isReady();
    }

    void send(Frame frame) {
        call.sendMessage(frame);
    }

    /** Lets go what was sent, then ends. */
    void end() {
        over = true;
        timeout.cancel(false);
        call.halfClose();
        channel.shutdown();
    }

    void cancel() {
        over = true;
        if (timeout != null) {
            timeout.cancel(false);
        }
        if (channel != null) {
            channel.shutdownNow();
        }
    }

    private void late() {
        fail("no answer within " + outlet.net().options().connectTimeout().toMillis() + " ms");
    }

    private void fail(String why) {
        if (!over) {
            cancel();
            outlet.failed(this, why);
        }
    }

    private void here(Runnable work) {
        if (loop.inEventLoop()) {
            work.run();
        } else {
            try {
                loop.execute(work);
            } catch (RejectedExecutionException e) {
                // The network was closed, and this link with it.
                return;
            }
        }
    }

    @Override
    public void onMessage(Welcome message) {
        here(() -> {
            if (over) {
                return;
            }
            timeout.cancel(false);
            outlet.welcomed(this);
        });
    }

    @Override
    public void onReady() {
        here(() -> {
            if (!over) {
                outlet.ready(this);
            }
        });
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        String refusal = trailers.get(Carry.REFUSAL);
        String why = refusal != null
                ? "refused as " + refusal + ": " + status.getDescription()
                : status.getCode() + (status.getDescription() == null ? "" : ": " + status.getDescription());
        here(() -> fail(why));
    }
}
