package io.nokv.raft.admin;

import com.google.protobuf.ByteString;
import io.nokv.proto.raft.v1.Admission;
import io.nokv.proto.raft.v1.DegradedRegion;
import io.nokv.proto.raft.v1.PeerRole;
import io.nokv.proto.raft.v1.StoreStats;
import io.nokv.proto.raft.v1.Transition;
import io.nokv.raft.region.KeyRange;
import io.nokv.raft.region.Peer;
import io.nokv.raft.region.RegionDescriptor;
import io.nokv.raft.region.RegionEpoch;
import io.nokv.raft.store.ExecutionStatus;
import io.nokv.raft.store.RaftStoreStats;
import io.nokv.raft.store.RegionStatus;
import java.lang.reflect.RecordComponent;

/** Values of the store as messages, and back. */
final class AdminMessages {
    private AdminMessages() {}

    static io.nokv.proto.raft.v1.RegionEpoch wire(RegionEpoch epoch) {
        return io.nokv.proto.raft.v1.RegionEpoch.newBuilder().setVersion(epoch.version())
                .setConfVersion(epoch.confVersion()).build();
    }

    static RegionEpoch epoch(io.nokv.proto.raft.v1.RegionEpoch wire) {
        return new RegionEpoch(wire.getVersion(), wire.getConfVersion());
    }

    static io.nokv.proto.raft.v1.RegionDescriptor wire(RegionDescriptor region) {
        io.nokv.proto.raft.v1.RegionDescriptor.Builder out = io.nokv.proto.raft.v1.RegionDescriptor.newBuilder()
                .setRegionId(region.id()).setStartKey(ByteString.copyFrom(region.range().from()))
                .setEpoch(wire(region.epoch()));
        if (region.range().to() != null) {
            out.setEndKey(ByteString.copyFrom(region.range().to()));
        }
        for (Peer peer : region.peers()) {
            out.addPeers(io.nokv.proto.raft.v1.Peer.newBuilder().setPeerId(peer.id()).setStoreId(peer.storeId())
                    .setRole(wire(peer.role())));
        }
        return out.build();
    }

    /** INVALID_ARGUMENT for a role this program does not know. */
    static RegionDescriptor region(io.nokv.proto.raft.v1.RegionDescriptor wire) {
        return new RegionDescriptor(wire.getRegionId(),
                new KeyRange(wire.getStartKey().toByteArray(),
                        wire.hasEndKey() ? wire.getEndKey().toByteArray() : null),
                epoch(wire.getEpoch()),
                wire.getPeersList().stream().map(peer -> new Peer(peer.getPeerId(), peer.getStoreId(),
                        role(peer.getRole()))).toList());
    }

    private static PeerRole wire(Peer.Role role) {
        return switch (role) {
            case VOTER -> PeerRole.PEER_ROLE_VOTER;
            case LEARNER -> PeerRole.PEER_ROLE_LEARNER;
            case INCOMING_VOTER -> PeerRole.PEER_ROLE_INCOMING_VOTER;
            case OUTGOING_VOTER -> PeerRole.PEER_ROLE_OUTGOING_VOTER;
            case DEMOTING_VOTER -> PeerRole.PEER_ROLE_DEMOTING_VOTER;
        };
    }

    private static Peer.Role role(PeerRole wire) {
        return switch (wire) {
            case PEER_ROLE_VOTER -> Peer.Role.VOTER;
            case PEER_ROLE_LEARNER -> Peer.Role.LEARNER;
            case PEER_ROLE_INCOMING_VOTER -> Peer.Role.INCOMING_VOTER;
            case PEER_ROLE_OUTGOING_VOTER -> Peer.Role.OUTGOING_VOTER;
            case PEER_ROLE_DEMOTING_VOTER -> Peer.Role.DEMOTING_VOTER;
            case PEER_ROLE_UNSPECIFIED, UNRECOGNIZED ->
                throw AdminErrors.of(AdminReason.INVALID_ARGUMENT, "a peer needs a role");
        };
    }

    static io.nokv.proto.raft.v1.RegionStatus wire(RegionStatus status) {
        io.nokv.proto.raft.v1.RegionStatus.Builder out = io.nokv.proto.raft.v1.RegionStatus.newBuilder()
                .setRegionId(status.regionId()).setPeerId(status.peerId()).setState(status.state().name())
                .setStanding(status.standing() == null ? "" : status.standing().name()).setTerm(status.term())
                .setLeaderStoreId(status.leaderStoreId()).setFirstIndex(status.firstIndex())
                .setLastIndex(status.lastIndex()).setCommittedIndex(status.committed())
                .setAppliedIndex(status.applied()).setAwake(status.awake());
        if (status.region() != null) {
            out.setRegion(wire(status.region()));
        }
        return out.build();
    }

    static io.nokv.proto.raft.v1.ExecutionStatus wire(ExecutionStatus status) {
        io.nokv.proto.raft.v1.ExecutionStatus.Builder out = io.nokv.proto.raft.v1.ExecutionStatus.newBuilder()
                .setRestart(status.restart().name());
        ExecutionStatus.Admission last = status.lastAdmission();
        if (last != null) {
            out.setLastAdmission(Admission.newBuilder().setClass_(last.kind().name()).setReason(last.reason().name())
                    .setRegionId(last.regionId()).setAtNanos(last.atNanos()));
        }
        for (ExecutionStatus.Transition one : status.transitions()) {
            out.addTransitions(Transition.newBuilder().setId(one.id()).setWhat(one.what()).setRegionId(one.regionId())
                    .setOutcome(one.outcome().name()).setPublish(one.publish().name())
                    .setDetail(one.detail() == null ? "" : one.detail()).setAtNanos(one.atNanos()));
        }
        for (ExecutionStatus.Degraded one : status.degraded()) {
            out.addDegraded(DegradedRegion.newBuilder().setRegionId(one.regionId()).setWhy(one.why()));
        }
        return out.build();
    }

    /** Every component by its name, so that none is forgotten here. */
    static StoreStats wire(long storeId, RaftStoreStats stats) {
        StoreStats.Builder out = StoreStats.newBuilder().setStoreId(storeId);
        try {
            for (RecordComponent component : RaftStoreStats.class.getRecordComponents()) {
                out.putCounters(component.getName(), ((Number) component.getAccessor().invoke(stats)).longValue());
            }
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
        return out.build();
    }
}
