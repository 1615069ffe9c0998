package io.nokv.raft.transport;

import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.EventExecutor;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.Invariant;
import io.nokv.base.error.NokvException;
import io.nokv.base.port.Clock;
import io.nokv.base.port.Entropy;
import io.nokv.base.port.Net;
import io.nokv.proto.raft.v1.RaftTransportGrpc;
import io.nokv.raft.transport.CarryHandler.Incoming;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * The network of one store: messages to and from the other stores of its cluster over gRPC. Thread-safe.
 *
 * <p>The listener is called on event loops, which must not wait: one that would is refused by {@link
 * io.nokv.base.system.WaitFree}, and the message is counted as lost. Besides what {@link Net} promises, messages of one lane
 * arrive in the order in which they were sent as long as no fault hook delays them, and none arrives twice.
 */
public final class GrpcNet implements Net, AutoCloseable {
    private static final long SWEEP_MILLIS = 500;
    private static final int MAX_CALLS_PER_CONNECTION = 256;
    private static final int MAX_METADATA_BYTES = 16 << 10;

    /** A connection that resets more streams than this per {@link #RESET_WINDOW_SECONDS} is closed (CVE-2023-44487). */
    private static final int MAX_RESETS = 2_000;
    private static final int RESET_WINDOW_SECONDS = 10;
    private static final long END_SECONDS = 5;

    /** Lets in what connections that end still have to say. */
    private static final long QUIET_MILLIS = 50;

    private final long store;
    private final GrpcNetOptions options;
    private final StoreAddresses addresses;
    private final Clock clock;
    private final Entropy entropy;
    private final LinkFaults faults;
    private final EventLoopGroup loops;
    private final ConcurrentSkipListMap<Long, Peer> peers = new ConcurrentSkipListMap<>();
    private final Set<Incoming> calls = ConcurrentHashMap.newKeySet();
    private final AtomicLongArray refusals = new AtomicLongArray(Refusal.values().length);
    private final LongAdder replaced = new LongAdder();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile Inbox inbox;

    /** Set once, before {@link #start} returns. */
    private Server server;
    private int port;

    private GrpcNet(long store, GrpcNetOptions options, StoreAddresses addresses, Clock clock, Entropy entropy) {
        this.store = store;
        this.options = options;
        this.addresses = addresses;
        this.clock = clock;
        this.entropy = entropy;
        this.faults = new LinkFaults(clock, entropy);
        this.loops = new MultiThreadIoEventLoopGroup(options.loops(), new LoopThreads("nokv-raft-net-" + store),
                NioIoHandler.newFactory());
    }

