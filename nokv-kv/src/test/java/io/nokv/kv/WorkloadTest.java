package io.nokv.kv;

import static io.nokv.kv.World.key;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.control.time.Timestamp;
import io.nokv.kv.client.CommitAnswer;
import io.nokv.kv.client.SnapshotReader;
import io.nokv.kv.percolator.Mutation;
import io.nokv.kv.percolator.Prewrite;
import io.nokv.lsm.EngineOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Concurrent transactions whose invariants every snapshot must show; in one region and over several. */
class WorkloadTest {
    private static final int ACCOUNTS = 12;
    private static final int TOTAL = ACCOUNTS * 100;

    private final long seed = Long.getLong("nokv.seed", System.nanoTime());
    private final String replay = "-Dnokv.seed=" + seed;

    private World world(int regions) {
        World world = new World(seed, KvOptions.defaults().withLockTtlMillis(2_000), EngineOptions.defaults(), null);
        for (int i = 1; i < regions; i++) {
            world.kv.split(key(account(i * ACCOUNTS / regions)), i + 1);
        }
        return world;
    }

    private static String account(int number) {
        return "account%02d".formatted(number);
    }

    private static int balance(SnapshotReader reader, int number) {
        return Integer.parseInt(World.get(reader, account(number)));
    }

    private static int sum(List<String> rows) {
        return rows.stream().mapToInt(row -> Integer.parseInt(row.substring(row.indexOf('=') + 1))).sum();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void theBankNeverGainsOrLosesMoney(int regions) throws Exception {
        World world = world(regions);
        List<Mutation> opening = new ArrayList<>();
        for (int i = 0; i < ACCOUNTS; i++) {
            opening.add(World.put(account(i), "100"));
        }
        World.committed(world.kv.commit(world.kv.readVersion(), opening, null));
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger moved = new AtomicInteger();
        List<Timestamp> versions = Collections.synchronizedList(new ArrayList<>());
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> movers = new ArrayList<>();
            for (int t = 0; t < 6; t++) {
                Random random = new Random(seed * 31 + t);
                movers.add(pool.submit(() -> {
                    for (int i = 0; i < 60; i++) {
                        if (move(world, random)) {
                            moved.incrementAndGet();
                        }
                    }
                }));
            }
            movers.add(pool.submit(() -> dieInTheMiddle(world, new Random(seed))));
            Future<?> reader = pool.submit(() -> {
                boolean reverse = false;
                do {
                    SnapshotReader at = world.latest();
                    assertEquals(TOTAL, sum(World.rows(at, reverse)), replay);
                    versions.add(at.at());
                    reverse = !reverse;
                    world.pass(3);
                } while (!stop.get());
            });
            for (Future<?> mover : movers) {
                mover.get();
            }
            stop.set(true);
            reader.get();
        }
        assertTrue(moved.get() > 100, moved + " transfers committed, " + replay);
        for (Timestamp version : versions) {
            assertEquals(TOTAL, sum(World.rows(world.kv.readerAt(version), false)), "again at " + version);
        }
        world.pass(10_000);
        assertEquals(TOTAL, sum(World.rows(world.latest(), false)), replay);
        world.kv.awaitBackground();
        world.losePower();
        assertEquals(TOTAL, sum(World.rows(world.latest(), true)), replay);
        assertEquals(0, world.kv.lockCount(), "locks were resolved, " + replay);
        world.close();
    }

    private static boolean move(World world, Random random) {
        int from = random.nextInt(ACCOUNTS);
        int to = (from + 1 + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS;
        SnapshotReader reader = world.latest();
        List<Mutation> mutations = new ArrayList<>(
                List.of(World.put(account(from), Integer.toString(balance(reader, from) - 1)),
                        World.put(account(to), Integer.toString(balance(reader, to) + 1))));
        mutations.sort((a, b) -> Arrays.compareUnsigned(a.key(), b.key()));
        return world.kv.commit(reader.at(), mutations, null) instanceof CommitAnswer.Committed;
    }

    /** A client that prewrites transfers of all the money and is never heard of again. */
    private static void dieInTheMiddle(World world, Random random) {
        for (int i = 0; i < 5; i++) {
            int from = random.nextInt(ACCOUNTS);
            Timestamp startTs = world.kv.oracle().next();
            world.kv.store().prewrite(world.region(account(from)), new Prewrite.Request(key(account(from)), startTs,
                    startTs, 50, List.of(World.put(account(from), "1000000"))));
            world.pass(20);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void theRingStaysARing(int regions) throws Exception {
        World world = world(regions);
        List<Mutation> opening = new ArrayList<>();
        for (int i = 0; i < ACCOUNTS; i++) {
            opening.add(World.put(account(i), Integer.toString((i + 1) % ACCOUNTS)));
        }
        World.committed(world.kv.commit(world.kv.readVersion(), opening, null));
        AtomicInteger turned = new AtomicInteger();
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> flows = new ArrayList<>();
            for (int t = 0; t < 5; t++) {
                Random random = new Random(seed * 17 + t);
                flows.add(pool.submit(() -> {
                    for (int i = 0; i < 40; i++) {
                        SnapshotReader reader = world.latest();
                        // a -> b -> c -> d becomes a -> c -> b -> d.
                        int a = random.nextInt(ACCOUNTS);
                        int b = balance(reader, a);
                        int c = balance(reader, b);
                        int d = balance(reader, c);
                        List<Mutation> mutations = new ArrayList<>(List.of(World.put(account(a), "" + c),
                                World.put(account(c), "" + b), World.put(account(b), "" + d)));
                        mutations.sort((x, y) -> Arrays.compareUnsigned(x.key(), y.key()));
                        if (world.kv.commit(reader.at(), mutations, null) instanceof CommitAnswer.Committed) {
                            turned.incrementAndGet();
                        }
                        assertEquals(ACCOUNTS, lengthOfRing(world.latest()), replay);
                    }
                }));
            }
            for (Future<?> flow : flows) {
                flow.get();
            }
        }
        assertTrue(turned.get() > 20, turned + " turns committed, " + replay);
        world.close();
    }

    private static int lengthOfRing(SnapshotReader reader) {
        int at = 0;
        int steps = 0;
        do {
            at = balance(reader, at);
            steps++;
        } while (at != 0 && steps <= ACCOUNTS);
        return steps;
    }

    @Test
    void addsOverSeveralRegionsAreAtomicAndLoseNothing() throws Exception {
        World world = world(3);
        world.commit(new Mutation.Put(key(account(0)), TestCounters.counter(0), 0),
                new Mutation.Put(key(account(11)), TestCounters.counter(0), 0));
        AtomicInteger committed = new AtomicInteger();
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> flows = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                flows.add(pool.submit(() -> {
                    for (int i = 0; i < 25; i++) {
                        if (world.kv.commit(world.kv.readVersion(),
                                List.of(TestCounters.add(account(0), 1), TestCounters.add(account(11), -1)),
                                null) instanceof CommitAnswer.Committed) {
                            committed.incrementAndGet();
                        }
                        SnapshotReader reader = world.latest();
                        assertEquals(0, TestCounters.value(reader, account(0))
                                + TestCounters.value(reader, account(11)), replay);
                    }
                }));
            }
            for (Future<?> flow : flows) {
                flow.get();
            }
        }
        assertEquals(committed.get(), TestCounters.value(world.latest(), account(0)), replay);
        assertTrue(committed.get() > 50, committed + " adds committed");
        world.close();
    }
}
