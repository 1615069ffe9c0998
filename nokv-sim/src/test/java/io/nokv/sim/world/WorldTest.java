package io.nokv.sim.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.port.Promise;
import io.nokv.base.port.Scheduler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

/** The simulator itself: order, time, waiting, death and the reports of failed runs. */
class WorldTest {
    private static final long MILLI = 1_000_000L;

    private static World world(long seed) {
        return new World(seed, "-Dnokv.seed=" + seed);
    }

    private static World calm() {
        return new World(1, Knobs.calm(), "none", null);
    }

    /** Five flows that pass a token at random and note who had it. */
    private static List<Integer> tokens(World world) {
        List<Integer> seen = new ArrayList<>();
        world.run(() -> {
            SimNode node = world.boot("a", null);
            List<Promise<Void>> ends = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                int me = i;
                ends.add(node.scheduler().start("token", () -> {
                    for (int round = 0; round < 20; round++) {
                        seen.add(me);
                        node.scheduler().pause(node.entropy().nextInt(1_000));
                    }
                }));
            }
            ends.forEach(Promise::await);
        });
        return seen;
    }

    @Test
    void oneSeedIsOneRun() {
        World first = world(42);
        World second = world(42);
        assertEquals(tokens(first), tokens(second));
        assertEquals(first.trace().hash(), second.trace().hash());
        assertEquals(first.trace().events(), second.trace().events());
    }

    @Test
    void anotherSeedIsAnotherRun() {
        World first = world(42);
        World second = world(43);
        assertNotEquals(tokens(first), tokens(second));
        assertNotEquals(first.trace().hash(), second.trace().hash());
    }

    @Test
    void aForkDependsOnItsNameAndNotOnWhatWasDrawnBefore() {
        SimEntropy fresh = new SimEntropy(7);
        SimEntropy used = new SimEntropy(7);
        used.nextLong();
        assertEquals(fresh.fork("disk").nextLong(), used.fork("disk").nextLong());
        assertNotEquals(fresh.fork("disk").nextLong(), fresh.fork("net").nextLong());
    }

    @Test
    void timeJumpsToTheNextTimerAndTimersFireInOrder() {
        World world = calm();
        List<String> order = new ArrayList<>();
        world.run(() -> {
            Scheduler scheduler = world.driver().scheduler();
            scheduler.after(3_600_000 * MILLI, "late", () -> order.add("an hour later"));
            scheduler.after(5 * MILLI, "soon", () -> order.add("soon"));
            Scheduler.Timer never = scheduler.after(6 * MILLI, "never", () -> order.add("never"));
            assertTrue(never.cancel());
            assertFalse(never.cancel());
            scheduler.pause(3_600_001 * MILLI);
        });
        assertEquals(List.of("soon", "an hour later"), order);
        assertTrue(world.nowNanos() >= 3_600_001 * MILLI);
    }

    @Test
    void aPromiseWakesEveryFlowThatWaitsForIt() {
        World world = world(3);
        List<Integer> got = new ArrayList<>();
        world.run(() -> {
            SimNode node = world.boot("a", null);
            Promise<Integer> answer = node.scheduler().promise();
            List<Promise<Void>> ends = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                ends.add(node.scheduler().start("waiter", () -> got.add(answer.await())));
            }
            node.scheduler().pause(MILLI);
            assertEquals(List.of(), got);
            answer.complete(42);
            ends.forEach(Promise::await);
        });
        assertEquals(List.of(42, 42, 42, 42), got);
    }

    @Test
    void anOffloadedJobRunsLaterAndItsFailureReachesTheWaiter() {
        World world = calm();
        world.run(() -> {
            SimNode node = world.boot("a", null);
            Promise<Integer> sum = node.scheduler().offload("sum", () -> 40 + 2);
            assertFalse(sum.isDone());
            assertEquals(42, sum.await());
            Promise<Integer> broken = node.scheduler().offload("broken", () -> {
                throw new IllegalStateException("no");
            });
            assertEquals("no", assertThrows(IllegalStateException.class, broken::await).getMessage());
        });
    }

    @Test
    void aKilledNodeTakesNoFurtherStep() {
        World world = world(9);
        List<String> log = new ArrayList<>();
        world.run(() -> {
            SimNode node = world.boot("a", null);
            node.scheduler().execute("loop", () -> {
                while (true) {
                    log.add("alive");
                    node.scheduler().pause(MILLI);
                }
            });
            node.scheduler().after(40 * MILLI, "timer", () -> log.add("fired after death"));
            world.driver().scheduler().pause(20 * MILLI);
            node.kill();
            int before = log.size();
            assertTrue(before > 5, "only " + before);
            world.driver().scheduler().pause(100 * MILLI);
            assertEquals(before, log.size());
            assertFalse(log.contains("fired after death"));
            assertEquals(0, node.liveFlows());
            assertEquals(2, world.boot("a", null).life());
        });
    }

    @Test
    void aFlowThatKillsItsOwnNodeNeverReturns() {
        World world = world(10);
        List<String> log = new ArrayList<>();
        world.run(() -> {
            SimNode node = world.boot("a", null);
            node.scheduler().execute("suicide", () -> {
                try {
                    node.kill();
                    log.add("went on");
                } finally {
                    log.add("finally");
                }
            });
            world.driver().scheduler().pause(MILLI);
        });
        assertEquals(List.of(), log);
    }

    @Test
    void aFlowThatThrowsFailsTheRunWithSeedAndReplay() {
        World world = world(77);
        SimulationFailure failure = assertThrows(SimulationFailure.class, () -> world.run(() -> {
            SimNode node = world.boot("a", null);
            node.scheduler().execute("background", () -> {
                throw new IllegalStateException("disk on fire");
            });
            world.driver().scheduler().pause(MILLI);
        }));
        assertEquals(77, failure.seed());
        assertTrue(failure.getMessage().contains("disk on fire"), failure.getMessage());
        assertTrue(failure.getMessage().contains("a.1/background"), failure.getMessage());
        assertTrue(failure.getMessage().contains("replay: -Dnokv.seed=77"), failure.getMessage());
    }

    @Test
    void aDeadlockIsReportedWithTheFlowsThatWait() {
        World world = world(5);
        SimulationFailure failure = assertThrows(SimulationFailure.class, () -> world.run(() -> {
            SimNode node = world.boot("a", null);
            Promise<Void> left = node.scheduler().promise();
            Promise<Void> right = node.scheduler().promise();
            Promise<Void> one = node.scheduler().start("one", () -> {
                left.await();
                right.complete(null);
            });
            node.scheduler().execute("two", () -> {
                right.await();
                left.complete(null);
            });
            one.await();
        }));
        assertTrue(failure.getMessage().contains("deadlock"), failure.getMessage());
        assertTrue(failure.getMessage().contains("a.1/one"), failure.getMessage());
        assertTrue(failure.getMessage().contains("a.1/two"), failure.getMessage());
        assertTrue(failure.getMessage().contains("Promise.await"), failure.getMessage());
    }

    @Test
    void waitingWhileHoldingAMonitorFailsTheRun() {
        World world = world(6);
        world.watchLocks(1);
        Object monitor = new Object();
        SimulationFailure failure = assertThrows(SimulationFailure.class, () -> world.run(() -> {
            synchronized (monitor) {
                world.driver().scheduler().pause(MILLI);
            }
        }));
        assertTrue(failure.getMessage().contains("holds [monitor of java.lang.Object"), failure.getMessage());
    }

    @Test
    void waitingWhileHoldingALockFailsTheRun() {
        World world = world(6);
        world.watchLocks(1);
        ReentrantLock lock = new ReentrantLock();
        SimulationFailure failure = assertThrows(SimulationFailure.class, () -> world.run(() -> {
            world.driver().scheduler().pause(MILLI);
            lock.lock();
            try {
                world.driver().scheduler().pause(MILLI);
            } finally {
                lock.unlock();
            }
        }));
        assertTrue(failure.getMessage().contains("ReentrantLock"), failure.getMessage());
    }

    @Test
    void aRunThatNeverEndsIsStopped() {
        Knobs few = new Knobs(0, 100, 1, 0, 0, 0, 0, 10_000);
        World world = new World(1, few, "none", null);
        SimulationFailure failure = assertThrows(SimulationFailure.class, () -> world.run(() -> {
            while (true) {
                world.driver().scheduler().pause(1);
            }
        }));
        assertTrue(failure.getMessage().contains("no end after"), failure.getMessage());
    }

    @Test
    void clocksDriftAndStepButNeverGoBackMonotonically() {
        World world = calm();
        world.run(() -> {
            SimNode node = world.boot("a", null);
            SimClock clock = node.clock();
            clock.drift(100_000);
            long monotonic = clock.monotonicNanos();
            long wall = clock.wallNanos();
            world.driver().scheduler().pause(1_000 * MILLI);
            long elapsed = clock.monotonicNanos() - monotonic;
            assertTrue(elapsed >= 1_099 * MILLI && elapsed <= 1_101 * MILLI, "elapsed " + elapsed);
            clock.step(-10_000 * MILLI);
            assertTrue(clock.wallNanos() < wall, "the wall clock went back");
            long before = clock.monotonicNanos();
            clock.drift(-500_000);
            assertTrue(clock.monotonicNanos() >= before);
            assertEquals(1_767_225_590L, clock.wallMillis() / 1_000 - 1);
        });
    }

    @Test
    void milestonesNameTheHashEveryThousandEvents() {
        List<String> lines = new ArrayList<>();
        World world = new World(1, Knobs.calm(), "none", lines::add);
        world.run(() -> {
            for (int i = 0; i < 2_500; i++) {
                world.note("event", i, 0, 0);
            }
        });
        assertEquals(2, lines.size());
        assertTrue(lines.get(0).startsWith("events 1000 hash "), lines.get(0));
    }

    @Test
    void aFrozenProcessStandsStillAndThenDoesWhatItMissed() {
        World world = calm();
        List<String> done = new ArrayList<>();
        world.run(() -> {
            SimNode node = world.boot("a", null);
            Promise<Void> outside = world.driver().scheduler().promise();
            node.scheduler().execute("waits", () -> {
                outside.await();
                done.add("heard");
            });
            node.scheduler().after(5 * MILLI, "timer", () -> done.add("rang at " + world.nowNanos() / MILLI));
            world.driver().scheduler().pause(MILLI);
            node.freeze();
            long before = node.clock().monotonicNanos();
            outside.complete(null);
            node.scheduler().execute("new", () -> done.add("began"));
            world.driver().scheduler().pause(20 * MILLI);
            assertEquals(List.of(), done);
            assertTrue(node.clock().monotonicNanos() - before >= 19 * MILLI, "its clock goes on");
            node.thaw();
            world.driver().scheduler().pause(MILLI);
            assertEquals(List.of("heard", "began", "rang at 21"), done);
        });
    }

    @Test
    void aFrozenProcessCanBeKilled() {
        World world = calm();
        world.run(() -> {
            SimNode node = world.boot("a", null);
            node.freeze();
            node.scheduler().execute("never", () -> {
                throw new AssertionError("it runs");
            });
            node.kill();
            node.thaw();
            world.driver().scheduler().pause(MILLI);
            assertEquals(0, node.liveFlows());
        });
    }
}
