package io.nokv.benchmark.cluster;

import io.nokv.benchmark.cluster.StoreClients.Route;
import io.nokv.raft.admin.AdminException;
import io.nokv.raft.admin.RaftAdminClient;
import io.nokv.raft.region.Peer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Somebody who splits, merges and moves regions and hands them over, all the time and whatever else happens. Waits for the answer to
 * each order; counts an order as done when the store said so.
 */
final class RegionOperator {
    private static final int VOTERS = 3;

    /** A move or a merge is given up after so many orders: the stores it needs may be down for long. */
    private static final int MOST_STEPS = 15;

    private final StoreClients looks;
    private final StoreClients orders;
    private final List<Long> stores;
    private final int branches;
    private final Random random;
    private final Map<String, Integer> done = new TreeMap<>();
    private final Map<String, Integer> failed = new TreeMap<>();
    private Thread thread;
    private volatile boolean closing;
    private volatile Throwable failure;

    /**
     * @param looks to see who leads what; with a short deadline
     * @param orders to have things done; with a deadline long enough for a merge beside faults
     */
    RegionOperator(StoreClients looks, StoreClients orders, List<Long> stores, int branches, long seed) {
        this.looks = looks;
        this.orders = orders;
        this.stores = stores;
        this.branches = branches;
        this.random = new Random(seed);
    }

    void start() {
        thread = Thread.ofPlatform().name("operator").start(() -> {
            while (!closing) {
                try {
                    work();
                } catch (AdminException e) {
                    ProcessCluster.rest(100); // the store did not answer
                } catch (RuntimeException | AssertionError e) {
                    failure = e;
                    return;
                }
            }
        });
    }

    /** Waits until it has ended. */
    void stop() throws InterruptedException {
        closing = true;
        thread.join();
    }

    /** Null, or why it ended by itself. */
    Throwable failure() {
        return failure;
    }

    /** How often each order was carried out. After {@link #stop}. */
    Map<String, Integer> done() {
        return done;
    }

    /** How often each was refused, or ended unknown. After {@link #stop}. */
    Map<String, Integer> failed() {
        return failed;
    }

    private void work() {
        switch (random.nextInt(5)) {
            case 0 -> handOver();
            case 1, 2 -> split();
            case 3 -> merge();
            default -> move();
        }
    }

    /** Gives an order; true when it was carried out. */
    private boolean order(String what, Runnable order) {
        boolean ok = false;
        try {
            order.run();
            ok = true;
        } catch (AdminException e) {
            ProcessCluster.rest(50);
        }
        (ok ? done : failed).merge(what, 1, Integer::sum);
        return ok;
    }

    private RaftAdminClient leader(Route route) {
        return orders.admin(route.storeId());
    }

    private void handOver() {
        Route route = looks.find(random.nextInt(branches));
        if (route != null) {
            Peer to = route.region().peers().get(random.nextInt(route.region().peers().size()));
            if (to.storeId() != route.storeId() && to.role() == Peer.Role.VOTER) {
                order("transfer", () -> leader(route).transferLeader(route.header(), to.storeId()));
            }
        }
    }

    /** Cuts a region before a branch. */
    private void split() {
        int branch = 1 + random.nextInt(branches - 1);
        byte[] key = {(byte) branch};
        Route route = looks.find(branch);
        if (route != null && !Arrays.equals(route.region().range().from(), key)) {
            order("split", () -> leader(route).split(route.header(), List.of(key)));
        }
    }

    /** Has the region of a branch taken over by the one before it, once it is on the same stores. */
    private void merge() {
        int branch = 1 + random.nextInt(branches - 1);
        for (int step = 0; step < MOST_STEPS && !closing; step++) {
            Route source = looks.find(branch);
            if (source == null || source.region().range().from().length == 0) {
                return;
            }
            Route target = looks.find(source.region().range().from()[0] - 1);
            if (target == null) {
                return;
            }
            if (!settled(target)) {
                ProcessCluster.rest(100);
            } else if (stepTowards(source, storesOf(target))
                    && order("merge", () -> leader(source).merge(source.header(), target.region().id()))) {
                return;
            }
        }
    }

    /** Has a region moved to stores drawn at random, replica by replica. */
    private void move() {
        int branch = random.nextInt(branches);
        List<Long> drawn = new ArrayList<>(stores);
        Collections.shuffle(drawn, random);
        TreeSet<Long> wanted = new TreeSet<>(drawn.subList(0, VOTERS));
        for (int step = 0; step < MOST_STEPS && !closing; step++) {
            Route route = looks.find(branch);
            if (route == null || stepTowards(route, wanted)) {
                return;
            }
        }
    }

    private static TreeSet<Long> storesOf(Route route) {
        TreeSet<Long> out = new TreeSet<>();
        route.region().peers().forEach(peer -> out.add(peer.storeId()));
        return out;
    }

    private static boolean settled(Route route) {
        return route.region().peers().stream().allMatch(peer -> peer.role() == Peer.Role.VOTER);
    }

    /** Gives one order that brings the region nearer to having voters on the {@code wanted} stores alone; true when it has. */
    private boolean stepTowards(Route route, TreeSet<Long> wanted) {
        TreeSet<Long> there = storesOf(route);
        if (there.equals(wanted) && settled(route)) {
            return true;
        }
        for (Peer peer : route.region().peers()) {
            switch (peer.role()) {
                case LEARNER -> {
                    if (wanted.contains(peer.storeId())) {
                        order("promote", () -> leader(route).promotePeer(route.header(), peer.storeId()));
                    } else {
                        order("remove", () -> leader(route).removePeer(route.header(), peer.storeId()));
                    }
                    return false;
                }
                case VOTER -> {
                }
                case INCOMING_VOTER, OUTGOING_VOTER, DEMOTING_VOTER -> {
                    ProcessCluster.rest(100); // a joint membership ends by itself
                    return false;
                }
            }
        }
        for (long store : wanted) {
            if (!there.contains(store)) {
                order("add", () -> leader(route).addPeer(route.header(), store));
                return false;
            }
        }
        for (long store : there) {
            if (!wanted.contains(store) && store != route.storeId()) {
                order("remove", () -> leader(route).removePeer(route.header(), store));
                return false;
            }
        }
        order("transfer", () -> leader(route).transferLeader(route.header(), wanted.first()));
        return false;
    }
}
