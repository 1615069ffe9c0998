package io.nokv.raft.admin;

import com.google.protobuf.ByteString;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.nokv.base.port.Promise;
import io.nokv.proto.raft.v1.BootstrapRegionRequest;
import io.nokv.proto.raft.v1.BootstrapRegionResponse;
import io.nokv.proto.raft.v1.ExecutionStatus;
import io.nokv.proto.raft.v1.ExportSnapshotRequest;
import io.nokv.proto.raft.v1.GetExecutionStatusRequest;
import io.nokv.proto.raft.v1.GetRegionStatusRequest;
import io.nokv.proto.raft.v1.GetStoreStatsRequest;
import io.nokv.proto.raft.v1.ImportSnapshotRequest;
import io.nokv.proto.raft.v1.ImportSnapshotResponse;
import io.nokv.proto.raft.v1.ListRegionsRequest;
import io.nokv.proto.raft.v1.ListRegionsResponse;
import io.nokv.proto.raft.v1.MergeRegionRequest;
import io.nokv.proto.raft.v1.PeerRequest;
import io.nokv.proto.raft.v1.RaftAdminGrpc;
import io.nokv.proto.raft.v1.RegionEpoch;
import io.nokv.proto.raft.v1.RegionStatus;
import io.nokv.proto.raft.v1.ReplacePeerRequest;
import io.nokv.proto.raft.v1.SnapshotPortion;
import io.nokv.proto.raft.v1.SplitRegionRequest;
import io.nokv.proto.raft.v1.StoreStats;
import io.nokv.proto.raft.v1.TopologyResponse;
import io.nokv.raft.region.RegionDescriptor;
import io.nokv.raft.region.RegionHeader;
import io.nokv.raft.store.PeerChange;
import io.nokv.raft.store.RaftStore;
import io.nokv.raft.store.TopologyOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * {@code nokv.raft.v1.RaftAdmin} over a {@link RaftStore}: translates, decides nothing. No call waits, so it may be served on
 * event loops, the stores' own network among them. Thread-safe.
 */
public final class RaftAdminService extends RaftAdminGrpc.RaftAdminImplBase {
    private static final int MAX_PAGE = 1_000;
    private static final int MAX_SPLIT_KEYS = 64;

    private final Supplier<RaftStore> opened;

    private RaftAdminService(Supplier<RaftStore> opened) {
        this.opened = opened;
    }

    /**
     * The service, to be added to a server.
     *
     * @param store null while it is not open yet: calls are refused as CLOSED until then
     */
    public static ServerServiceDefinition of(Supplier<RaftStore> store) {
        return new RaftAdminService(store).bindService();
    }

    private RaftStore store() {
        RaftStore store = opened.get();
        if (store == null) {
            throw AdminErrors.of(AdminReason.CLOSED, "the store is being opened");
        }
        return store;
    }

    @Override
    public void bootstrapRegion(BootstrapRegionRequest request, StreamObserver<BootstrapRegionResponse> out) {
        answer("BootstrapRegion", out, () -> {
            positive("region_id", request.getRegion().getRegionId());
            Promise<Void> done = store().bootstrap(AdminMessages.region(request.getRegion()));
            done.whenDone((_, failure) -> finish("BootstrapRegion", out, failure,
                    BootstrapRegionResponse::getDefaultInstance));
            return null;
        });
    }

    @Override
    public void splitRegion(SplitRegionRequest request, StreamObserver<TopologyResponse> out) {
        topology("SplitRegion", out, () -> {
            if (request.getKeysCount() == 0 || request.getKeysCount() > MAX_SPLIT_KEYS) {
                throw AdminErrors.of(AdminReason.INVALID_ARGUMENT,
                        "a region is split at 1 to " + MAX_SPLIT_KEYS + " keys, not " + request.getKeysCount());
            }
            return store().split(header(request.getRegionId(), request.hasEpoch(), request.getEpoch()),
                    request.getKeysList().stream().map(ByteString::toByteArray).toList());
        });
    }

    @Override
    public void mergeRegion(MergeRegionRequest request, StreamObserver<TopologyResponse> out) {
        topology("MergeRegion", out, () -> {
            positive("target_region_id", request.getTargetRegionId());
            return store().merge(header(request.getRegionId(), request.hasEpoch(), request.getEpoch()),
                    request.getTargetRegionId());
        });
    }

    @Override
    public void addPeer(PeerRequest request, StreamObserver<TopologyResponse> out) {
        change("AddPeer", request, new PeerChange.AddLearner(request.getStoreId()), out);
    }

    @Override
    public void promotePeer(PeerRequest request, StreamObserver<TopologyResponse> out) {
        change("PromotePeer", request, new PeerChange.Promote(request.getStoreId()), out);
    }

    @Override
    public void demotePeer(PeerRequest request, StreamObserver<TopologyResponse> out) {
        change("DemotePeer", request, new PeerChange.Demote(request.getStoreId()), out);
    }

    @Override
    public void removePeer(PeerRequest request, StreamObserver<TopologyResponse> out) {
        change("RemovePeer", request, new PeerChange.Remove(request.getStoreId()), out);
    }

    private void change(String call, PeerRequest request, PeerChange change, StreamObserver<TopologyResponse> out) {
        topology(call, out, () -> {
            positive("store_id", request.getStoreId());
            return store().changePeers(header(request.getRegionId(), request.hasEpoch(), request.getEpoch()),
                    List.of(change));
        });
    }

