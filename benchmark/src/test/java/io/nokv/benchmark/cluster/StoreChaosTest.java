package io.nokv.benchmark.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.proto.raft.v1.DegradedRegion;
import io.nokv.raft.admin.AdminException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real processes, disks and sockets: five stores that are killed, stopped, cut off, and run out of space, while tellers work and an
 * operator splits, merges and moves regions and changes their leaders. Afterwards all replicas are compared. Half an hour:
 * {@code ./nokv test -pl benchmark -am -Dtest=StoreChaosTest -Dsurefire.failIfNoSpecifiedTests=false -Dtest.excludedGroups=
 * -Dnokv.chaos.seconds=1800}.
 */
@Tag("slow")
class StoreChaosTest {
    private static final int BRANCHES = 6;
    private static final int STORES = 5;

    /** A run of so many seconds must have had every kind of fault and of order in it. */
    private static final long LONG_ENOUGH_SECONDS = 300;
    private static final List<String> FAULTS = List.of("kill -9", "kill -9 of all", "stop", "bad link", "cut one way",
            "disk full");
    private static final List<String> ORDERS = List.of("split", "merge", "add", "promote", "remove", "transfer");

    /** After so long without an acknowledgement the test says what the stores say. */
    private static final long QUIET_NANOS = 10_000_000_000L;
    private static final Duration ORDER_DEADLINE = Duration.ofSeconds(15);

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
                StoreClients clients = new StoreClients(cluster.addresses());
                StoreClients orders = new StoreClients(cluster.addresses(), ORDER_DEADLINE)) {
            cluster.stores().forEach(cluster::start);
            cluster.bootstrap(clients);
            BankClients bank = new BankClients(clients, BRANCHES);
            bank.open();
            bank.start(8, seed);
            RegionOperator operator = new RegionOperator(clients, orders, cluster.stores(), BRANCHES, seed + 1_000);
            operator.start();
            long begin = System.nanoTime();
            long told = begin;
            while (System.nanoTime() - begin < seconds * 1_000_000_000L && bank.violations().isEmpty()
                    && operator.failure() == null) {
                storm(random, cluster, clients);
                expectWell(bank, cluster, clients);
                if (bank.sinceLastDoneNanos() > QUIET_NANOS) {
                    System.out.println("nothing acknowledged for %d s after %s:\n%s".formatted(
                            bank.sinceLastDoneNanos() / 1_000_000_000, last, clients.describe()));
                }
                if (System.nanoTime() - told > 60_000_000_000L) {
                    told = System.nanoTime();
                    System.out.println("after %d s: %d done, %s".formatted((told - begin) / 1_000_000_000,
                            bank.done.get(), faults));
                }
            }
            heal(cluster, clients);
            operator.stop();
            bank.awaitProgress();
            bank.stop();
            bank.checkAll();
            ReplicaComparison comparison = new ReplicaComparison(clients, cluster.stores());
            if (bank.violations().isEmpty()) {
                comparison.await(120);
                expectWell(bank, cluster, clients);
            }
            System.out.println(String.format(Locale.ROOT,
                    "chaos, seed %d: %d s, %d operations done, %d refused, %d unknown, %d looks at whole branches, "
                            + "longest time without an acknowledgement %.1f s; faults %s; orders done %s, not done %s; "
                            + "at the end %s",
                    seed, seconds, bank.done.get(), bank.refused.get(), bank.unknown.get(), bank.looks.get(),
                    bank.longestGapNanos.get() / 1e9, faults, operator.done(), operator.failed(), comparison));
            assertEquals(List.of(), List.copyOf(bank.violations()), "seed " + seed);
            if (operator.failure() != null) {
                throw new AssertionError("the operator failed, seed " + seed, operator.failure());
            }
            assertTrue(bank.done.get() > 0, "nothing was done");
            if (seconds >= LONG_ENOUGH_SECONDS) {
                FAULTS.forEach(fault -> assertTrue(faults.containsKey(fault), () -> "no " + fault));
                ORDERS.forEach(order -> assertTrue(operator.done().containsKey(order), () -> "no " + order));
            }
        }
    }

    private void count(String what) {
        last = what;
        faults.merge(what, 1, Integer::sum);
    }

    private static long any(Random random, ProcessCluster cluster) {
        return cluster.stores().get(random.nextInt(cluster.stores().size()));
    }

    /** No process ended by itself, and no region stopped for another reason than the full disk. */
    private static void expectWell(BankClients bank, ProcessCluster cluster, StoreClients clients) {
        for (long store : cluster.stores()) {
            if (!cluster.isRunning(store)) {
                bank.violations().add("store " + store + " ended by itself: " + cluster.endOfLog(store));
                continue;
            }
            try {
                for (DegradedRegion region : clients.admin(store).execution().getDegradedList()) {
                    if (!region.getWhy().contains("NO_SPACE") && !region.getWhy().contains("the device is full")) {
                        bank.violations().add("region " + region.getRegionId() + " of store " + store + " stopped: "
                                + region.getWhy());
                    }
                }
            } catch (AdminException e) {
                continue; // it is still opening what it has
            }
        }
    }

    private void storm(Random random, ProcessCluster cluster, StoreClients clients) {
        long store = any(random, cluster);
        long other = any(random, cluster);
        switch (random.nextInt(20)) {
            case 0 -> {
                count("kill -9 of all");
                cluster.stores().forEach(cluster::kill);
                cluster.stores().forEach(each -> restart(each, random, cluster, clients));
            }
            case 1, 2, 3, 4, 5, 6 -> {
                count("kill -9");
                cluster.kill(store);
                ProcessCluster.rest(random.nextInt(1_500));
                restart(store, random, cluster, clients);
            }
            case 7, 8, 9 -> {
                count("stop");
                cluster.pause(store, true);
                ProcessCluster.rest(random.nextInt(4_000));
                cluster.pause(store, false);
            }
            case 10, 11, 12 -> {
                count("bad link");
                clients.fault(store, StoreService.LINK, other, random.nextInt(2) == 0 ? 1_000_000 : 200_000,
                        random.nextInt(50_000));
                ProcessCluster.rest(random.nextInt(3_000));
                clients.fault(store, StoreService.HEAL, 0, 0, 0);
            }
            case 13, 14, 15 -> {
                count("cut one way");
                cluster.stores().forEach(from -> clients.fault(store, StoreService.CUT_INCOMING, from, 0, 0));
                ProcessCluster.rest(random.nextInt(3_000));
                clients.fault(store, StoreService.HEAL, 0, 0, 0);
            }
            case 16, 17 -> {
                count("disk full");
                clients.fault(store, StoreService.DISK_FULL, 0, 0, 0);
                ProcessCluster.rest(random.nextInt(3_000));
                cluster.kill(store); // an engine that could not write takes no more until it is opened again
                restart(store, random, cluster, clients);
            }
            default -> ProcessCluster.rest(random.nextInt(3_000)); // orders need a quiet moment, too
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

    private static void heal(ProcessCluster cluster, StoreClients clients) {
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
