package io.nokv.fsmeta.client;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.nokv.base.port.Entropy;
import io.nokv.base.system.SystemClock;
import io.nokv.base.system.SystemEntropy;
import io.nokv.fsmeta.api.Attributes;
import io.nokv.fsmeta.api.DirPage;
import io.nokv.fsmeta.api.Entry;
import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.Mount;
import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.api.MutationResult;
import io.nokv.fsmeta.api.NamePage;
import io.nokv.fsmeta.api.Namespace;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.Operation;
import io.nokv.fsmeta.api.Quota;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.api.RequestId;
import io.nokv.fsmeta.api.SnapshotInfo;
import io.nokv.fsmeta.grpc.wire.Rpc;
import io.nokv.fsmeta.grpc.wire.WireRequests;
import io.nokv.fsmeta.grpc.wire.WireValues;
import io.nokv.proto.fsmeta.v1.BatchGetAttrRequest;
import io.nokv.proto.fsmeta.v1.BatchGetAttrResponse;
import io.nokv.proto.fsmeta.v1.BatchLookupRequest;
import io.nokv.proto.fsmeta.v1.BatchLookupResponse;
import io.nokv.proto.fsmeta.v1.GetMountRequest;
import io.nokv.proto.fsmeta.v1.GetQuotaUsageRequest;
import io.nokv.proto.fsmeta.v1.GetReadVersionRequest;
import io.nokv.proto.fsmeta.v1.ListMountsRequest;
import io.nokv.proto.fsmeta.v1.ListQuotasRequest;
import io.nokv.proto.fsmeta.v1.ListSnapshotsRequest;
import io.nokv.proto.fsmeta.v1.RegisterMountRequest;
import io.nokv.proto.fsmeta.v1.RetireMountRequest;
import io.nokv.proto.fsmeta.v1.RetireSnapshotSubtreeRequest;
import io.nokv.proto.fsmeta.v1.SetQuotaRequest;
import io.nokv.proto.fsmeta.v1.SnapshotSubtreeRequest;
import io.nokv.proto.fsmeta.v1.WatchSubtreeRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * A namespace on a server. Thread-safe; make one for a whole program: all threads share its connection.
 *
 * <p>Beside what a {@link Namespace} refuses, calls can fail with IO_ERROR (no connection, nothing happened), TIMEOUT (of a
 * read), CANCELLED (interrupted, or the client was closed), OVERLOADED, and UNKNOWN_OUTCOME: the change may or may not have
 * happened; sending it again with the same request id finds out, so a caller that wants to be able to do that passes an id
 * of its own. Changes without an id get one here for the client's own repetitions.
 *
 * <p>The methods that end in {@code Async} return at once; their futures complete on the callback executor, by default a
 * virtual thread each.
 */
public final class NamespaceClient implements Namespace {
    private static final long CLOSE_SECONDS = 5;

    private final ManagedChannel channel;
    private final EventLoop loop;
    private final Transport transport;
    private final Retries retries;
    private final NamespaceClientOptions options;
    private final Entropy entropy = new SystemEntropy();
    private volatile boolean closed;

    private NamespaceClient(NamespaceClientOptions options) {
        this.options = options;
        loop = ClientLoops.take();
        channel = NettyChannelBuilder.forAddress(options.host(), options.port()).eventLoopGroup(loop)
                .channelType(NioSocketChannel.class).directExecutor().usePlaintext().disableRetry()
                .maxInboundMessageSize(options.maxResponseBytes()).maxInboundMetadataSize(16 << 10)
                .keepAliveTime(options.keepAliveMillis(), TimeUnit.MILLISECONDS)
                .keepAliveTimeout(options.keepAliveMillis(), TimeUnit.MILLISECONDS).build();
        retries = new Retries(new SystemClock(), entropy, loop, channel, options.host() + ":" + options.port(),
                options.maxAttempts());
        transport = options.pipelined() ? new PipelineTransport(channel, loop) : new UnaryTransport(channel);
        retries.through(transport);
    }

    /** Connects on the first call, not here. */
    public static NamespaceClient connect(NamespaceClientOptions options) {
        return new NamespaceClient(options);
    }

    /** With the default options: pipelined. */
    public static NamespaceClient connect(String host, int port) {
        return connect(NamespaceClientOptions.of(host, port));
    }

    // ---- one call ---------------------------------------------------------------------------------------------

