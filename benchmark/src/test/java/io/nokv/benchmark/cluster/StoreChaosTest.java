package io.nokv.benchmark.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.benchmark.cluster.StoreClients.Route;
import io.nokv.raft.admin.AdminException;
import io.nokv.raft.region.Peer;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real processes, disks and sockets: five stores that are killed, stopped, cut off, and run out of space, while tellers work and
 * regions split, merge, move and change leaders. Half an hour: {@code ./nokv test -pl benchmark -am -Dtest=StoreChaosTest
 * -Dsurefire.failIfNoSpecifiedTests=false -Dtest.excludedGroups= -Dnokv.chaos.seconds=1800}.
 */
@Tag("slow")
class StoreChaosTest {
    private static final int BRANCHES = 6;
    private static final int STORES = 5;

    /** After so long without an acknowledgement the test says what the stores say. */
    private static final long QUIET_NANOS = 10_000_000_000L;

    @TempDir
    private Path directory;

    private final Map<String, Integer> faults = new TreeMap<>();
    private String last = "nothing";

    @Test
    @Tag("cluster")
    void theBankAndTheRingsHoldThroughEveryStorm() throws InterruptedException {
        long seconds = Long.getLong("nokv.chaos.seconds", 30);
        Long fixed = Long.getLong("nokv.seed");
        long seed = fixed == null ? new Random().nextLong() >>> 16 : fixed;
        Random random = new Random(seed);
        try (ProcessCluster cluster = new ProcessCluster(directory, STORES);
                StoreClients clients = new StoreClients(cluster.addresses())) {
            cluster.stores().forEach(cluster::start);
            cluster.bootstrap(clients);
            BankClients bank = new BankClients(clients, BRANCHES);
            bank.open();
            bank.start(8, seed);
            long end = System.nanoTime() + seconds * 1_000_000_000L;
            while (System.nanoTime() - end < 0 && bank.violations().isEmpty()) {
                try {
                    storm(random, cluster, clients);
                } catch (AdminException e) {
                    ProcessCluster.rest(50); // refused, or the store does not answer
                }
                if (bank.sinceLastDoneNanos() > QUIET_NANOS) {
                    System.out.println("nothing acknowledged for %d s after %s:\n%s".formatted(
                            bank.sinceLastDoneNanos() / 1_000_000_000, last, clients.describe()));
                }
            }
            heal(cluster, clients);
            bank.awaitProgress();
            bank.stop();
            bank.checkAll();
            System.out.println(String.format(Locale.ROOT,
                    "chaos, seed %d: %d s, %d operations done, %d refused, %d unknown, %d looks at whole branches, "
                            + "longest time without an acknowledgement %.1f s, %s",
                    seed, seconds, bank.done.get(), bank.refused.get(), bank.unknown.get(), bank.looks.get(),
                    bank.longestGapNanos.get() / 1e9, faults));
            assertEquals(List.of(), List.copyOf(bank.violations()), "seed " + seed);
            assertTrue(bank.done.get() > 0, "nothing was done");
        }
    }

    private void count(String what) {
        last = what;
        faults.merge(what, 1, Integer::sum);
    }

    private static long any(Random random, ProcessCluster cluster) {
        return cluster.stores().get(random.nextInt(cluster.stores().size()));
    }

    private void storm(Random random, ProcessCluster cluster, StoreClients clients) {
        long store = any(random, cluster);
        long other = any(random, cluster);
        switch (random.nextInt(11)) {
            case 0, 1 -> {
                count("kill -9");
                cluster.kill(store);
                ProcessCluster.rest(random.nextInt(1_500));
                restart(store, random, cluster, clients);
            }
            case 2 -> {
                count("stop");
                cluster.pause(store, true);
                ProcessCluster.rest(random.nextInt(4_000));
                cluster.pause(store, false);
            }
            case 3 -> {
                count("bad link");
                clients.fault(store, StoreService.LINK, other, random.nextInt(2) == 0 ? 1_000_000 : 200_000,
                        random.nextInt(50_000));
                ProcessCluster.rest(random.nextInt(3_000));
                clients.fault(store, StoreService.HEAL, 0, 0, 0);
            }
            case 4 -> {
                count("cut one way");
                cluster.stores().forEach(from -> clients.fault(store, StoreService.CUT_INCOMING, from, 0, 0));
                ProcessCluster.rest(random.nextInt(3_000));
                clients.fault(store, StoreService.HEAL, 0, 0, 0);
            }
            case 5 -> {
                count("disk full");
                clients.fault(store, StoreService.DISK_FULL, 0, 0, 0);
                ProcessCluster.rest(random.nextInt(3_000));
                cluster.kill(store); // an engine that could not write takes no more until it is opened again
                restart(store, random, cluster, clients);
            }
            case 6 -> {
                Route route = clients.find(random.nextInt(BRANCHES));
                if (route != null) {
                    count("transfer");
                    clients.admin(route.storeId()).transferLeader(route.header(), other);
                }
            }
            case 7 -> {
                int branch = 1 + random.nextInt(BRANCHES - 1);
                Route route = clients.find(branch);
                if (route != null && !java.util.Arrays.equals(route.region().range().from(),
                        new byte[]{(byte) branch})) {
                    clients.admin(route.storeId()).split(route.header(), List.of(new byte[]{(byte) branch}));
                    count("split");
                }
            }
            case 8 -> merge(random, clients);
            default -> move(random, clients);
        }
    }

    /** Mostly waits until the store takes part again, so that a majority is there; now and then the next fault comes before. */
    private static void restart(long store, Random random, ProcessCluster cluster, StoreClients clients) {
        cluster.start(store);
        if (random.nextInt(5) > 0) {
            ProcessCluster.until(120, "store " + store + " takes part again", () -> clients.isReady(store));
        }
        ProcessCluster.rest(random.nextInt(2_000));
    }

    /** Has the region of a branch taken over by the one before it. */
    private void merge(Random random, StoreClients clients) {
        Route route = clients.find(1 + random.nextInt(BRANCHES - 1));
        if (route != null && route.region().range().from().length > 0) {
            Route before = clients.find(route.region().range().from()[0] - 1);
            if (before != null) {
                clients.admin(route.storeId()).merge(route.header(), before.region().id());
                count("merge");
            }
        }
    }

    /** Adds what is missing, promotes what is a learner, removes what is too much: one step of a move. */
    private void move(Random random, StoreClients clients) {
        Route route = clients.find(random.nextInt(BRANCHES));
        if (route == null) {
            return;
        }
        for (Peer peer : route.region().peers()) {
            if (peer.role() == Peer.Role.LEARNER) {
                clients.admin(route.storeId()).promotePeer(route.header(), peer.storeId());
                count("promote");
                return;
            }
        }
        if (route.region().peers().size() > 3) {
            for (Peer peer : route.region().peers()) {
                if (peer.storeId() != route.storeId()) {
                    clients.admin(route.storeId()).removePeer(route.header(), peer.storeId());
                    count("remove");
                    return;
                }
            }
        }
        for (long store = 1; store <= STORES; store++) {
            if (route.region().peerOn(store) == null) {
                clients.admin(route.storeId()).addPeer(route.header(), store);
                count("add");
                return;
            }
        }
    }

    private void heal(ProcessCluster cluster, StoreClients clients) {
        for (long store : cluster.stores()) {
            if (!cluster.isRunning(store)) {
                cluster.start(store);
            } else {
                cluster.pause(store, false);
                clients.fault(store, StoreService.HEAL, 0, 0, 0);
            }
        }
    }
}