    @Override
    public void replacePeer(ReplacePeerRequest request, StreamObserver<TopologyResponse> out) {
        topology("ReplacePeer", out, () -> {
            positive("from_store_id", request.getFromStoreId());
            positive("to_store_id", request.getToStoreId());
            return store().changePeers(header(request.getRegionId(), request.hasEpoch(), request.getEpoch()),
                    List.of(new PeerChange.Promote(request.getToStoreId()),
                            new PeerChange.Remove(request.getFromStoreId())));
        });
    }

    @Override
    public void transferLeader(PeerRequest request, StreamObserver<TopologyResponse> out) {
        topology("TransferLeader", out, () -> {
            positive("store_id", request.getStoreId());
            return store().transferLeader(header(request.getRegionId(), request.hasEpoch(), request.getEpoch()),
                    request.getStoreId());
        });
    }

    @Override
    public void exportSnapshot(ExportSnapshotRequest request, StreamObserver<SnapshotPortion> out) {
        // The whole is answered by the stream, or by what stands in its way.
        answer("ExportSnapshot", out, () -> {
            SnapshotStreams.export(store(), header(request.getRegionId(), request.hasEpoch(), request.getEpoch()),
                    (ServerCallStreamObserver<SnapshotPortion>) out);
            return null;
        });
    }

    @Override
    public StreamObserver<ImportSnapshotRequest> importSnapshot(StreamObserver<ImportSnapshotResponse> out) {
        return SnapshotStreams.intake(this::store, (ServerCallStreamObserver<ImportSnapshotResponse>) out);
    }

    @Override
    public void getRegionStatus(GetRegionStatusRequest request, StreamObserver<RegionStatus> out) {
        answer("GetRegionStatus", out, () -> {
            positive("region_id", request.getRegionId());
            var status = store().status(request.getRegionId());
            if (status == null) {
                throw AdminErrors.notFound(request.getRegionId());
            }
            return AdminMessages.wire(status);
        });
    }

    @Override
    public void listRegions(ListRegionsRequest request, StreamObserver<ListRegionsResponse> out) {
        answer("ListRegions", out, () -> {
            int limit = request.getLimit() == 0 ? MAX_PAGE : request.getLimit();
            if (limit < 1 || limit > MAX_PAGE) {
                throw AdminErrors.of(AdminReason.INVALID_ARGUMENT, "a page has 1 to " + MAX_PAGE + " regions");
            }
            ListRegionsResponse.Builder page = ListRegionsResponse.newBuilder();
            for (var status : store().regions()) {
                if (status.regionId() > request.getAfterRegionId()) {
                    if (page.getRegionsCount() == limit) {
                        page.setMore(true);
                        break;
                    }
                    page.addRegions(AdminMessages.wire(status));
                }
            }
            return page.build();
        });
    }

    @Override
    public void getExecutionStatus(GetExecutionStatusRequest request, StreamObserver<ExecutionStatus> out) {
        answer("GetExecutionStatus", out, () -> AdminMessages.wire(store().execution()));
    }

    @Override
    public void getStoreStats(GetStoreStatsRequest request, StreamObserver<StoreStats> out) {
        answer("GetStoreStats", out, () -> AdminMessages.wire(store().storeId(), store().stats()));
    }

    // ---- what calls have in common ------------------------------------------------------------------------------

    private static void positive(String what, long id) {
        if (id <= 0) {
            throw AdminErrors.of(AdminReason.INVALID_ARGUMENT, what + " is positive, not " + id);
        }
    }

    private RegionHeader header(long regionId, boolean given, RegionEpoch epoch) {
        positive("region_id", regionId);
        if (given) {
            return new RegionHeader(regionId, AdminMessages.epoch(epoch));
        }
        var status = store().status(regionId);
        if (status == null || status.region() == null) {
            throw AdminErrors.notFound(regionId);
        }
        return status.region().header();
    }

    private static void topology(String call, StreamObserver<TopologyResponse> out,
            Supplier<Promise<TopologyOutcome>> ask) {
        answer(call, out, () -> {
            ask.get().whenDone((outcome, failure) -> finish(call, out, failure, () -> response(outcome)));
            return null;
        });
    }

    private static TopologyResponse response(TopologyOutcome outcome) {
        return switch (outcome) {
            case TopologyOutcome.Done done -> {
                List<io.nokv.proto.raft.v1.RegionDescriptor> regions = new ArrayList<>();
                for (RegionDescriptor region : done.regions()) {
                    regions.add(AdminMessages.wire(region));
                }
                yield TopologyResponse.newBuilder().addAllRegions(regions).build();
            }
            case TopologyOutcome.Refused refused -> throw AdminErrors.of(refused.why());
            case TopologyOutcome.Rejected rejected -> throw AdminErrors.of(AdminReason.REJECTED, rejected.why());
            case TopologyOutcome.Unknown unknown -> throw AdminErrors.of(AdminReason.UNKNOWN_OUTCOME, unknown.why());
        };
    }

    /** Answers with what {@code make} gives; with null, whoever finishes the call does. */
    private static <R> void answer(String call, StreamObserver<R> out, Supplier<R> make) {
        R response;
        try {
            response = make.get();
        } catch (RuntimeException e) {
            out.onError(AdminErrors.of(call, e));
            return;
        }
        if (response != null) {
            out.onNext(response);
            out.onCompleted();
        }
    }

    private static <R> void finish(String call, StreamObserver<R> out, Throwable failure, Supplier<R> response) {
        if (failure != null) {
            out.onError(AdminErrors.of(call, failure));
        } else {
            answer(call, out, response);
        }
    }
}