    private <Q, R> Exchange<Q, R> exchange(Rpc<Q, R> rpc, Q request) {
        boolean repeatable = switch (rpc.kind()) {
            case POINT_READ, READ, CHANGE -> true; // every change has an id, see #id
            case ADMIN, STREAM -> false;
        };
        return new Exchange<>(rpc, request, repeatable, retries.nanos() + options.deadline().toNanos(), retries);
    }

    private <Q, R> void send(Exchange<Q, R> exchange) {
        int bytes = exchange.requestBytes();
        if (closed) {
            exchange.refusedHere(Reason.CLOSED, "the client is closed");
        } else if (bytes > options.maxRequestBytes()) {
            exchange.refusedHere(Reason.TOO_LARGE, exchange.rpc().name() + " of " + bytes + " bytes, the limit is "
                    + options.maxRequestBytes());
        } else {
            transport.send(exchange);
        }
    }

    private <Q, R> R call(Rpc<Q, R> rpc, Q request) {
        if (ClientLoops.isHere()) {
            throw new NamespaceException(Reason.INVALID_ARGUMENT,
                    "a callback executor that runs on the client's own thread cannot make calls that wait");
        }
        Exchange<Q, R> exchange = exchange(rpc, request);
        send(exchange);
        return exchange.await();
    }

    private <Q, R, T> CompletableFuture<T> callAsync(Rpc<Q, R> rpc, Q request,
            Function<R, T> translate) {
        Exchange<Q, R> exchange = exchange(rpc, request);
        CompletableFuture<T> future = exchange.future(translate, options.callbackExecutor());
        send(exchange);
        return future;
    }

    private RequestId id(RequestId given) {
        return given != null ? given : new RequestId(entropy.nextLong(), entropy.nextLong());
    }

    // ---- mounts -----------------------------------------------------------------------------------------------

    @Override
    public Mount registerMount(String name) {
        return WireValues.mount(call(Rpc.REGISTER_MOUNT, RegisterMountRequest.newBuilder().setName(name).build()));
    }

    @Override
    public Mount retireMount(String name) {
        return WireValues.mount(call(Rpc.RETIRE_MOUNT, RetireMountRequest.newBuilder().setName(name).build()));
    }

    @Override
    public Mount mount(String name) {
        return WireValues.mount(call(Rpc.GET_MOUNT, GetMountRequest.newBuilder().setName(name).build()));
    }

    @Override
    public List<Mount> mounts() {
        return call(Rpc.LIST_MOUNTS, ListMountsRequest.getDefaultInstance()).getMountsList().stream()
                .map(WireValues::mount).toList();
    }

    // ---- reads ------------------------------------------------------------------------------------------------

    @Override
    public long readVersion() {
        return call(Rpc.GET_READ_VERSION, GetReadVersionRequest.getDefaultInstance()).getVersion();
    }

    @Override
    public Entry lookup(String mount, long parent, FileName name, long version) {
        return WireValues.entry(call(Rpc.LOOKUP, Messages.lookup(mount, parent, name, version)).getEntry());
    }

    public CompletableFuture<Entry> lookupAsync(String mount, long parent, FileName name, long version) {
        return callAsync(Rpc.LOOKUP, Messages.lookup(mount, parent, name, version),
                r -> WireValues.entry(r.getEntry()));
    }

    @Override
    public Entry lookupPath(String mount, byte[] path, boolean followLast, long version) {
        return WireValues
                .entry(call(Rpc.LOOKUP_PATH, Messages.lookupPath(mount, path, followLast, version)).getEntry());
    }

    public CompletableFuture<Entry> lookupPathAsync(String mount, byte[] path, boolean followLast, long version) {
        return callAsync(Rpc.LOOKUP_PATH, Messages.lookupPath(mount, path, followLast, version),
                r -> WireValues.entry(r.getEntry()));
    }

    @Override
    public Attributes getAttr(String mount, long inode, long version) {
        return WireValues.attributes(call(Rpc.GET_ATTR, Messages.getAttr(mount, inode, version)).getInode());
    }

    public CompletableFuture<Attributes> getAttrAsync(String mount, long inode, long version) {
        return callAsync(Rpc.GET_ATTR, Messages.getAttr(mount, inode, version),
                r -> WireValues.attributes(r.getInode()));
    }

