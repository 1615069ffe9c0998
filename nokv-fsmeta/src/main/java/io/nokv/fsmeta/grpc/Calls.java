package io.nokv.fsmeta.grpc;

import io.nokv.base.error.Invariant;
import io.nokv.base.system.WaitFree;
import io.nokv.fsmeta.api.Namespace;
import io.nokv.fsmeta.grpc.Failures.Failure;
import io.nokv.fsmeta.grpc.wire.Rpc;
import io.nokv.fsmeta.grpc.wire.WireErrors;
import io.nokv.proto.fsmeta.v1.LookupPathRequest;
import io.nokv.proto.fsmeta.v1.PipelineCall;
import io.nokv.proto.fsmeta.v1.PipelineCall.CallCase;
import io.nokv.proto.fsmeta.v1.PipelineReply;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Every call that is no stream with its handler: the same table serves unary calls and the pipeline. Immutable. */
final class Calls {
    /** Bytes of a path that an event loop resolves; longer ones have components enough to hold the others up. */
    private static final int MAX_PATH_IN_PLACE = 256;

    /** A call, how it is answered and where it is counted. */
    record Bound<Q, R>(Rpc<Q, R> rpc, Handler<Q, R> handler, RpcMetrics.Recorder recorder, Failures failures) {
        /** Whether an event loop may try to answer it: a few rows that are in memory as a rule. */
        boolean inPlace(Q request) {
            return rpc.kind() == Rpc.Kind.POINT_READ
                    && !(request instanceof LookupPathRequest path && path.getPath().size() > MAX_PATH_IN_PLACE);
        }

        /** As {@link #inPlace}. */
        boolean inPlace(PipelineCall call) {
            return rpc.kind() == Rpc.Kind.POINT_READ && inPlace(rpc.request(call));
        }

        /** Answers one call of a pipeline; WouldWait, and nothing counted, when the thread may not wait for the answer. */
        PipelineReply answer(PipelineCall call) {
            long start = recorder.start();
            PipelineReply reply;
            try {
                reply = rpc.reply(call.getId(), handler.handle(rpc.request(call)));
            } catch (WaitFree.WouldWait e) {
                recorder.handedOver();
                throw e;
            } catch (Throwable t) {
                Failure failure = failures.of(rpc.name(), t);
                recorder.failed(start, failure.reason());
                return PipelineReply.newBuilder().setId(call.getId())
                        .setError(WireErrors.error(failure.reason(), failure.message())).build();
            }
            recorder.succeeded(start);
            return reply;
        }
    }

    private final List<Bound<?, ?>> all = new ArrayList<>();
    private final Map<CallCase, Bound<?, ?>> byCase = new EnumMap<>(CallCase.class);
    private final RpcMetrics metrics;
    private final Failures failures;

    Calls(Namespace namespace, GrpcServerOptions options, RpcMetrics metrics, Failures failures) {
        this.metrics = metrics;
        this.failures = failures;
        ReadCalls reads = new ReadCalls(namespace, options.maxPageBytes());
        bind(Rpc.GET_READ_VERSION, reads::readVersion);
        bind(Rpc.LOOKUP, reads::lookup);
        bind(Rpc.LOOKUP_PATH, reads::lookupPath);
        bind(Rpc.GET_ATTR, reads::getAttr);
        bind(Rpc.READ_DIR, reads::readDir);
        bind(Rpc.READ_DIR_PLUS, reads::readDirPlus);
        bind(Rpc.BATCH_LOOKUP, reads::batchLookup);
        bind(Rpc.BATCH_GET_ATTR, reads::batchGetAttr);
        ChangeCalls changes = new ChangeCalls(namespace);
        bind(Rpc.CREATE, changes::create);
        bind(Rpc.SYMLINK, changes::symlink);
        bind(Rpc.SET_ATTR, changes::setAttr);
        bind(Rpc.LINK, changes::link);
        bind(Rpc.UNLINK, changes::unlink);
        bind(Rpc.REMOVE_DIR, changes::removeDir);
        bind(Rpc.RENAME, changes::rename);
        bind(Rpc.RENAME_SUBTREE, changes::renameSubtree);
        bind(Rpc.TRANSACT, changes::transact);
        AdminCalls admin = new AdminCalls(namespace);
        bind(Rpc.REGISTER_MOUNT, admin::registerMount);
        bind(Rpc.RETIRE_MOUNT, admin::retireMount);
        bind(Rpc.GET_MOUNT, admin::mount);
        bind(Rpc.LIST_MOUNTS, admin::mounts);
        bind(Rpc.GET_QUOTA_USAGE, admin::quota);
        bind(Rpc.SET_QUOTA, admin::setQuota);
        bind(Rpc.LIST_QUOTAS, admin::quotas);
        bind(Rpc.SNAPSHOT_SUBTREE, admin::snapshot);
        bind(Rpc.RETIRE_SNAPSHOT_SUBTREE, admin::retireSnapshot);
        bind(Rpc.LIST_SNAPSHOTS, admin::snapshots);
    }

    private <Q, R> void bind(Rpc<Q, R> rpc, Handler<Q, R> handler) {
        Bound<Q, R> bound = new Bound<>(rpc, handler, metrics.recorder(rpc), failures);
        all.add(bound);
        Invariant.check(byCase.put(rpc.callCase(), bound) == null, "two handlers for " + rpc);
    }

    List<Bound<?, ?>> all() {
        return all;
    }

    /** Null for a call that this server does not know. */
    Bound<?, ?> of(CallCase callCase) {
        return byCase.get(callCase);
    }
}
