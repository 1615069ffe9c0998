package io.nokv.fsmeta.grpc;

import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.api.MutationResult;
import io.nokv.fsmeta.api.Namespace;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.Operation;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.api.RequestId;
import io.nokv.fsmeta.grpc.wire.Rpc;
import io.nokv.fsmeta.grpc.wire.WireRequests;
import io.nokv.fsmeta.grpc.wire.WireValues;
import io.nokv.proto.fsmeta.v1.CreateRequest;
import io.nokv.proto.fsmeta.v1.LinkRequest;
import io.nokv.proto.fsmeta.v1.MutationResponse;
import io.nokv.proto.fsmeta.v1.RemoveDirRequest;
import io.nokv.proto.fsmeta.v1.RenameRequest;
import io.nokv.proto.fsmeta.v1.SetAttrRequest;
import io.nokv.proto.fsmeta.v1.SymlinkRequest;
import io.nokv.proto.fsmeta.v1.TransactRequest;
import io.nokv.proto.fsmeta.v1.TransactResponse;
import io.nokv.proto.fsmeta.v1.UnlinkRequest;
import java.util.ArrayList;
import java.util.List;

/** The changes under a request id. */
final class ChangeCalls {
    private final Namespace namespace;

    ChangeCalls(Namespace namespace) {
        this.namespace = namespace;
    }

    MutationResponse create(CreateRequest q) {
        return apply(WireRequests.create(q), q.hasRequestId() ? WireRequests.id(q.getRequestId()) : null);
    }

    MutationResponse symlink(SymlinkRequest q) {
        return apply(WireRequests.symlink(q), q.hasRequestId() ? WireRequests.id(q.getRequestId()) : null);
    }

    MutationResponse setAttr(SetAttrRequest q) {
        return apply(WireRequests.setAttr(q), q.hasRequestId() ? WireRequests.id(q.getRequestId()) : null);
    }

    MutationResponse link(LinkRequest q) {
        return apply(WireRequests.link(q), q.hasRequestId() ? WireRequests.id(q.getRequestId()) : null);
    }

    MutationResponse unlink(UnlinkRequest q) {
        return apply(WireRequests.unlink(q), q.hasRequestId() ? WireRequests.id(q.getRequestId()) : null);
    }

    MutationResponse removeDir(RemoveDirRequest q) {
        return apply(WireRequests.removeDir(q), q.hasRequestId() ? WireRequests.id(q.getRequestId()) : null);
    }

    MutationResponse rename(RenameRequest q) {
        return apply(WireRequests.rename(q), q.hasRequestId() ? WireRequests.id(q.getRequestId()) : null);
    }

    MutationResponse renameSubtree(RenameRequest q) {
        RequestId id = q.hasRequestId() ? WireRequests.id(q.getRequestId()) : null;
        return WireValues.result(namespace.renameSubtree(WireRequests.rename(q), id));
    }

    TransactResponse transact(TransactRequest q) {
        int count = q.getStepsCount();
        if (count > Rpc.MAX_STEPS) {
            throw new NamespaceException(Reason.TOO_LARGE,
                    "a transaction has at most " + Rpc.MAX_STEPS + " steps, not " + count);
        }
        List<Operation> steps = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            steps.add(WireRequests.operation(q.getSteps(i), i));
        }
        TransactResponse.Builder out = TransactResponse.newBuilder();
        RequestId id = q.hasRequestId() ? WireRequests.id(q.getRequestId()) : null;
        for (MutationResult result : namespace.transact(steps, id)) {
            out.addResults(WireValues.result(result));
        }
        return out.build();
    }

    private MutationResponse apply(Mutation mutation, RequestId id) {
        return WireValues.result(namespace.apply(mutation, id));
    }
}
