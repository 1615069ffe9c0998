package io.nokv.benchmark.namespace;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** A unary gRPC call that does nothing: the floor under every unary call. Only reads have a meaning here. */
final class EchoTarget {
    private static final MethodDescriptor.Marshaller<byte[]> BYTES = new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    };
    static final MethodDescriptor<byte[], byte[]> METHOD = MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY).setFullMethodName("nokv.benchmark.Echo/Echo")
            .setRequestMarshaller(BYTES)
            .setResponseMarshaller(BYTES).build();

    /** As large as the answer to a stat. */
    private static final byte[] ANSWER = new byte[100];
    private static final byte[] QUESTION = new byte[40];

    private EchoTarget() {}

    /** Serves echoes until killed; prints the port. Runs in a process of its own, as the servers under test do. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .directExecutor()
                .addService(ServerServiceDefinition.builder("nokv.benchmark.Echo")
                        .addMethod(METHOD, ServerCalls.asyncUnaryCall((_, observer) -> {
                            observer.onNext(ANSWER);
                            observer.onCompleted();
                        })).build())
                .build().start();
        System.out.println("port " + server.getPort());
        server.awaitTermination();
    }

    /** One client's call. */
    static Workload.Client client(ManagedChannel channel) {
        return _ -> ClientCalls.blockingUnaryCall(channel, METHOD, CallOptions.DEFAULT, QUESTION);
    }

    static ManagedChannel connect(int port) {
        return NettyChannelBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .usePlaintext().build();
    }

    static void disconnect(ManagedChannel channel) {
        channel.shutdownNow();
        try {
            channel.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
