package io.nokv.raft.admin;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.nokv.proto.raft.v1.BootstrapRegionRequest;
import io.nokv.proto.raft.v1.ExecutionStatus;
import io.nokv.proto.raft.v1.ExportSnapshotRequest;
import io.nokv.proto.raft.v1.GetExecutionStatusRequest;
import io.nokv.proto.raft.v1.GetRegionStatusRequest;
import io.nokv.proto.raft.v1.GetStoreStatsRequest;
import io.nokv.proto.raft.v1.ListRegionsRequest;
import io.nokv.proto.raft.v1.ListRegionsResponse;
import io.nokv.proto.raft.v1.MergeRegionRequest;
import io.nokv.proto.raft.v1.PeerRequest;
import io.nokv.proto.raft.v1.RaftAdminGrpc;
import io.nokv.proto.raft.v1.RegionStatus;
import io.nokv.proto.raft.v1.ReplacePeerRequest;
import io.nokv.proto.raft.v1.SplitRegionRequest;
import io.nokv.proto.raft.v1.TopologyResponse;
import io.nokv.raft.archive.ArchivedRegion;
import io.nokv.raft.region.RegionDescriptor;
import io.nokv.raft.region.RegionHeader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Administrates one store from outside. Calls wait for their answer, for at most the given time; each throws {@link
 * AdminException}. Thread-safe.
 */
public final class RaftAdminClient implements AutoCloseable {
    private final ManagedChannel channel;
    private final long deadlineNanos;

    private RaftAdminClient(ManagedChannel channel, long deadlineNanos) {
        this.channel = channel;
        this.deadlineNanos = deadlineNanos;
    }

    /** @param address {@code host:port} of the store; connected to with the first call */
    public static RaftAdminClient of(String address, Duration deadline) {
        return new RaftAdminClient(NettyChannelBuilder.forTarget("dns:///" + address).usePlaintext().build(),
                deadline.toNanos());
    }

    /** See {@link io.nokv.raft.store.RaftStore#bootstrap}. */
    public void bootstrap(RegionDescriptor region) {
        call(() -> stub().bootstrapRegion(
                BootstrapRegionRequest.newBuilder().setRegion(AdminMessages.wire(region)).build()));
    }

    /** See {@link io.nokv.raft.store.RaftStore#split}. */
    public List<RegionDescriptor> split(RegionHeader region, List<byte[]> keys) {
        return regions(() -> stub().splitRegion(SplitRegionRequest.newBuilder().setRegionId(region.regionId())
                .setEpoch(AdminMessages.wire(region.epoch()))
                .addAllKeys(keys.stream().map(ByteString::copyFrom).toList()).build()));
    }

    /** See {@link io.nokv.raft.store.RaftStore#merge}. */
    public List<RegionDescriptor> merge(RegionHeader source, long targetRegionId) {
        return regions(() -> stub().mergeRegion(MergeRegionRequest.newBuilder().setRegionId(source.regionId())
                .setEpoch(AdminMessages.wire(source.epoch())).setTargetRegionId(targetRegionId).build()));
    }

    private static PeerRequest peer(RegionHeader region, long storeId) {
        return PeerRequest.newBuilder().setRegionId(region.regionId()).setEpoch(AdminMessages.wire(region.epoch()))
                .setStoreId(storeId).build();
    }

    /** The store gets a learner. */
    public List<RegionDescriptor> addPeer(RegionHeader region, long storeId) {
        return regions(() -> stub().addPeer(peer(region, storeId)));
    }

    /** The learner there votes from now on. */
    public List<RegionDescriptor> promotePeer(RegionHeader region, long storeId) {
        return regions(() -> stub().promotePeer(peer(region, storeId)));
    }

    /** The voter there is a learner from now on. */
    public List<RegionDescriptor> demotePeer(RegionHeader region, long storeId) {
        return regions(() -> stub().demotePeer(peer(region, storeId)));
    }

