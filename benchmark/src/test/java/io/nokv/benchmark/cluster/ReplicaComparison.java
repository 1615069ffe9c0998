package io.nokv.benchmark.cluster;

import io.nokv.base.codec.ByteReader;
import io.nokv.benchmark.cluster.StoreClients.Answer;
import io.nokv.benchmark.cluster.StoreClients.Outcome;
import io.nokv.proto.raft.v1.RegionStatus;
import io.nokv.raft.admin.AdminException;
import io.nokv.raft.admin.RaftAdminClient;
import io.nokv.raft.region.Peer;
import io.nokv.raft.region.RegionDescriptor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Looks at every replica of every region of a cluster that is at rest: the regions cover all keys once, and replicas are equal. */
final class ReplicaComparison {
    private final StoreClients clients;
    private final List<Long> stores;
    private int regions;
    private int replicas;
    private long rows;

    ReplicaComparison(StoreClients clients, List<Long> stores) {
        this.clients = clients;
        this.stores = stores;
    }

    /** Waits until all is equal; fails with what is not. */
    void await(long seconds) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        String problem;
        while ((problem = problem()) != null) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("after " + seconds + " s of rest " + problem + "\n" + clients.describe());
            }
            ProcessCluster.rest(200);
        }
    }

    /** Null when all is as it must be. */
    private String problem() {
        regions = 0;
        replicas = 0;
        rows = 0;
        Map<Long, RegionStatus> led = new HashMap<>();
        try {
            for (long store : stores) {
                for (RegionStatus status : clients.admin(store).regions()) {
                    RegionStatus other = status.getStanding().equals("LEADER")
                            ? led.put(status.getRegionId(), status)
                            : null;
                    if (other != null) {
                        return "two lead region " + status.getRegionId();
                    }
                }
            }
        } catch (AdminException e) {
            return "a store does not say what it has: " + e.getMessage();
        }
        List<RegionDescriptor> byRange = new ArrayList<>(led.values().stream().map(RaftAdminClient::region).toList());
        byRange.sort((x, y) -> Arrays.compareUnsigned(x.range().from(), y.range().from()));
        byte[] end = new byte[0];
        for (RegionDescriptor region : byRange) {
            if (end == null || !Arrays.equals(end, region.range().from())) {
                return "there is a gap or an overlap before " + region;
            }
            end = region.range().to();
            String unequal = compare(region);
            if (unequal != null) {
                return unequal;
            }
        }
        return end == null ? null : "nobody leads the end of the key space";
    }

    private String compare(RegionDescriptor region) {
        byte[] first = null;
        for (Peer peer : region.peers()) {
            Answer answer = clients.digest(peer.storeId(), region.id());
            if (answer.outcome() != Outcome.DONE) {
                return "store " + peer.storeId() + " does not show region " + region.id() + ": " + answer.why();
            }
            if (first != null && !Arrays.equals(first, answer.body())) {
                return "replicas of " + region + " differ: " + shown(first) + " and on store " + peer.storeId() + " "
                        + shown(answer.body());
            }
            first = answer.body();
            replicas++;
        }
        regions++;
        ByteReader in = new ByteReader(first);
        in.u64();
        in.u64();
        in.u64();
        rows += in.u64();
        return null;
    }

    private static String shown(byte[] digest) {
        ByteReader in = new ByteReader(digest);
        return "epoch " + in.u64() + "." + in.u64() + " applied " + in.u64() + " rows " + in.u64() + " hash "
                + Long.toHexString(in.u64());
    }

    @Override
    public String toString() {
        return regions + " regions, " + replicas + " replicas, " + rows + " rows equal on each";
    }
}