    /** Asks again for what a large answer left out, at the same version. */
    @Override
    public List<Entry> batchLookup(String mount, long parent, List<FileName> names, long version) {
        List<Entry> out = new ArrayList<>(names.size());
        long at = version;
        do {
            BatchLookupRequest.Builder request = BatchLookupRequest.newBuilder().setMount(mount).setParent(parent)
                    .setVersion(at);
            for (FileName name : names.subList(out.size(), names.size())) {
                request.addNames(WireValues.name(name));
            }
            BatchLookupResponse response = call(Rpc.BATCH_LOOKUP, request.build());
            checkProgress(response.getAnswersCount(), request.getNamesCount());
            for (BatchLookupResponse.Found found : response.getAnswersList()) {
                out.add(found.hasEntry()
                        ? new Entry(parent, names.get(out.size()),
                                WireValues.attributes(found.getEntry().getInode()))
                        : null);
            }
            at = response.getVersion();
        } while (out.size() < names.size());
        return out;
    }

    /** Asks again for what a large answer left out, at the same version. */
    @Override
    public List<Attributes> batchGetAttr(String mount, List<Long> inodes, long version) {
        List<Attributes> out = new ArrayList<>(inodes.size());
        long at = version;
        do {
            BatchGetAttrRequest request = BatchGetAttrRequest.newBuilder().setMount(mount)
                    .addAllInodes(inodes.subList(out.size(), inodes.size())).setVersion(at).build();
            BatchGetAttrResponse response = call(Rpc.BATCH_GET_ATTR, request);
            checkProgress(response.getAnswersCount(), request.getInodesCount());
            for (BatchGetAttrResponse.Found found : response.getAnswersList()) {
                out.add(found.hasInode() ? WireValues.attributes(found.getInode()) : null);
            }
            at = response.getVersion();
        } while (out.size() < inodes.size());
        return out;
    }

    private static void checkProgress(int answers, int asked) {
        if (answers > asked || answers == 0 && asked > 0) {
            throw new NamespaceException(Reason.INTERNAL,
                    "the server sent " + answers + " answers to " + asked + " questions");
        }
    }

    @Override
    public NamePage readDir(String mount, long directory, FileName after, int limit, long version) {
        return Messages.namePage(call(Rpc.READ_DIR, Messages.readDir(mount, directory, after, limit, version)));
    }

    @Override
    public DirPage readDirPlus(String mount, long directory, FileName after, int limit, long version) {
        return Messages.dirPage(directory,
                call(Rpc.READ_DIR_PLUS, Messages.readDir(mount, directory, after, limit, version)));
    }

    public CompletableFuture<DirPage> readDirPlusAsync(String mount, long directory, FileName after, int limit,
            long version) {
        return callAsync(Rpc.READ_DIR_PLUS, Messages.readDir(mount, directory, after, limit, version),
                r -> Messages.dirPage(directory, r));
    }

    // ---- changes ----------------------------------------------------------------------------------------------

    @Override
    public MutationResult apply(Mutation mutation, RequestId id) {
        RequestId known = id(id);
        return WireValues.result(switch (mutation) {
            case Mutation.Create m -> call(Rpc.CREATE, WireRequests.create(m, known));
            case Mutation.SetAttr m -> call(Rpc.SET_ATTR, WireRequests.setAttr(m, known));
            case Mutation.Link m -> call(Rpc.LINK, WireRequests.link(m, known));
            case Mutation.Unlink m -> call(Rpc.UNLINK, WireRequests.unlink(m, known));
            case Mutation.RemoveDir m -> call(Rpc.REMOVE_DIR, WireRequests.removeDir(m, known));
            case Mutation.Rename m -> call(Rpc.RENAME, WireRequests.rename(m, known));
        });
    }

    public CompletableFuture<MutationResult> applyAsync(Mutation mutation, RequestId id) {
        RequestId known = id(id);
        return switch (mutation) {
            case Mutation.Create m -> callAsync(Rpc.CREATE, WireRequests.create(m, known), WireValues::result);
            case Mutation.SetAttr m -> callAsync(Rpc.SET_ATTR, WireRequests.setAttr(m, known), WireValues::result);
            case Mutation.Link m -> callAsync(Rpc.LINK, WireRequests.link(m, known), WireValues::result);
            case Mutation.Unlink m -> callAsync(Rpc.UNLINK, WireRequests.unlink(m, known), WireValues::result);
            case Mutation.RemoveDir m ->
                callAsync(Rpc.REMOVE_DIR, WireRequests.removeDir(m, known), WireValues::result);
            case Mutation.Rename m -> callAsync(Rpc.RENAME, WireRequests.rename(m, known), WireValues::result);
        };
    }

