package io.nokv.fsmeta.grpc;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.nokv.fsmeta.api.Attributes;
import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.client.NamespaceClient;
import io.nokv.fsmeta.client.NamespaceClientOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;

/**
 * What the transport alone costs: reads of a namespace that answers at once, unary and pipelined, beside a bare gRPC echo
 * of as many bytes. Arguments: threads, seconds per line, rounds.
 */
public final class ThroughputMain {
    private ThroughputMain() {}

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

    private static final MethodDescriptor<byte[], byte[]> ECHO = MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY).setFullMethodName("bare.Echo/Echo").setRequestMarshaller(BYTES)
            .setResponseMarshaller(BYTES).build();

    public static void main(String[] args) throws Exception {
        int threads = Integer.parseInt(args[0]);
        double seconds = Double.parseDouble(args[1]);
        int rounds = Integer.parseInt(args[2]);
        Attributes attributes = Samples.file(Samples.ROOT + 5);
        Entry entry = Samples.entry(Samples.ROOT, "some-file-name.bin", Samples.ROOT + 5);
        RecordingNamespace namespace = new RecordingNamespace();
        namespace.answer(call -> {
            namespace.calls.clear();
            return call.method().equals("getAttr") ? attributes : entry;
        });
        Server echoVirtual = echo(false);
        Server echoDirect = echo(true);
        FsmetaGrpcServer server = FsmetaGrpcServer.start(namespace,
                GrpcServerOptions.defaults().toBuilder().port(0).build());
        NamespaceClientOptions options = NamespaceClientOptions.of("127.0.0.1", server.port());
        try (NamespaceClient pipelined = NamespaceClient.connect(options);
                NamespaceClient unary = NamespaceClient.connect(options.withPipelined(false))) {
            ManagedChannel toVirtual = channel(echoVirtual.getPort());
            ManagedChannel toDirect = channel(echoDirect.getPort());
            byte[] payload = new byte[80];
            var name = Samples.name("some-file-name.bin");
            byte[] path = "/a/b/c/d/e".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            for (int round = 0; round < rounds; round++) {
                run("echo, virtual threads", threads, seconds,
                        () -> ClientCalls.blockingUnaryCall(toVirtual, ECHO, CallOptions.DEFAULT, payload));
                run("echo, direct", threads, seconds,
                        () -> ClientCalls.blockingUnaryCall(toDirect, ECHO, CallOptions.DEFAULT, payload));
                run("unary getAttr", threads, seconds, () -> unary.getAttr("m", Samples.ROOT + 5, 0));
                run("unary lookup", threads, seconds, () -> unary.lookup("m", Samples.ROOT, name, 0));
                run("pipelined getAttr", threads, seconds, () -> pipelined.getAttr("m", Samples.ROOT + 5, 0));
                run("pipelined lookup", threads, seconds, () -> pipelined.lookup("m", Samples.ROOT, name, 0));
                run("pipelined lookupPath", threads, seconds, () -> pipelined.lookupPath("m", path, true, 0));
            }
            toVirtual.shutdownNow();
            toDirect.shutdownNow();
        }
        server.close();
        echoVirtual.shutdownNow();
        echoDirect.shutdownNow();
    }

    private static ManagedChannel channel(int port) {
        return NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    }

    private static Server echo(boolean direct) throws IOException {
        NettyServerBuilder builder = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
                .addService(ServerServiceDefinition.builder("bare.Echo")
                        .addMethod(ECHO, ServerCalls.asyncUnaryCall((request, out) -> {
                            out.onNext(request);
                            out.onCompleted();
                        })).build());
        return (direct ? builder.directExecutor() : builder.executor(Executors.newVirtualThreadPerTaskExecutor()))
                .build().start();
    }

    private static void run(String what, int threads, double seconds, Runnable call) throws InterruptedException {
        LongAdder calls = new LongAdder();
        CountDownLatch done = new CountDownLatch(threads);
        long end = System.nanoTime() + (long) (seconds * 1e9);
        long start = System.nanoTime();
        for (int i = 0; i < threads; i++) {
            Thread.ofPlatform().start(() -> {
                while (System.nanoTime() < end) {
                    call.run();
                    calls.increment();
                }
                done.countDown();
            });
        }
        done.await();
        double took = (System.nanoTime() - start) / 1e9;
        System.out
                .println(String.format(Locale.ROOT, "%-24s %2d threads %,10.0f/s", what, threads, calls.sum() / took));
    }

}
