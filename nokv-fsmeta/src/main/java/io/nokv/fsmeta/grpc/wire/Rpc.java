package io.nokv.fsmeta.grpc.wire;

import io.grpc.MethodDescriptor;
import io.nokv.fsmeta.api.Namespace;
import io.nokv.fsmeta.api.NamespaceLimits;
import io.nokv.proto.fsmeta.v1.*;
import io.nokv.proto.fsmeta.v1.PipelineCall.CallCase;
import io.nokv.proto.fsmeta.v1.PipelineReply.ReplyCase;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * One call of the service: its descriptor, what kind it is, how many items it may ask for, and where its request and
 * answer are in the messages of the pipeline. Immutable; {@link #ALL} has every method of the service.
 *
 * @param <Q> request message
 * @param <R> response message
 */
public final class Rpc<Q, R> {
    /** What the call does, which decides where it runs and when a client may repeat it. */
    public enum Kind {
        /** Reads a bounded few rows. May be repeated at will. */
        POINT_READ,
        /** Reads many rows. May be repeated at will. */
        READ,
        /** Changes the namespace under a request id. May be repeated with the same id. */
        CHANGE,
        /** Changes something without a request id. Never repeated once it may have arrived. */
        ADMIN,
        /** A stream: not a call of the pipeline. */
        STREAM
    }

    /** The most events that may wait at the server for a watching client. */
    public static final int MAX_WATCH_WINDOW = 65_536;

    /** The most steps of a transaction. */
    public static final int MAX_STEPS = NamespaceLimits.MAX_STEPS;

    /** The most calls in one message of a pipeline. */
    public static final int MAX_PIPELINE_CALLS = 1_024;

    public static final Rpc<LookupRequest, LookupResponse> LOOKUP = new Rpc<>(FSMetadataGrpc.getLookupMethod(),
            Kind.POINT_READ, 1, CallCase.LOOKUP, PipelineCall.Builder::setLookup, PipelineCall::getLookup,
            ReplyCase.LOOKUP, PipelineReply.Builder::setLookup, PipelineReply::getLookup);

    public static final Rpc<LookupPathRequest, LookupResponse> LOOKUP_PATH = new Rpc<>(
            FSMetadataGrpc.getLookupPathMethod(), Kind.POINT_READ, 1, CallCase.LOOKUP_PATH,
            PipelineCall.Builder::setLookupPath, PipelineCall::getLookupPath, ReplyCase.LOOKUP,
            PipelineReply.Builder::setLookup, PipelineReply::getLookup);

    public static final Rpc<GetAttrRequest, GetAttrResponse> GET_ATTR = new Rpc<>(FSMetadataGrpc.getGetAttrMethod(),
            Kind.POINT_READ, 1, CallCase.GET_ATTR, PipelineCall.Builder::setGetAttr, PipelineCall::getGetAttr,
            ReplyCase.GET_ATTR, PipelineReply.Builder::setGetAttr, PipelineReply::getGetAttr);

    public static final Rpc<ReadDirRequest, ReadDirResponse> READ_DIR = new Rpc<>(FSMetadataGrpc.getReadDirMethod(),
            Kind.READ, Namespace.MAX_PAGE, CallCase.READ_DIR, PipelineCall.Builder::setReadDir,
            PipelineCall::getReadDir, ReplyCase.READ_DIR, PipelineReply.Builder::setReadDir, PipelineReply::getReadDir);

    public static final Rpc<ReadDirRequest, ReadDirPlusResponse> READ_DIR_PLUS = new Rpc<>(
            FSMetadataGrpc.getReadDirPlusMethod(), Kind.READ, Namespace.MAX_PAGE, CallCase.READ_DIR_PLUS,
            PipelineCall.Builder::setReadDirPlus, PipelineCall::getReadDirPlus, ReplyCase.READ_DIR_PLUS,
            PipelineReply.Builder::setReadDirPlus, PipelineReply::getReadDirPlus);

    public static final Rpc<BatchLookupRequest, BatchLookupResponse> BATCH_LOOKUP = new Rpc<>(
            FSMetadataGrpc.getBatchLookupMethod(), Kind.READ, Namespace.MAX_PAGE, CallCase.BATCH_LOOKUP,
            PipelineCall.Builder::setBatchLookup, PipelineCall::getBatchLookup, ReplyCase.BATCH_LOOKUP,
            PipelineReply.Builder::setBatchLookup, PipelineReply::getBatchLookup);

    public static final Rpc<BatchGetAttrRequest, BatchGetAttrResponse> BATCH_GET_ATTR = new Rpc<>(
            FSMetadataGrpc.getBatchGetAttrMethod(), Kind.READ, Namespace.MAX_PAGE, CallCase.BATCH_GET_ATTR,
            PipelineCall.Builder::setBatchGetAttr, PipelineCall::getBatchGetAttr, ReplyCase.BATCH_GET_ATTR,
            PipelineReply.Builder::setBatchGetAttr, PipelineReply::getBatchGetAttr);

    public static final Rpc<GetReadVersionRequest, GetReadVersionResponse> GET_READ_VERSION = new Rpc<>(
            FSMetadataGrpc.getGetReadVersionMethod(), Kind.POINT_READ, 1, CallCase.GET_READ_VERSION,
            PipelineCall.Builder::setGetReadVersion, PipelineCall::getGetReadVersion, ReplyCase.READ_VERSION,
            PipelineReply.Builder::setReadVersion, PipelineReply::getReadVersion);

    public static final Rpc<CreateRequest, MutationResponse> CREATE = change(FSMetadataGrpc.getCreateMethod(),
            CallCase.CREATE, PipelineCall.Builder::setCreate, PipelineCall::getCreate);

    public static final Rpc<SymlinkRequest, MutationResponse> SYMLINK = change(FSMetadataGrpc.getSymlinkMethod(),
            CallCase.SYMLINK, PipelineCall.Builder::setSymlink, PipelineCall::getSymlink);

    public static final Rpc<SetAttrRequest, MutationResponse> SET_ATTR = change(FSMetadataGrpc.getSetAttrMethod(),
            CallCase.SET_ATTR, PipelineCall.Builder::setSetAttr, PipelineCall::getSetAttr);

    public static final Rpc<LinkRequest, MutationResponse> LINK = change(FSMetadataGrpc.getLinkMethod(), CallCase.LINK,
            PipelineCall.Builder::setLink, PipelineCall::getLink);

    public static final Rpc<UnlinkRequest, MutationResponse> UNLINK = change(FSMetadataGrpc.getUnlinkMethod(),
            CallCase.UNLINK, PipelineCall.Builder::setUnlink, PipelineCall::getUnlink);

    public static final Rpc<RemoveDirRequest, MutationResponse> REMOVE_DIR = change(FSMetadataGrpc.getRemoveDirMethod(),
            CallCase.REMOVE_DIR, PipelineCall.Builder::setRemoveDir, PipelineCall::getRemoveDir);

    public static final Rpc<RenameRequest, MutationResponse> RENAME = change(FSMetadataGrpc.getRenameMethod(),
            CallCase.RENAME, PipelineCall.Builder::setRename, PipelineCall::getRename);

    public static final Rpc<RenameRequest, MutationResponse> RENAME_SUBTREE = change(
            FSMetadataGrpc.getRenameSubtreeMethod(), CallCase.RENAME_SUBTREE, PipelineCall.Builder::setRenameSubtree,
            PipelineCall::getRenameSubtree);

    public static final Rpc<TransactRequest, TransactResponse> TRANSACT = new Rpc<>(FSMetadataGrpc.getTransactMethod(),
            Kind.CHANGE, MAX_STEPS, CallCase.TRANSACT, PipelineCall.Builder::setTransact, PipelineCall::getTransact,
            ReplyCase.TRANSACT, PipelineReply.Builder::setTransact, PipelineReply::getTransact);

    public static final Rpc<RegisterMountRequest, MountInfo> REGISTER_MOUNT = mount(
            FSMetadataGrpc.getRegisterMountMethod(), Kind.ADMIN, CallCase.REGISTER_MOUNT,
            PipelineCall.Builder::setRegisterMount, PipelineCall::getRegisterMount);

    public static final Rpc<RetireMountRequest, MountInfo> RETIRE_MOUNT = mount(FSMetadataGrpc.getRetireMountMethod(),
            Kind.ADMIN, CallCase.RETIRE_MOUNT, PipelineCall.Builder::setRetireMount, PipelineCall::getRetireMount);

    public static final Rpc<GetMountRequest, MountInfo> GET_MOUNT = mount(FSMetadataGrpc.getGetMountMethod(),
            Kind.POINT_READ, CallCase.GET_MOUNT, PipelineCall.Builder::setGetMount, PipelineCall::getGetMount);

    public static final Rpc<ListMountsRequest, ListMountsResponse> LIST_MOUNTS = new Rpc<>(
            FSMetadataGrpc.getListMountsMethod(), Kind.READ, 1, CallCase.LIST_MOUNTS,
            PipelineCall.Builder::setListMounts, PipelineCall::getListMounts, ReplyCase.MOUNTS,
            PipelineReply.Builder::setMounts, PipelineReply::getMounts);

    public static final Rpc<GetQuotaUsageRequest, QuotaInfo> GET_QUOTA_USAGE = new Rpc<>(
            FSMetadataGrpc.getGetQuotaUsageMethod(), Kind.READ, 1, CallCase.GET_QUOTA_USAGE,
            PipelineCall.Builder::setGetQuotaUsage, PipelineCall::getGetQuotaUsage, ReplyCase.QUOTA,
            PipelineReply.Builder::setQuota, PipelineReply::getQuota);

    public static final Rpc<SetQuotaRequest, QuotaInfo> SET_QUOTA = new Rpc<>(FSMetadataGrpc.getSetQuotaMethod(),
            Kind.ADMIN, 1, CallCase.SET_QUOTA, PipelineCall.Builder::setSetQuota, PipelineCall::getSetQuota,
            ReplyCase.QUOTA, PipelineReply.Builder::setQuota, PipelineReply::getQuota);

    public static final Rpc<ListQuotasRequest, ListQuotasResponse> LIST_QUOTAS = new Rpc<>(
            FSMetadataGrpc.getListQuotasMethod(), Kind.READ, 1, CallCase.LIST_QUOTAS,
            PipelineCall.Builder::setListQuotas, PipelineCall::getListQuotas, ReplyCase.QUOTAS,
            PipelineReply.Builder::setQuotas, PipelineReply::getQuotas);

    public static final Rpc<SnapshotSubtreeRequest, SnapshotDetails> SNAPSHOT_SUBTREE = new Rpc<>(
            FSMetadataGrpc.getSnapshotSubtreeMethod(), Kind.ADMIN, 1, CallCase.SNAPSHOT_SUBTREE,
            PipelineCall.Builder::setSnapshotSubtree, PipelineCall::getSnapshotSubtree, ReplyCase.SNAPSHOT,
            PipelineReply.Builder::setSnapshot, PipelineReply::getSnapshot);

    public static final Rpc<RetireSnapshotSubtreeRequest, SnapshotDetails> RETIRE_SNAPSHOT_SUBTREE = new Rpc<>(
            FSMetadataGrpc.getRetireSnapshotSubtreeMethod(), Kind.ADMIN, 1, CallCase.RETIRE_SNAPSHOT_SUBTREE,
            PipelineCall.Builder::setRetireSnapshotSubtree, PipelineCall::getRetireSnapshotSubtree, ReplyCase.SNAPSHOT,
            PipelineReply.Builder::setSnapshot, PipelineReply::getSnapshot);

    public static final Rpc<ListSnapshotsRequest, ListSnapshotsResponse> LIST_SNAPSHOTS = new Rpc<>(
            FSMetadataGrpc.getListSnapshotsMethod(), Kind.READ, 1, CallCase.LIST_SNAPSHOTS,
            PipelineCall.Builder::setListSnapshots, PipelineCall::getListSnapshots, ReplyCase.SNAPSHOTS,
            PipelineReply.Builder::setSnapshots, PipelineReply::getSnapshots);

    public static final Rpc<WatchSubtreeRequest, WatchSubtreeResponse> WATCH_SUBTREE = new Rpc<>(
            FSMetadataGrpc.getWatchSubtreeMethod(), Kind.STREAM, MAX_WATCH_WINDOW, null, null, null, null, null, null);

    public static final Rpc<PipelineRequest, PipelineResponse> PIPELINE = new Rpc<>(FSMetadataGrpc.getPipelineMethod(),
            Kind.STREAM, MAX_PIPELINE_CALLS, null, null, null, null, null, null);

    /** Every method of the service. */
    public static final List<Rpc<?, ?>> ALL = List.of(CREATE, SYMLINK, LOOKUP, LOOKUP_PATH, GET_ATTR, SET_ATTR,
            READ_DIR, READ_DIR_PLUS, LINK, UNLINK, REMOVE_DIR, RENAME, RENAME_SUBTREE, TRANSACT, BATCH_LOOKUP,
            BATCH_GET_ATTR, GET_READ_VERSION, REGISTER_MOUNT, RETIRE_MOUNT, GET_MOUNT, LIST_MOUNTS, GET_QUOTA_USAGE,
            SET_QUOTA, LIST_QUOTAS, SNAPSHOT_SUBTREE, RETIRE_SNAPSHOT_SUBTREE, LIST_SNAPSHOTS, WATCH_SUBTREE, PIPELINE);

    private final MethodDescriptor<Q, R> method;
    private final Kind kind;
    private final int maxItems;
    private final CallCase callCase;
    private final BiFunction<PipelineCall.Builder, Q, PipelineCall.Builder> putCall;
    private final Function<PipelineCall, Q> call;
    private final ReplyCase replyCase;
    private final BiFunction<PipelineReply.Builder, R, PipelineReply.Builder> putReply;
    private final Function<PipelineReply, R> reply;

    private Rpc(MethodDescriptor<Q, R> method, Kind kind, int maxItems, CallCase callCase,
            BiFunction<PipelineCall.Builder, Q, PipelineCall.Builder> putCall, Function<PipelineCall, Q> call,
            ReplyCase replyCase, BiFunction<PipelineReply.Builder, R, PipelineReply.Builder> putReply,
            Function<PipelineReply, R> reply) {
        this.method = method;
        this.kind = kind;
        this.maxItems = maxItems;
        this.callCase = callCase;
        this.putCall = putCall;
        this.call = call;
        this.replyCase = replyCase;
        this.putReply = putReply;
        this.reply = reply;
    }

    private static <Q> Rpc<Q, MutationResponse> change(MethodDescriptor<Q, MutationResponse> method, CallCase callCase,
            BiFunction<PipelineCall.Builder, Q, PipelineCall.Builder> putCall, Function<PipelineCall, Q> call) {
        return new Rpc<>(method, Kind.CHANGE, 1, callCase, putCall, call, ReplyCase.MUTATION,
                PipelineReply.Builder::setMutation, PipelineReply::getMutation);
    }

    private static <Q> Rpc<Q, MountInfo> mount(MethodDescriptor<Q, MountInfo> method, Kind kind, CallCase callCase,
            BiFunction<PipelineCall.Builder, Q, PipelineCall.Builder> putCall, Function<PipelineCall, Q> call) {
        return new Rpc<>(method, kind, 1, callCase, putCall, call, ReplyCase.MOUNT, PipelineReply.Builder::setMount,
                PipelineReply::getMount);
    }

    /** As in the service definition: {@code "Lookup"}. */
    public String name() {
        return method.getBareMethodName();
    }

    public MethodDescriptor<Q, R> method() {
        return method;
    }

    public Kind kind() {
        return kind;
    }

    /** The most entries, names, inodes, steps, waiting events or calls that one request may ask for; at least 1. */
    public int maxItems() {
        return maxItems;
    }

    /** Its place among the calls of a pipeline; null for a stream. */
    public CallCase callCase() {
        return callCase;
    }

    public PipelineCall call(long id, Q request) {
        return putCall.apply(PipelineCall.newBuilder().setId(id), request).build();
    }

    public Q request(PipelineCall from) {
        return call.apply(from);
    }

    public PipelineReply reply(long id, R response) {
        return putReply.apply(PipelineReply.newBuilder().setId(id), response).build();
    }

    /** Null when the reply is not one to this call: a broken server. */
    public R response(PipelineReply from) {
        return from.getReplyCase() == replyCase ? reply.apply(from) : null;
    }

    @Override
    public String toString() {
        return name();
    }
}
