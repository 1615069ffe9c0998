package io.nokv.fsmeta.grpc;

import io.grpc.Attributes;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServerTransportFilter;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.system.SystemClock;
import io.nokv.base.system.SystemEntropy;
import io.nokv.fsmeta.api.Namespace;
import io.nokv.fsmeta.grpc.wire.Rpc;
import io.nokv.proto.fsmeta.v1.FSMetadataGrpc;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Serves a namespace as {@code nokv.fsmeta.v1.FSMetadata}, with {@code grpc.health.v1} and reflection beside it.
 * Thread-safe. Closing it leaves the namespace open: that belongs to whoever opened it.
 */
public final class FsmetaGrpcServer implements AutoCloseable {
    /** How long {@link #close()} waits for calls in flight. */
    public static final Duration DEFAULT_DRAIN = Duration.ofSeconds(10);

    /** A silent peer has this long to answer a ping. */
    private static final long KEEP_ALIVE_TIMEOUT_MILLIS = 20_000;

    /** A connection that resets more streams than this per {@link #RESET_WINDOW_SECONDS} is closed (CVE-2023-44487). */
    private static final int MAX_RESETS = 2_000;
    private static final int RESET_WINDOW_SECONDS = 10;

    private final Server server;
    private final int port;
    private final RpcMetrics metrics;
    private final StreamRegistry streams;
    private final HealthStatusManager health;
    private final ExecutorService threads;
    private final EventLoopGroup acceptor;
    private final EventLoopGroup workers;
    private final AtomicBoolean closed = new AtomicBoolean();

    private FsmetaGrpcServer(Server server, RpcMetrics metrics, StreamRegistry streams, HealthStatusManager health,
            ExecutorService threads, EventLoopGroup acceptor, EventLoopGroup workers) {
        this.server = server;
        this.port = server.getPort(); // gRPC forgets it when it stops listening
        this.metrics = metrics;
        this.streams = streams;
        this.health = health;
        this.threads = threads;
        this.acceptor = acceptor;
        this.workers = workers;
    }