    /** The replica there goes. */
    public List<RegionDescriptor> removePeer(RegionHeader region, long storeId) {
        return regions(() -> stub().removePeer(peer(region, storeId)));
    }

    /** The learner on one store votes in place of the replica on another, which goes. */
    public List<RegionDescriptor> replacePeer(RegionHeader region, long fromStoreId, long toStoreId) {
        return regions(() -> stub().replacePeer(ReplacePeerRequest.newBuilder().setRegionId(region.regionId())
                .setEpoch(AdminMessages.wire(region.epoch())).setFromStoreId(fromStoreId).setToStoreId(toStoreId)
                .build()));
    }

    /** See {@link io.nokv.raft.store.RaftStore#transferLeader}. */
    public void transferLeader(RegionHeader region, long toStoreId) {
        call(() -> stub().transferLeader(peer(region, toStoreId)));
    }

    /**
     * Writes an archive of a region to {@code file}, which appears whole, checked and durable, or not at all; one that is there is
     * replaced. Until then {@code FILE.part} grows beside it. The deadline of the calls is for each portion.
     *
     * @return what the archive says of itself
     * @throws UncheckedIOException when the file cannot be written
     */
    public ArchivedRegion exportSnapshot(RegionHeader region, Path file) {
        ExportSnapshotRequest request = ExportSnapshotRequest.newBuilder().setRegionId(region.regionId())
                .setEpoch(AdminMessages.wire(region.epoch())).build();
        return ArchiveFiles.export(RaftAdminGrpc.newBlockingV2Stub(channel).exportSnapshot(request), deadlineNanos,
                file);
    }

    /**
     * Makes a region on this store from an archive, with this store as its only member; see {@link
     * io.nokv.raft.store.RaftStore#importRegion}. The deadline of the calls is for each portion, and for the answer.
     *
     * @throws UncheckedIOException when the file cannot be read
     */
    public RegionDescriptor importSnapshot(Path file, long regionId, long peerId) {
        return ArchiveFiles.intake(RaftAdminGrpc.newBlockingV2Stub(channel).importSnapshot(), deadlineNanos, file,
                regionId, peerId);
    }

    public RegionStatus status(long regionId) {
        return call(() -> stub().getRegionStatus(GetRegionStatusRequest.newBuilder().setRegionId(regionId).build()));
    }

    /** All regions of the store, fetched page by page: one that comes or goes meanwhile may be missing. */
    public List<RegionStatus> regions() {
        List<RegionStatus> all = new ArrayList<>();
        ListRegionsResponse page;
        do {
            long after = all.isEmpty() ? 0 : all.getLast().getRegionId();
            page = call(() -> stub().listRegions(ListRegionsRequest.newBuilder().setAfterRegionId(after).build()));
            all.addAll(page.getRegionsList());
        } while (page.getMore());
        return all;
    }

    /** What a status says of the region; null while the store knows nothing but its id. */
    public static RegionDescriptor region(RegionStatus status) {
        return status.hasRegion() ? AdminMessages.region(status.getRegion()) : null;
    }

    public ExecutionStatus execution() {
        return call(() -> stub().getExecutionStatus(GetExecutionStatusRequest.getDefaultInstance()));
    }

    /** Counters by name. */
    public Map<String, Long> stats() {
        return new TreeMap<>(
                call(() -> stub().getStoreStats(GetStoreStatsRequest.getDefaultInstance())).getCountersMap());
    }

    private RaftAdminGrpc.RaftAdminBlockingStub stub() {
        return RaftAdminGrpc.newBlockingStub(channel).withDeadlineAfter(deadlineNanos, TimeUnit.NANOSECONDS);
    }

    private static <R> R call(Supplier<R> call) {
        try {
            return call.get();
        } catch (StatusRuntimeException e) {
            throw new AdminException(AdminErrors.refusal(e), e);
        }
    }

    private static List<RegionDescriptor> regions(Supplier<TopologyResponse> call) {
        return call(call).getRegionsList().stream().map(AdminMessages::region).toList();
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