    @Override
    public MutationResult renameSubtree(Mutation.Rename rename, RequestId id) {
        return WireValues.result(call(Rpc.RENAME_SUBTREE, WireRequests.rename(rename, id(id))));
    }

    @Override
    public List<MutationResult> transact(List<? extends Operation> steps, RequestId id) {
        return Messages.results(call(Rpc.TRANSACT, Messages.transact(steps, id(id))));
    }

    public CompletableFuture<List<MutationResult>> transactAsync(List<? extends Operation> steps, RequestId id) {
        return callAsync(Rpc.TRANSACT, Messages.transact(steps, id(id)), Messages::results);
    }

    // ---- quotas -----------------------------------------------------------------------------------------------

    @Override
    public Quota setQuota(String mount, long scope, long limitBytes, long limitInodes) {
        return WireValues.quota(call(Rpc.SET_QUOTA, SetQuotaRequest.newBuilder().setMount(mount).setScope(scope)
                .setLimitBytes(limitBytes).setLimitInodes(limitInodes).build()));
    }

    @Override
    public Quota quota(String mount, long scope) {
        return WireValues.quota(call(Rpc.GET_QUOTA_USAGE,
                GetQuotaUsageRequest.newBuilder().setMount(mount).setScope(scope).build()));
    }

    @Override
    public List<Quota> quotas(String mount) {
        return call(Rpc.LIST_QUOTAS, ListQuotasRequest.newBuilder().setMount(mount).build()).getQuotasList().stream()
                .map(WireValues::quota).toList();
    }

    // ---- snapshots --------------------------------------------------------------------------------------------

    @Override
    public SnapshotInfo snapshotSubtree(String mount, long rootInode, String label) {
        return WireValues.snapshot(call(Rpc.SNAPSHOT_SUBTREE,
                SnapshotSubtreeRequest.newBuilder().setMount(mount).setRootInode(rootInode).setLabel(label).build()));
    }

    @Override
    public SnapshotInfo retireSnapshot(String mount, long rootInode, long readVersion) {
        return WireValues.snapshot(call(Rpc.RETIRE_SNAPSHOT_SUBTREE, RetireSnapshotSubtreeRequest.newBuilder()
                .setMount(mount).setRootInode(rootInode).setReadVersion(readVersion).build()));
    }

    @Override
    public List<SnapshotInfo> snapshots(String mount) {
        return call(Rpc.LIST_SNAPSHOTS, ListSnapshotsRequest.newBuilder().setMount(mount).build()).getSnapshotsList()
                .stream().map(WireValues::snapshot).toList();
    }

    // ---- watch and end ----------------------------------------------------------------------------------------

    /**
     * As {@link Namespace#watch}; returns when the subscription stands at the server. A watch that loses its connection ends
     * with IO_ERROR, one whose server shuts down with CLOSED; a new one from {@link Watch#cursor} goes on.
     */
    @Override
    public Watch watch(String mount, long directory, long cursor, int windowEvents) {
        if (closed) {
            throw new NamespaceException(Reason.CLOSED, "the client is closed");
        }
        if (windowEvents < 1) { // 0 would mean "the default" to the server
            throw new NamespaceException(Reason.INVALID_ARGUMENT,
                    "the window of a watch is 1 to " + Rpc.MAX_WATCH_WINDOW + " events, not " + windowEvents);
        }
        return StreamWatch.open(channel, WatchSubtreeRequest.newBuilder().setMount(mount).setDirectory(directory)
                .setCursor(cursor).setWindowEvents(windowEvents).build(), options.deadline().toNanos());
    }

    /** Calls under way end with CANCELLED, changes that may have arrived with UNKNOWN_OUTCOME. Idempotent. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        retries.close();
        transport.close();
        channel.shutdownNow();
        if (ClientLoops.isHere()) {
            Thread.ofVirtual().name("nokv-client-close").start(this::giveLoopBack);
        } else {
            giveLoopBack();
        }
    }

    /** The channel ends its calls on the event loop, so that is given back last: without it they would never end. */
    private void giveLoopBack() {
        try {
            channel.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        ClientLoops.giveBack();
    }
}
