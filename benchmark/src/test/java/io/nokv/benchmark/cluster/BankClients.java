package io.nokv.benchmark.cluster;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.benchmark.cluster.StoreClients.Answer;
import io.nokv.benchmark.cluster.StoreClients.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** Tellers at all branches: they move money and turn rings, look at whole branches, and write down what was acknowledged. */
final class BankClients {
    static final int ACCOUNTS = 20;
    static final long BALANCE = 1_000;
    static final int NODES = 12;

    private final StoreClients stores;
    private final int branches;
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private final Map<Integer, Set<Long>> acknowledged = new ConcurrentHashMap<>();
    private final AtomicLong operations = new AtomicLong();
    final AtomicLong done = new AtomicLong();
    final AtomicLong refused = new AtomicLong();
    final AtomicLong unknown = new AtomicLong();
    final AtomicLong looks = new AtomicLong();
    final AtomicLong longestGapNanos = new AtomicLong();
    private final List<Thread> tellers = new ArrayList<>();
    private volatile boolean closing;
    private volatile long lastDoneNanos = System.nanoTime();

    BankClients(StoreClients stores, int branches) {
        this.stores = stores;
        this.branches = branches;
        for (int branch = 0; branch < branches; branch++) {
            acknowledged.put(branch, ConcurrentHashMap.newKeySet());
        }
    }

    /** How long ago something was acknowledged. */
    long sinceLastDoneNanos() {
        return System.nanoTime() - lastDoneNanos;
    }

    /** What was found to be wrong; must stay empty. */
    Queue<String> violations() {
        return violations;
    }

    void open() {
        for (int b = 0; b < branches; b++) {
            int branch = b;
            ProcessCluster.until(120, "branch " + branch + " opens", () -> {
                byte[] command = new ByteWriter(32).u8(BranchApplier.OPEN).u8(branch)
                        .u64(operations.incrementAndGet()).u16(ACCOUNTS).varint(BALANCE).u16(NODES).toBytes();
                return stores.propose(branch, command).outcome() == Outcome.DONE;
            });
        }
    }

    void start(int count, long seed) {
        for (int i = 0; i < count; i++) {
            Random random = new Random(seed + i);
            tellers.add(Thread.ofPlatform().name("teller-" + i).start(() -> {
                while (!closing) {
                    try {
                        work(random);
                    } catch (RuntimeException e) {
                        violations.add("a teller failed: " + e);
                    }
                }
            }));
        }
    }

    void stop() throws InterruptedException {
        closing = true;
        for (Thread teller : tellers) {
            teller.join();
        }
    }

    private void work(Random random) {
        int branch = random.nextInt(branches);
        switch (random.nextInt(10)) {
            case 0, 1 -> look(branch);
            case 2, 3, 4 -> turn(branch, random);
            default -> move(branch, random);
        }
    }

    private void move(int branch, Random random) {
        long operation = operations.incrementAndGet();
        propose(branch, operation, new ByteWriter(32).u8(BranchApplier.TRANSFER).u8(branch).u64(operation)
                .u16(random.nextInt(ACCOUNTS)).u16(random.nextInt(ACCOUNTS)).varint(random.nextInt(50)).toBytes());
    }

    private void turn(int branch, Random random) {
        Map<Integer, Integer> ring = look(branch);
        if (ring != null) {
            int a = random.nextInt(NODES);
            int b = ring.get(a);
            int c = ring.get(b);
            int d = ring.get(c);
            long operation = operations.incrementAndGet();
            propose(branch, operation, new ByteWriter(32).u8(BranchApplier.SWAP).u8(branch).u64(operation).u16(a)
                    .u16(b).u16(c).u16(d).toBytes());
        }
    }

    private void propose(int branch, long operation, byte[] command) {
        Answer answer = stores.propose(branch, command);
        switch (answer.outcome()) {
            case DONE -> {
                if (answer.body()[0] == 1) {
                    acknowledged.get(branch).add(operation);
                }
                done.incrementAndGet();
                long now = System.nanoTime();
                longestGapNanos.accumulateAndGet(now - lastDoneNanos, Math::max);
                lastDoneNanos = now;
            }
            case REFUSED -> {
                refused.incrementAndGet();
                ProcessCluster.rest(20);
            }
            case UNKNOWN -> unknown.incrementAndGet();
        }
    }

    /** Reads a branch and checks it; its ring, or null when it could not be read. */
    private Map<Integer, Integer> look(int branch) {
        Answer answer = stores.read(branch, false);
        if (answer.outcome() != Outcome.DONE) {
            ProcessCluster.rest(20);
            return null;
        }
        looks.incrementAndGet();
        return check(branch, answer.body(), new TreeSet<>());
    }

    private Map<Integer, Integer> check(int branch, byte[] rows, Set<Long> marks) {
        long sum = 0;
        int accounts = 0;
        Map<Integer, Integer> ring = new HashMap<>();
        ByteReader in = new ByteReader(rows);
        while (in.remaining() > 0) {
            ByteReader key = new ByteReader(in.bytes());
            ByteReader value = new ByteReader(in.bytes());
            key.u8();
            switch (key.u8()) {
                case 'a' -> {
                    sum += value.varint();
                    accounts++;
                }
                case 'r' -> ring.put(key.u16(), value.u16());
                case 'm' -> marks.add(key.u64());
                default -> violations.add("a row that nobody wrote in branch " + branch);
            }
        }
        if (accounts != ACCOUNTS || sum != ACCOUNTS * BALANCE) {
            violations.add("branch " + branch + " has " + sum + " in " + accounts + " accounts");
        }
        Set<Integer> seen = new TreeSet<>();
        for (Integer at = 0; at != null && seen.add(at);) {
            at = ring.get(at);
        }
        if (seen.size() != NODES || ring.size() != NODES) {
            violations.add("the ring of branch " + branch + " is " + ring);
            return null;
        }
        return ring;
    }

    /** Reads every branch until it answers, and checks that nothing acknowledged is missing. */
    void checkAll() {
        for (int b = 0; b < branches; b++) {
            int branch = b;
            ProcessCluster.until(120, "branch " + branch + " can be read", () -> {
                Answer answer = stores.read(branch, true);
                if (answer.outcome() != Outcome.DONE) {
                    return false;
                }
                Set<Long> marks = new TreeSet<>();
                check(branch, answer.body(), marks);
                Set<Long> lost = new TreeSet<>(acknowledged.get(branch));
                lost.removeAll(marks);
                if (!lost.isEmpty()) {
                    violations.add("branch " + branch + " lost " + lost.size() + " acknowledged operations: " + lost);
                }
                return true;
            });
        }
    }

    /** Every branch takes a write. */
    void awaitProgress() {
        for (int b = 0; b < branches; b++) {
            int branch = b;
            ProcessCluster.until(120, "branch " + branch + " takes a write", () -> {
                long operation = operations.incrementAndGet();
                return stores.propose(branch, new ByteWriter(32).u8(BranchApplier.TRANSFER).u8(branch).u64(operation)
                        .u16(0).u16(1).varint(0).toBytes()).outcome() == Outcome.DONE;
            });
        }
    }
}
