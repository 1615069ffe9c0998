package io.nokv.sim.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.raft.region.Peer;
import io.nokv.raft.region.RegionDescriptor;
import io.nokv.raft.store.PeerChange;
import io.nokv.raft.store.RaftStoreOptions;
import io.nokv.raft.store.RegionStatus;
import io.nokv.sim.Seeds;
import io.nokv.sim.world.SimEntropy;
import io.nokv.sim.world.World;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Regions split by size and by load, merge when they are small and quiet, and do neither when they should not. */
class AutoTopologySimTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int RUNS = 5;

    private static void story(String test, RaftStoreOptions.Topology topology,
            BiConsumer<StoreCluster, Runnable> story) {
        Seeds.run(AutoTopologySimTest.class, test, RUNS, (seed, replay) -> {
            World world = new World(seed, replay);
            StoreCluster cluster = new StoreCluster(world, null, topology);
            StoreClients clients = new StoreClients(cluster);
            SimEntropy random = world.entropy("story");
            long[] number = {0};
            world.run(() -> {
                cluster.begin(false);
                story.accept(cluster, () -> clients.call(0, random,
                        new RegisterCall.Put((int) (number[0]++ % StoreCluster.REGISTERS), number[0])));
            });
        });
    }

    private static void pause(StoreCluster cluster, long nanos) {
        cluster.world().driver().scheduler().pause(nanos);
    }

    private static void until(StoreCluster cluster, String what, Supplier<Boolean> holds, Runnable meanwhile) {
        long end = cluster.world().nowNanos() + 120 * SECOND;
        while (!holds.get()) {
            assertTrue(cluster.world().nowNanos() < end, () -> what + ": " + ranges(cluster));
            meanwhile.run();
            pause(cluster, SECOND / 50);
        }
    }

    /** The regions that are led somewhere, by their keys. */
    private static List<RegionDescriptor> ranges(StoreCluster cluster) {
        TreeSet<Long> seen = new TreeSet<>();
        return cluster.leaders().stream().map(RegionStatus::region).filter(region -> seen.add(region.id()))
                .sorted((x, y) -> Arrays.compareUnsigned(x.range().from(), y.range().from())).toList();
    }

    private static long count(StoreCluster cluster, java.util.function.ToLongFunction<StoreMachine> counter) {
        return cluster.machines().stream().mapToLong(counter).sum();
    }

    @Test
    void aRegionThatGrowsIsSplit() {
        story("aRegionThatGrowsIsSplit", new RaftStoreOptions.Topology(4_000, 0, 50), (cluster, write) -> {
            until(cluster, "it is split", () -> ranges(cluster).size() > 1, write);
            assertTrue(count(cluster, machine -> machine.store().stats().autoSplits()) > 0);
        });
    }

    @Test
    void aRegionThatIsAskedTooMuchIsSplitAndItsPartsComeTogetherWhenTheyAreNot() {
        // 30 requests a second, counted over a second; quiet for two.
        RaftStoreOptions.Topology topology = new RaftStoreOptions.Topology(0, 30, 100, 50, 1 << 20, 200, false);
        story("aRegionThatIsAskedTooMuchIsSplitAndItsPartsComeTogetherWhenTheyAreNot", topology, (cluster, write) -> {
            until(cluster, "it is split", () -> ranges(cluster).size() > 1, write);
            until(cluster, "they come together", () -> ranges(cluster).size() == 1, () -> {});
            assertTrue(count(cluster, machine -> machine.store().stats().autoMerges()) > 0);
            int parts = ranges(cluster).size();
            pause(cluster, 20 * SECOND);
            assertEquals(parts, ranges(cluster).size(), "nothing happens to a region that is quiet");
        });
    }

    /** What was just split stays so for a while; afterwards many small ones become one, the rightmost first. */
    @Test
    void smallRegionsMergeWhenTheyAreNotYoungAnyMore() {
        RaftStoreOptions.Topology topology = new RaftStoreOptions.Topology(0, 0, 50).withMerges(1 << 20, 500);
        story("smallRegionsMergeWhenTheyAreNotYoungAnyMore", topology, (cluster, write) -> {
            for (int register = StoreCluster.REGISTERS - 1; register > 0; register--) {
                split(cluster, register);
            }
            pause(cluster, 3 * SECOND);
            assertEquals(StoreCluster.REGISTERS, ranges(cluster).size(), "they are young");
            until(cluster, "they come together", () -> ranges(cluster).size() == 1, () -> {});
            write.run();
        });
    }

    private static void split(StoreCluster cluster, int register) {
        until(cluster, "it is split before " + register,
                () -> ranges(cluster).stream()
                        .anyMatch(region -> Arrays.equals(region.range().from(), StoreCluster.bound(register))),
                () -> {
                    RegionStatus whole = cluster.leading(StoreCluster.bound(register));
                    if (whole != null) {
                        cluster.leader(whole.regionId()).store().split(whole.region().header(),
                                List.of(StoreCluster.bound(register)));
                    }
                });
    }

    /** Too large together: they stay apart, however quiet. */
    @Test
    void regionsThatWouldBeTooLargeStayApart() {
        RaftStoreOptions.Topology topology = new RaftStoreOptions.Topology(0, 0, 50).withMerges(3_000, 100);
        story("regionsThatWouldBeTooLargeStayApart", topology, (cluster, write) -> {
            for (int i = 0; i < 400; i++) {
                write.run();
            }
            split(cluster, 3);
            pause(cluster, 20 * SECOND);
            assertEquals(2, ranges(cluster).size());
            assertEquals(0, count(cluster, machine -> machine.store().stats().autoMerges()));
        });
    }

    /** Neighbours on other stores are brought to the same ones first, where that is wanted, and left alone where it is not. */
    @Test
    void membersAreMovedWhereThatIsWanted() {
        for (boolean moves : new boolean[]{true, false}) {
            RaftStoreOptions.Topology topology = new RaftStoreOptions.Topology(0, 0, 100, 50, 1 << 20, 1_000, moves);
            story("membersAreMovedWhereThatIsWanted", topology, (cluster, write) -> {
                if (cluster.machines().size() == 3) {
                    return;
                }
                split(cluster, 3);
                RegionDescriptor right = ranges(cluster).get(1);
                until(cluster, "a member is on the fourth store", () -> {
                    RegionDescriptor now = ranges(cluster).getLast();
                    return now.peerOn(4) != null && now.peerOn(4).role() == Peer.Role.VOTER && now.peerOn(1) == null;
                }, () -> move(cluster, right.id()));
                if (moves) {
                    until(cluster, "they come together", () -> ranges(cluster).size() == 1, () -> {});
                } else {
                    pause(cluster, 40 * SECOND);
                    assertEquals(2, ranges(cluster).size());
                }
                write.run();
            });
        }
    }

    private static void move(StoreCluster cluster, long regionId) {
        StoreMachine leader = cluster.leader(regionId);
        RegionStatus status = leader == null ? null : leader.store().status(regionId);
        if (status == null || status.region() == null) {
            return;
        }
        Peer there = status.region().peerOn(4);
        if (there == null) {
            leader.store().changePeers(status.region().header(), List.of(new PeerChange.AddLearner(4)));
        } else if (there.role() == Peer.Role.LEARNER) {
            leader.store().changePeers(status.region().header(),
                    List.of(new PeerChange.Promote(4), new PeerChange.Remove(1)));
        }
    }
}
