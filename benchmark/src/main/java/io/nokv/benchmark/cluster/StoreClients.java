package io.nokv.benchmark.cluster;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.proto.raft.v1.RegionStatus;
import io.nokv.raft.admin.AdminException;
import io.nokv.raft.admin.RaftAdminClient;
import io.nokv.raft.region.RegionDescriptor;
import io.nokv.raft.region.RegionHeader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Clients of all stores of a cluster, with what they know of its regions. Thread-safe; calls wait. */
public final class StoreClients implements AutoCloseable {
    private static final long CALL_SECONDS = 5;

    /** Of a branch with the marks of all its operations. */
    private static final int MOST_BYTES = 256 << 20;
    private static final Duration ADMIN_DEADLINE = Duration.ofMillis(1_500);

    /** How a call ended. */
    public enum Outcome {
        DONE, REFUSED, UNKNOWN
    }

    /**
     * @param body of DONE
     * @param why of the others
     */
    public record Answer(Outcome outcome, byte[] body, String why) {}

    /** Where a branch is thought to be. */
    public record Route(long storeId, RegionDescriptor region, long term) {
        public RegionHeader header() {
            return region.header();
        }
    }

    private final Map<Long, ManagedChannel> channels = new TreeMap<>();
    private final Map<Long, RaftAdminClient> admins = new TreeMap<>();
    private final Map<Integer, Route> routes = new ConcurrentHashMap<>();

    /** @param addresses {@code host:port} by store id */
    public StoreClients(Map<Long, String> addresses) {
        this(addresses, ADMIN_DEADLINE);
    }

    /** @param adminDeadline how long a call of {@link #admin} waits for its answer, for example for the end of a merge */
    public StoreClients(Map<Long, String> addresses, Duration adminDeadline) {
        addresses.forEach((id, address) -> {
            channels.put(id, NettyChannelBuilder.forTarget("dns:///" + address).usePlaintext().disableRetry()
                    .maxInboundMessageSize(MOST_BYTES).build());
            admins.put(id, RaftAdminClient.of(address, adminDeadline));
        });
    }

    public RaftAdminClient admin(long storeId) {
        return admins.get(storeId);
    }

    /** Asks all stores who leads the region with {@code branch}; null when nobody says so. */
    public Route find(int branch) {
        Route best = null;
        for (Map.Entry<Long, RaftAdminClient> admin : admins.entrySet()) {
            try {
                for (RegionStatus status : admin.getValue().regions()) {
                    RegionDescriptor region = RaftAdminClient.region(status);
                    if (region != null && status.getStanding().equals("LEADER")
                            && region.range().contains(new byte[]{(byte) branch}) && (best == null
                                    || region.epoch().version() > best.region.epoch().version()
                                    || region.id() == best.region.id() && status.getTerm() > best.term)) {
                        best = new Route(admin.getKey(), region, status.getTerm());
                    }
                }
            } catch (AdminException e) {
                // It is down, or hangs: the others may know.
                continue;
            }
        }
        return best;
    }

    /** Whether a store takes part. */
    public boolean isReady(long storeId) {
        try {
            admins.get(storeId).execution();
            return true;
        } catch (AdminException e) {
            return false;
        }
    }

    /** What all stores say of their regions, for people. */
    public String describe() {
        StringBuilder out = new StringBuilder();
        admins.forEach((id, admin) -> {
            out.append("store ").append(id).append(": ");
            try {
                for (RegionStatus status : admin.regions()) {
                    RegionDescriptor region = RaftAdminClient.region(status);
                    out.append("\n  region ").append(status.getRegionId()).append(' ').append(status.getState())
                            .append(' ').append(status.getStanding()).append(" of term ").append(status.getTerm())
                            .append(", leader ").append(status.getLeaderStoreId()).append(", log ")
                            .append(status.getFirstIndex()).append(" to ").append(status.getLastIndex())
                            .append(", committed ").append(status.getCommittedIndex()).append(", applied ")
                            .append(status.getAppliedIndex()).append(status.getAwake() ? ", awake, " : ", asleep, ")
                            .append(region == null ? "no descriptor" : region.epoch() + " " + region.peers());
                }
                out.append("\n  ").append(admin.stats());
            } catch (AdminException e) {
                out.append(e.getMessage());
            }
            out.append('\n');
        });
        return out.toString();
    }

    /** The route of a branch, asked for when there is none. */
    private Route route(int branch) {
        Route known = routes.get(branch);
        if (known == null) {
            known = find(branch);
            if (known != null) {
                routes.put(branch, known);
            }
        }
        return known;
    }

    /** Has a command of {@link BranchApplier} carried out; one attempt. */
    public Answer propose(int branch, byte[] command) {
        Route route = route(branch);
        if (route == null) {
            return new Answer(Outcome.REFUSED, null, "nobody leads branch " + branch);
        }
        return routed(branch, route.storeId,
                StoreCall.request(StoreCall.PROPOSE, route.header()).raw(command).toBytes());
    }

    /**
     * Reads the accounts and the ring of a branch; one attempt.
     *
     * @param withMarks also the mark of every operation that took effect
     */
    public Answer read(int branch, boolean withMarks) {
        Route route = route(branch);
        if (route == null) {
            return new Answer(Outcome.REFUSED, null, "nobody leads branch " + branch);
        }
        return routed(branch, route.storeId, StoreCall.request(StoreCall.READ, route.header()).u8(branch)
                .u8(withMarks ? 1 : 0).toBytes());
    }

    private Answer routed(int branch, long storeId, byte[] request) {
        Answer answer = call(storeId, request);
        if (answer.outcome != Outcome.DONE) {
            routes.remove(branch);
        }
        return answer;
    }

    /** What the replica of a region on a store holds: see {@link StoreCall#DIGEST}. */
    public Answer digest(long storeId, long regionId) {
        return call(storeId, new ByteWriter(9).u8(StoreCall.DIGEST).u64(regionId).toBytes());
    }

    /** See {@link StoreService} for what there is. */
    Answer fault(long storeId, int what, long towards, long shareMillionths, long delayMicros) {
        return call(storeId, new ByteWriter(32).u8(StoreCall.FAULT).u8(what).u64(towards).u64(shareMillionths)
                .u64(delayMicros).toBytes());
    }

    private Answer call(long storeId, byte[] request) {
        ByteReader answer;
        try {
            answer = new ByteReader(ClientCalls.blockingUnaryCall(channels.get(storeId), StoreCall.METHOD,
                    CallOptions.DEFAULT.withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS), request));
        } catch (StatusRuntimeException e) {
            return new Answer(Outcome.UNKNOWN, null, "store " + storeId + ": " + e.getStatus());
        }
        return switch (answer.u8()) {
            case StoreCall.DONE -> new Answer(Outcome.DONE, answer.rest(), null);
            case StoreCall.REFUSED -> new Answer(Outcome.REFUSED, null,
                    new String(answer.bytes(), StandardCharsets.UTF_8));
            default -> new Answer(Outcome.UNKNOWN, null, new String(answer.bytes(), StandardCharsets.UTF_8));
        };
    }

    @Override
    public void close() {
        channels.values().forEach(ManagedChannel::shutdownNow);
        admins.values().forEach(RaftAdminClient::close);
    }
}
