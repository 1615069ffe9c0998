package io.nokv.fsmeta.grpc;

import io.nokv.fsmeta.api.Mount;
import io.nokv.fsmeta.api.Namespace;
import io.nokv.fsmeta.api.Quota;
import io.nokv.fsmeta.api.SnapshotInfo;
import io.nokv.fsmeta.grpc.wire.WireRequests;
import io.nokv.fsmeta.grpc.wire.WireValues;
import io.nokv.proto.fsmeta.v1.GetMountRequest;
import io.nokv.proto.fsmeta.v1.GetQuotaUsageRequest;
import io.nokv.proto.fsmeta.v1.ListMountsRequest;
import io.nokv.proto.fsmeta.v1.ListMountsResponse;
import io.nokv.proto.fsmeta.v1.ListQuotasRequest;
import io.nokv.proto.fsmeta.v1.ListQuotasResponse;
import io.nokv.proto.fsmeta.v1.ListSnapshotsRequest;
import io.nokv.proto.fsmeta.v1.ListSnapshotsResponse;
import io.nokv.proto.fsmeta.v1.MountInfo;
import io.nokv.proto.fsmeta.v1.QuotaInfo;
import io.nokv.proto.fsmeta.v1.RegisterMountRequest;
import io.nokv.proto.fsmeta.v1.RetireMountRequest;
import io.nokv.proto.fsmeta.v1.RetireSnapshotSubtreeRequest;
import io.nokv.proto.fsmeta.v1.SetQuotaRequest;
import io.nokv.proto.fsmeta.v1.SnapshotDetails;
import io.nokv.proto.fsmeta.v1.SnapshotSubtreeRequest;

/** Mounts, quotas and snapshots. */
final class AdminCalls {
    private final Namespace namespace;

    AdminCalls(Namespace namespace) {
        this.namespace = namespace;
    }

    MountInfo registerMount(RegisterMountRequest q) {
        return WireValues.mount(namespace.registerMount(WireRequests.mount(q.getName())));
    }

    MountInfo retireMount(RetireMountRequest q) {
        return WireValues.mount(namespace.retireMount(WireRequests.mount(q.getName())));
    }

    MountInfo mount(GetMountRequest q) {
        return WireValues.mount(namespace.mount(WireRequests.mount(q.getName())));
    }

    ListMountsResponse mounts(ListMountsRequest q) {
        ListMountsResponse.Builder out = ListMountsResponse.newBuilder();
        for (Mount mount : namespace.mounts()) {
            out.addMounts(WireValues.mount(mount));
        }
        return out.build();
    }

    QuotaInfo quota(GetQuotaUsageRequest q) {
        return WireValues.quota(namespace.quota(WireRequests.mount(q.getMount()), scope(q.getScope())));
    }

    QuotaInfo setQuota(SetQuotaRequest q) {
        return WireValues.quota(namespace.setQuota(WireRequests.mount(q.getMount()), scope(q.getScope()),
                q.getLimitBytes(), q.getLimitInodes()));
    }

    ListQuotasResponse quotas(ListQuotasRequest q) {
        ListQuotasResponse.Builder out = ListQuotasResponse.newBuilder();
        for (Quota quota : namespace.quotas(WireRequests.mount(q.getMount()))) {
            out.addQuotas(WireValues.quota(quota));
        }
        return out.build();
    }

    SnapshotDetails snapshot(SnapshotSubtreeRequest q) {
        return WireValues.snapshot(
                namespace.snapshotSubtree(WireRequests.mount(q.getMount()), q.getRootInode(), q.getLabel()));
    }

    SnapshotDetails retireSnapshot(RetireSnapshotSubtreeRequest q) {
        return WireValues.snapshot(
                namespace.retireSnapshot(WireRequests.mount(q.getMount()), q.getRootInode(), q.getReadVersion()));
    }

    ListSnapshotsResponse snapshots(ListSnapshotsRequest q) {
        ListSnapshotsResponse.Builder out = ListSnapshotsResponse.newBuilder();
        for (SnapshotInfo snapshot : namespace.snapshots(WireRequests.mount(q.getMount()))) {
            out.addSnapshots(WireValues.snapshot(snapshot));
        }
        return out.build();
    }

    /** 0 stands for the root. */
    private static long scope(long scope) {
        return scope == 0 ? Namespace.ROOT_INODE : scope;
    }
}