    /**
     * Listens for other stores and is ready to speak to them.
     *
     * @param store the id of this store, not 0
     * @param others further services at the same address; they are called on event loops
     */
    public static GrpcNet start(long store, GrpcNetOptions options, StoreAddresses addresses, Clock clock,
            Entropy entropy, ServerServiceDefinition... others) {
        if (store == 0) {
            throw NokvException.invalid("no store has the id 0");
        }
        GrpcNet net = new GrpcNet(store, options, addresses, clock, entropy);
        net.listen(List.of(others));
        for (EventExecutor loop : net.loops) {
            loop.scheduleWithFixedDelay(() -> net.sweep(loop), SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
        }
        return net;
    }

    private void listen(List<ServerServiceDefinition> others) {
        NettyServerBuilder builder = NettyServerBuilder
                .forAddress(new InetSocketAddress(options.host(), options.port())).bossEventLoopGroup(loops)
                .workerEventLoopGroup(loops).channelType(NioServerSocketChannel.class).directExecutor()
                .maxInboundMessageSize(maxFrameBytes()).maxInboundMetadataSize(MAX_METADATA_BYTES)
                .maxConcurrentCallsPerConnection(MAX_CALLS_PER_CONNECTION)
                .handshakeTimeout(options.connectTimeout().toNanos(), TimeUnit.NANOSECONDS)
                .permitKeepAliveTime(options.keepAlive().toNanos() / 2, TimeUnit.NANOSECONDS)
                .permitKeepAliveWithoutCalls(true)
                .keepAliveTime(options.keepAlive().toNanos(), TimeUnit.NANOSECONDS)
                .keepAliveTimeout(options.keepAliveTimeout().toNanos(), TimeUnit.NANOSECONDS)
                .maxRstFramesPerWindow(MAX_RESETS, RESET_WINDOW_SECONDS)
                .addService(ServerServiceDefinition.builder(RaftTransportGrpc.SERVICE_NAME)
                        .addMethod(Carry.METHOD, new CarryHandler(this)).build());
        others.forEach(builder::addService);
        try {
            server = builder.build().start();
        } catch (IOException e) {
            loops.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
            Throwable why = e.getCause() == null ? e : e.getCause();
            throw new NokvException(FailureCode.IO_ERROR, "store " + store + " cannot listen on " + options.host() + ":"
                    + options.port() + ": " + why.getMessage(), e);
        }
        port = server.getPort(); // gRPC forgets it when it stops listening
    }

    /** A frame has one message of the largest size, or several together of no more, and their heads. */
    private int maxFrameBytes() {
        return (int) Math.min(Integer.MAX_VALUE, options.maxMessageBytes() + 8L * Outlet.FRAME_MESSAGES);
    }

    @Override
    public void listen(long node, Inbox listener) {
        if (node != store) {
            throw NokvException.invalid("this is the network of store " + store + ", not of " + node);
        }
        Invariant.check(inbox == null, "one listener per store", store);
        inbox = listener;
    }

    /** What is sent to this store itself is lost. */
    @Override
    public void send(long fromNode, long toNode, Lane lane, byte[] message) {
        Invariant.check(fromNode == store, "a store sends in its own name", fromNode);
        peer(toNode).outlet(lane).send(message);
    }

    /** Where other stores find this one. */
    public int port() {
        return port;
    }

    /** Makes links bad, for tests. */
    public LinkFaults faults() {
        return faults;
    }

    public TransportStats stats() {
        List<LinkStats> links = new ArrayList<>();
        peers.values().forEach(peer -> links.addAll(peer.stats()));
        Map<Refusal, Long> refused = new EnumMap<>(Refusal.class);
        for (Refusal reason : Refusal.values()) {
            long count = refusals.get(reason.ordinal());
            if (count > 0) {
                refused.put(reason, count);
            }
        }
        return new TransportStats(store, List.copyOf(links), Map.copyOf(refused), replaced.sum());
    }

    /**
     * Ends every connection in both directions; what waits is lost. Waits until nothing of this network runs any more, unless
     * it is called on one of its own event loops; idempotent.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        server.shutdown();
        calls.forEach(Incoming::shutDown);
        for (Peer peer : peers.values()) {
            for (Lane lane : Lane.values()) {
                Outlet outlet = peer.outlet(lane);
                outlet.loop().execute(outlet::close);
            }
        }
        boolean here = isOnLoop();
        boolean interrupted = false;
        try {
            if (!here && !server.awaitTermination(1, TimeUnit.SECONDS)) {
                server.shutdownNow();
            }
            loops.shutdownGracefully(QUIET_MILLIS, END_SECONDS * 1_000, TimeUnit.MILLISECONDS);
            if (!here) {
                loops.awaitTermination(END_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        server.shutdownNow();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isOnLoop() {
        for (EventExecutor loop : loops) {
            if (loop.inEventLoop()) {
                return true;
            }
        }
        return false;
    }

    // ---- for the package --------------------------------------------------------------------------------------

    long store() {
        return store;
    }

    GrpcNetOptions options() {
        return options;
    }

    Clock clock() {
        return clock;
    }

    Entropy entropy() {
        return entropy;
    }

    Inbox inbox() {
        return inbox;
    }

    Set<Incoming> calls() {
        return calls;
    }

    String addressOf(long peer) {
        return peer == store ? null : addresses.addressOf(peer);
    }

    Peer peer(long id) {
        Peer known = peers.get(id);
        return known != null ? known : peers.computeIfAbsent(id, _ -> new Peer(this, id, loops.next()));
    }

    void refused(Refusal why) {
        refusals.incrementAndGet(why.ordinal());
    }

    void replaced() {
        replaced.increment();
    }

    void disconnected(long peer) {
        peer(peer).inlet().disconnected();
    }

    /** The event loop that calls. */
    EventLoop currentLoop() {
        for (EventExecutor loop : loops) {
            if (loop.inEventLoop()) {
                return (EventLoop) loop;
            }
        }
        throw new RejectedExecutionException("not on an event loop");
    }

    private void sweep(EventExecutor loop) {
        for (Peer peer : peers.values()) {
            for (Lane lane : Lane.values()) {
                Outlet outlet = peer.outlet(lane);
                if (outlet.loop() == loop) {
                    outlet.sweep();
                }
            }
        }
    }
}