    /**
     * Listens. The event loops try point reads themselves: a namespace that would wait in one, other than through the
     * ports, calls {@link io.nokv.base.system.WaitFree#refuse} first. NokvException IO_ERROR naming the address when it cannot.
     */
    public static FsmetaGrpcServer start(Namespace namespace, GrpcServerOptions options) {
        RpcMetrics metrics = new RpcMetrics(new SystemClock());
        StreamRegistry streams = new StreamRegistry();
        HealthStatusManager health = new HealthStatusManager();
        ExecutorService threads = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("nokv-rpc").factory());
        EventLoopGroup acceptor = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("nokv-grpc-accept", true),
                NioIoHandler.newFactory());
        EventLoopGroup workers = new MultiThreadIoEventLoopGroup(Runtime.getRuntime().availableProcessors(),
                new EventLoopThreads("nokv-grpc"), NioIoHandler.newFactory());
        NettyServerBuilder builder = NettyServerBuilder
                .forAddress(new InetSocketAddress(options.host(), options.port())).bossEventLoopGroup(acceptor)
                .workerEventLoopGroup(workers).channelType(NioServerSocketChannel.class).directExecutor()
                .maxInboundMessageSize(options.maxRequestBytes()).maxInboundMetadataSize(options.maxMetadataBytes())
                .maxConcurrentCallsPerConnection(options.maxCallsPerConnection())
                .handshakeTimeout(options.handshakeTimeoutMillis(), TimeUnit.MILLISECONDS)
                .permitKeepAliveTime(options.minKeepAliveMillis(), TimeUnit.MILLISECONDS)
                .permitKeepAliveWithoutCalls(true)
                .keepAliveTime(options.keepAliveMillis(), TimeUnit.MILLISECONDS)
                .keepAliveTimeout(KEEP_ALIVE_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
                .maxConnectionIdle(options.maxConnectionIdleMillis(), TimeUnit.MILLISECONDS)
                .maxRstFramesPerWindow(MAX_RESETS, RESET_WINDOW_SECONDS).addTransportFilter(counting(metrics))
                .addService(service(namespace, options, metrics, streams, new CallThreads(threads)))
                .addService(health.getHealthService())
                .addService(ProtoReflectionServiceV1.newInstance());
        if (options.maxConnectionAgeMillis() > 0) {
            builder.maxConnectionAge(options.maxConnectionAgeMillis(), TimeUnit.MILLISECONDS);
        }
        Server server;
        try {
            server = builder.build().start();
        } catch (IOException e) {
            acceptor.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
            workers.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
            Throwable why = e.getCause() == null ? e : e.getCause();
            threads.shutdown();
            throw new NokvException(FailureCode.IO_ERROR, "the gRPC server cannot listen on " + options.host() + ":"
                    + options.port() + ": " + why.getMessage(), e);
        }
        health.setStatus(FSMetadataGrpc.SERVICE_NAME, ServingStatus.SERVING);
        return new FsmetaGrpcServer(server, metrics, streams, health, threads, acceptor, workers);
    }

    private static ServerServiceDefinition service(Namespace namespace, GrpcServerOptions options, RpcMetrics metrics,
            StreamRegistry streams, CallThreads threads) {
        Failures failures = new Failures(new SystemEntropy());
        Calls calls = new Calls(namespace, options, metrics, failures);
        ServerServiceDefinition.Builder service = ServerServiceDefinition
                .builder(FSMetadataGrpc.getServiceDescriptor());
        for (Calls.Bound<?, ?> bound : calls.all()) {
            addUnary(service, bound, metrics, failures, threads, options);
        }
        service.addMethod(Rpc.PIPELINE.method(), new PipelineHandler(calls, metrics, streams, threads,
                options.maxPipelineCallsInFlight(), options.maxRequestsInFlight()));
        service.addMethod(Rpc.WATCH_SUBTREE.method(), new WatchHandler(namespace, metrics,
                metrics.recorder(Rpc.WATCH_SUBTREE), failures, streams, threads, options.maxWatches()));
        return service.build();
    }

    private static <Q, R> void addUnary(ServerServiceDefinition.Builder service, Calls.Bound<Q, R> bound,
            RpcMetrics metrics, Failures failures, CallThreads threads, GrpcServerOptions options) {
        service.addMethod(bound.rpc().method(),
                new UnaryHandler<>(bound, metrics, failures, threads, options.maxRequestsInFlight()));
    }

    private static ServerTransportFilter counting(RpcMetrics metrics) {
        return new ServerTransportFilter() {
            @Override
            public Attributes transportReady(Attributes attributes) {
                metrics.connected(1);
                return attributes;
            }

            @Override
            public void transportTerminated(Attributes attributes) {
                if (attributes != null) {
                    metrics.connected(-1);
                }
            }
        };
    }

    /** Where it listens, or listened before it was closed. */
    public int port() {
        return port;
    }

    public RpcMetrics metrics() {
        return metrics;
    }

    /** {@link #close(Duration)} with {@link #DEFAULT_DRAIN}. */
    @Override
    public void close() {
        close(DEFAULT_DRAIN);
    }

    /**
     * Reports NOT_SERVING, accepts no connection and no call any more, lets calls in flight finish for at most
     * {@code drain}, asks pipelines and watches to end, then cuts what is left. Waits for all of that, so that afterwards
     * nothing uses the namespace unless it hangs there; idempotent.
     */
    public void close(Duration drain) {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        health.enterTerminalState();
        server.shutdown();
        streams.drainAll();
        boolean interrupted = false;
        try {
            if (!server.awaitTermination(drain.toMillis(), TimeUnit.MILLISECONDS)) {
                server.shutdownNow();
                server.awaitTermination(1, TimeUnit.SECONDS);
            }
            threads.shutdown();
            threads.awaitTermination(2, TimeUnit.SECONDS); // those whose clients are gone
        } catch (InterruptedException e) {
            server.shutdownNow();
            threads.shutdown();
            interrupted = true;
        }
        acceptor.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        workers.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
