package io.nokv.sql.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.port.Clock;
import io.nokv.base.port.Promise;
import io.nokv.base.port.Scheduler;
import io.nokv.sql.api.SqlEngine;
import io.nokv.sql.avatica.MetaOptions;
import io.nokv.sql.avatica.NokvMeta;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * The JDBC port: Avatica's protocol over HTTP/1.1, for stock Avatica drivers and ours. Thread-safe. Owns the
 * {@link NokvMeta} that it makes, not the engine.
 */
public final class AvaticaEndpoint implements AutoCloseable {
    private static final int MAX_INITIAL_LINE_BYTES = 4_096;
    private static final int MAX_CHUNK_BYTES = 64 << 10;

    private final EndpointOptions options;
    private final Authenticator authenticator;
    private final Scheduler scheduler;
    private final NokvMeta meta;
    private final RequestDesk desk;
    private final MultiThreadIoEventLoopGroup loops;
    private final Set<Channel> channels = ConcurrentHashMap.newKeySet();
    /** Channels beyond the limit: served with refusals only. */
    private final Set<Channel> surplus = ConcurrentHashMap.newKeySet();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Promise<Void> drained;
    private volatile boolean draining;
    private Channel server;

    private AvaticaEndpoint(SqlEngine engine, MetaOptions metaOptions, EndpointOptions options,
            Authenticator authenticator, Clock clock, Scheduler scheduler) {
        this.options = options;
        this.authenticator = authenticator;
        this.scheduler = scheduler;
        meta = new NokvMeta(engine, metaOptions, clock, scheduler);
        desk = new RequestDesk(meta);
        loops = new MultiThreadIoEventLoopGroup(options.ioThreads(), new DefaultThreadFactory("nokv-jdbc-io", true),
                NioIoHandler.newFactory());
        drained = scheduler.promise();
    }

    /**
     * Starts listening. The caller warms the engine up before, so that the first user finds it warm.
     *
     * @throws NokvException IO_ERROR naming the address when it cannot be bound
     */
    public static AvaticaEndpoint start(SqlEngine engine, MetaOptions metaOptions, EndpointOptions options,
            Authenticator authenticator, Clock clock, Scheduler scheduler) {
        AvaticaEndpoint endpoint = new AvaticaEndpoint(engine, metaOptions, options, authenticator, clock, scheduler);
        try {
            endpoint.bind();
        } catch (RuntimeException e) {
            endpoint.close();
            throw e;
        }
        return endpoint;
    }

    /** {@link #start(SqlEngine, MetaOptions, EndpointOptions, Authenticator, Clock, Scheduler)} without authentication. */
    public static AvaticaEndpoint start(SqlEngine engine, MetaOptions metaOptions, EndpointOptions options, Clock clock,
            Scheduler scheduler) {
        return start(engine, metaOptions, options, Authenticator.NONE, clock, scheduler);
    }

    private void bind() {
        ServerBootstrap bootstrap = new ServerBootstrap().group(loops).channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true).option(ChannelOption.SO_BACKLOG, 1_024)
                .childOption(ChannelOption.TCP_NODELAY, true).childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(
                                new HttpServerCodec(MAX_INITIAL_LINE_BYTES, options.maxHeaderBytes(), MAX_CHUNK_BYTES),
                                new IdleStateHandler(0, 0, options.idleSeconds()),
                                new HttpFront(AvaticaEndpoint.this));
                    }
                });
        Promise<Channel> bound = scheduler.promise();
        bootstrap.bind(options.address()).addListener(future -> {
            if (future.isSuccess()) {
                bound.complete(((io.netty.channel.ChannelFuture) future).channel());
            } else {
                bound.fail(new NokvException(FailureCode.IO_ERROR, "cannot listen for JDBC on " + options.address()
                        + ": " + future.cause().getMessage(), future.cause()));
            }
        });
        server = bound.await();
    }

    /** Where it listens, with the port that was chosen. */
    public InetSocketAddress address() {
        return (InetSocketAddress) server.localAddress();
    }

    /** Open client connections, for statistics. */
    public int connectionCount() {
        return meta.connectionCount();
    }

    /** Requests being served, for statistics. */
    public int inFlight() {
        return inFlight.get();
    }

    /**
     * Stops gracefully: no new HTTP connections, answers carry "Connection: close", requests in flight get
     * {@code graceNanos} to finish, then everything is closed and open transactions are rolled back. Waits.
     */
    public void stop(long graceNanos) {
        draining = true;
        if (server != null) {
            server.close();
        }
        for (Channel c : channels) {
            c.eventLoop().execute(() -> c.pipeline().fireUserEventTriggered(
                    io.netty.handler.timeout.IdleStateEvent.ALL_IDLE_STATE_EVENT));
        }
        Scheduler.Timer timer = scheduler.after(Math.max(0, graceNanos), "jdbc-drain", () -> drained.complete(null));
        if (inFlight.get() == 0) {
            drained.complete(null);
        }
        drained.await();
        timer.cancel();
        meta.close();
        for (Channel c : channels) {
            c.close();
        }
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    /** {@link #stop} without patience. */
    @Override
    public void close() {
        stop(0);
    }

    EndpointOptions options() {
        return options;
    }

    Authenticator authenticator() {
        return authenticator;
    }

    boolean draining() {
        return draining;
    }

    void channelOpened(Channel channel) {
        channels.add(channel);
        if (channels.size() > options.maxChannels()) {
            surplus.add(channel);
        }
    }

    void channelClosed(Channel channel) {
        channels.remove(channel);
        surplus.remove(channel);
    }

    /** Counts a request in, unless there are too many; {@link #finished} counts it out. */
    boolean admit(Channel channel) {
        if (surplus.contains(channel)) {
            return false;
        }
        if (inFlight.incrementAndGet() > options.maxInFlight()) {
            finished();
            return false;
        }
        return true;
    }

    void finished() {
        if (inFlight.decrementAndGet() == 0 && draining) {
            drained.complete(null);
        }
    }

    void execute(Consumer<RequestDesk> work) {
        scheduler.execute("jdbc-request", () -> work.accept(desk));
    }
}
