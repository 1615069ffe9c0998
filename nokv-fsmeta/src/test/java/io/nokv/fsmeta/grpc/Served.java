package io.nokv.fsmeta.grpc;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.nokv.fsmeta.api.Namespace;
import io.nokv.fsmeta.client.NamespaceClient;
import io.nokv.fsmeta.client.NamespaceClientOptions;
import io.nokv.fsmeta.grpc.wire.Rpc;
import io.nokv.proto.fsmeta.v1.FSMetadataGrpc;
import io.nokv.proto.fsmeta.v1.PipelineReply;
import io.nokv.proto.fsmeta.v1.PipelineRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A namespace behind a real server on loopback, with clients of all kinds. Closing it closes everything but the namespace. */
public final class Served implements AutoCloseable {
    public final FsmetaGrpcServer server;
    private final List<AutoCloseable> opened = new ArrayList<>();

    public Served(Namespace namespace) {
        this(namespace, options -> options);
    }

    public Served(Namespace namespace, UnaryOperator<GrpcServerOptions.Builder> change) {
        server = FsmetaGrpcServer.start(namespace,
                change.apply(GrpcServerOptions.defaults().toBuilder().port(0)).build());
    }

    public NamespaceClientOptions options(boolean pipelined) {
        return NamespaceClientOptions.of("127.0.0.1", server.port()).withPipelined(pipelined);
    }

    public NamespaceClient client(boolean pipelined) {
        return client(options(pipelined));
    }

    public NamespaceClient client(NamespaceClientOptions options) {
        NamespaceClient client = NamespaceClient.connect(options);
        opened.add(client);
        return client;
    }

    /** A plain gRPC channel without any of our client code. */
    public ManagedChannel channel() {
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext()
                .maxInboundMessageSize(64 << 20).disableRetry().build();
        opened.add(() -> {
            channel.shutdownNow();
            channel.awaitTermination(5, TimeUnit.SECONDS);
        });
        return channel;
    }

    /** The generated stub, with a deadline so that a test that hangs fails. */
    public FSMetadataGrpc.FSMetadataBlockingStub stub() {
        return FSMetadataGrpc.newBlockingStub(channel()).withDeadlineAfter(60, TimeUnit.SECONDS);
    }

    /** One call by plain gRPC, as a call of its own. */
    public <Q, R> R unary(Rpc<Q, R> rpc, Q request) {
        return ClientCalls.blockingUnaryCall(channel(), rpc.method(),
                CallOptions.DEFAULT.withDeadlineAfter(60, TimeUnit.SECONDS), request);
    }

    /** One call by plain gRPC, through a pipeline. */
    public <Q, R> PipelineReply pipelined(Rpc<Q, R> rpc, Q request) throws InterruptedException {
        RawPipeline pipeline = pipeline();
        pipeline.send(PipelineRequest.newBuilder().addCalls(rpc.call(7, request)).build());
        PipelineReply reply = pipeline.reply();
        pipeline.finish();
        return reply;
    }

    public RawPipeline pipeline() {
        return new RawPipeline(channel());
    }

    @Override
    public void close() {
        for (AutoCloseable one : opened) {
            try {
                one.close();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
        server.close(Duration.ofSeconds(5));
    }
}
