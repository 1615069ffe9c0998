package io.nokv.raft.admin;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.nokv.base.codec.Bytes;
import io.nokv.base.error.NokvException;
import io.nokv.raft.region.RegionDescriptor;
import io.nokv.raft.region.RegionRefusal;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Refusals and failures as gRPC statuses with {@code google.rpc.ErrorInfo}, and back. The only place that knows both. */
final class AdminErrors {
    private static final Logger LOG = System.getLogger("io.nokv.raft.admin");
    private static final String DOMAIN = "nokv.io";
    private static final String LEADER = "leader_store_id";
    private static final int MAX_MESSAGE_CHARS = 300;

    private AdminErrors() {}

    static StatusRuntimeException of(AdminReason reason, String message) {
        return of(reason, message, Map.of(), List.of());
    }

    static StatusRuntimeException of(RegionRefusal refusal) {
        return switch (refusal) {
            case RegionRefusal.NotLeader r -> of(AdminReason.NOT_LEADER, r.leaderStoreId() == 0
                    ? "this store does not lead region " + r.regionId()
                    : "store " + r.leaderStoreId() + " leads region " + r.regionId(),
                    Map.of(LEADER, Long.toString(r.leaderStoreId())), List.of());
            case RegionRefusal.EpochMismatch r -> of(AdminReason.EPOCH_MISMATCH, "the region has changed", Map.of(),
                    r.current());
            case RegionRefusal.KeyNotInRegion r -> of(AdminReason.KEY_NOT_IN_REGION,
                    "key " + Bytes.show(r.key()) + " is not in region " + r.region().id());
            case RegionRefusal.RegionNotFound r -> notFound(r.regionId());
            case RegionRefusal.Overloaded r -> of(AdminReason.OVERLOADED, r.what() + " is full");
            case RegionRefusal.Degraded r ->
                of(AdminReason.DEGRADED, "region " + r.regionId() + " is degraded here: " + r.why());
            case RegionRefusal.Frozen r -> of(AdminReason.FROZEN, "region " + r.regionId() + " is being merged");
        };
    }

    static StatusRuntimeException notFound(long regionId) {
        return of(AdminReason.REGION_NOT_FOUND, "region " + regionId + " is not here");
    }

    /** Messages of failures name files of this machine: they go to the log, not to the caller. */
    static StatusRuntimeException of(String call, Throwable failure) {
        if (failure instanceof StatusRuntimeException refusal) {
            return refusal;
        }
        if (failure instanceof NokvException e) {
            switch (e.code()) {
                case INVALID_ARGUMENT -> {
                    return of(AdminReason.INVALID_ARGUMENT, e.getMessage());
                }
                case CLOSED -> {
                    return of(AdminReason.CLOSED, "the store is closing");
                }
                case OVERLOADED -> {
                    return of(AdminReason.OVERLOADED, e.getMessage());
                }
                case IO_ERROR, NO_SPACE, CORRUPTION, FILE_NOT_FOUND, FILE_EXISTS, LOCKED, READ_ONLY, TIMEOUT, CANCELLED,
                        UNKNOWN_OUTCOME, VERSION_TOO_OLD, UNSUPPORTED_VERSION, INTERNAL ->
                    LOG.log(Level.ERROR,
                            call + " failed", e);
            }
            return of(AdminReason.FAILED, "the store failed with " + e.code());
        }
        LOG.log(Level.ERROR, call + " failed", failure);
        return of(AdminReason.FAILED, "the store failed");
    }

    private static StatusRuntimeException of(AdminReason reason, String message, Map<String, String> metadata,
            List<RegionDescriptor> regions) {
        String bounded = message.length() <= MAX_MESSAGE_CHARS ? message : message.substring(0, MAX_MESSAGE_CHARS);
        com.google.rpc.Status.Builder details = com.google.rpc.Status.newBuilder().setCode(reason.code().value())
                .setMessage(bounded)
                .addDetails(Any.pack(ErrorInfo.newBuilder().setDomain(DOMAIN).setReason(reason.name())
                        .putAllMetadata(metadata).build()));
        regions.forEach(region -> details.addDetails(Any.pack(AdminMessages.wire(region))));
        return StatusProto.toStatusRuntimeException(details.build());
    }

    /** What the server said with {@code status}; null when it comes from gRPC or the network. */
    static AdminRefusal refusal(StatusRuntimeException status) {
        com.google.rpc.Status details = StatusProto.fromThrowable(status);
        if (details == null) {
            return null;
        }
        AdminReason reason = null;
        long leader = 0;
        List<RegionDescriptor> regions = new ArrayList<>();
        try {
            for (Any any : details.getDetailsList()) {
                if (any.is(ErrorInfo.class)) {
                    ErrorInfo info = any.unpack(ErrorInfo.class);
                    reason = reason(info.getReason());
                    leader = Long.parseLong(info.getMetadataOrDefault(LEADER, "0"));
                } else if (any.is(io.nokv.proto.raft.v1.RegionDescriptor.class)) {
                    regions.add(AdminMessages.region(any.unpack(io.nokv.proto.raft.v1.RegionDescriptor.class)));
                }
            }
        } catch (InvalidProtocolBufferException | NumberFormatException e) {
            return null;
        }
        return reason == null ? null : new AdminRefusal(reason, leader, List.copyOf(regions), details.getMessage());
    }

    private static AdminReason reason(String name) {
        for (AdminReason reason : AdminReason.values()) {
            if (reason.name().equals(name)) {
                return reason;
            }
        }
        return null;
    }
}
