package io.nokv.control.time;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.system.ThreadScheduler;
import io.nokv.control.RememberedFence;
import io.nokv.control.SteppedClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TimestampOracleTest {
    private static final long NOW = 1_767_225_600_000L;

    private final ThreadScheduler scheduler = new ThreadScheduler(1);
    private final SteppedClock clock = new SteppedClock(NOW);
    private final RememberedFence fence = new RememberedFence();

    @AfterEach
    void stopTimers() {
        scheduler.close();
    }

    private TimestampOracle open() {
        return TimestampOracle.open(fence.next(), clock, scheduler, 3_000);
    }

    @Test
    void timestampsGrowAndCarryTheClock() {
        TimestampOracle oracle = open();
        Timestamp first = oracle.next();
        assertEquals(NOW, first.millis());
        assertEquals(first.next(), oracle.next());
        clock.set(NOW + 100);
        assertEquals(Timestamp.ofMillis(NOW + 100), oracle.next());
    }

    @Test
    void whenTheClockStepsBackTheyGrowOn() {
        TimestampOracle oracle = open();
        Timestamp before = oracle.next();
        clock.set(NOW - 3_600_000);
        Timestamp after = oracle.next();
        assertTrue(after.isAfter(before));
        assertEquals(NOW, after.millis());
    }

    @Test
    void nothingIsHandedOutAboveTheFence() {
        TimestampOracle oracle = open();
        Random random = new Random(1);
        for (int i = 0; i < 2_000; i++) {
            clock.set(NOW + random.nextInt(20_000));
            Timestamp handedOut = oracle.next();
            assertTrue(handedOut.value() <= fence.load(), handedOut + " above the fence");
        }
        assertTrue(fence.saves() < 100, "one fence write covers many timestamps, not " + fence.saves());
    }

    @Test
    void aSuccessorStartsAboveEverythingThatMayHaveBeenHandedOut() {
        long seed = Long.getLong("nokv.seed", System.nanoTime());
        Random random = new Random(seed);
        Timestamp highest = Timestamp.ZERO;
        for (int life = 0; life < 50; life++) {
            // Each life ends without a word, as a crash does, and the clock may stand anywhere afterwards.
            clock.set(NOW + random.nextInt(100_000) - 50_000);
            TimestampOracle oracle = open();
            for (int i = random.nextInt(30); i >= 0; i--) {
                Timestamp next = random.nextBoolean() ? oracle.next() : oracle.current();
                assertTrue(next.value() >= highest.value(), "life " + life + ", -Dnokv.seed=" + seed);
                highest = next;
                clock.set(clock.wallMillis() + random.nextInt(500) - 200);
            }
            Timestamp unique = oracle.next();
            assertTrue(unique.isAfter(highest), "life " + life + ", -Dnokv.seed=" + seed);
            highest = unique;
        }
    }

    @Test
    void whatIsCurrentLiesInThePastFromThenOn() {
        TimestampOracle oracle = open();
        clock.set(NOW + 1_000);
        Timestamp seen = oracle.current();
        assertEquals(NOW + 1_000, seen.millis());
        clock.set(NOW);
        assertEquals(seen, oracle.current());
        assertTrue(oracle.next().isAfter(seen));
    }

    @Test
    void whenTheWindowHasRunOutNobodyGetsATimestampBeforeTheFenceMoved() {
        TimestampOracle oracle = open();
        fence.setBroken(true);
        clock.set(NOW + 10_000);
        assertNull(oracle.tryNext());
        assertEquals(FailureCode.READ_ONLY, assertThrows(NokvException.class, oracle::next).code());
        oracle.catchUp();
        assertTrue(oracle.current().value() <= fence.load(), "reading goes on at the end of the window");
        fence.setBroken(false);
        assertEquals(NOW + 10_000, afterTheLastFailure(oracle).millis());
    }

    /** What began to extend the window in the background while that failed may hand its failure to one who comes now. */
    private static Timestamp afterTheLastFailure(TimestampOracle oracle) {
        try {
            return oracle.next();
        } catch (NokvException e) {
            assertEquals(FailureCode.READ_ONLY, e.code());
            return oracle.next();
        }
    }

    @Test
    void anOrderlyCloseDoesNotSendTheSuccessorAheadOfTheClock() {
        TimestampOracle oracle = open();
        Timestamp last = oracle.next();
        oracle.close();
        oracle.close();
        assertEquals(FailureCode.CLOSED, assertThrows(NokvException.class, oracle::next).code());
        clock.set(NOW + 1);
        Timestamp next = open().next();
        assertTrue(next.isAfter(last));
        assertEquals(NOW + 1, next.millis());
    }

    @Test
    void aheadIsWhatNeitherTheClockNorTheOracleHasReached() {
        TimestampOracle oracle = open();
        Timestamp last = oracle.next();
        assertFalse(oracle.isAhead(last));
        assertFalse(oracle.isAhead(Timestamp.ofMillis(NOW)));
        assertTrue(oracle.isAhead(Timestamp.ofMillis(NOW + 1)));
        oracle.passBy(Timestamp.ofMillis(NOW + 60_000));
        assertFalse(oracle.isAhead(Timestamp.ofMillis(NOW + 60_000)));
        assertTrue(oracle.next().isAfter(Timestamp.ofMillis(NOW + 60_000)));
        assertTrue(fence.load() >= oracle.next().value());
    }

    @Test
    void manyThreadsGetDifferentTimestampsEachInItsOwnOrder() throws Exception {
        TimestampOracle oracle = open();
        List<Future<List<Long>>> running = new ArrayList<>();
        List<Long> all = new ArrayList<>();
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int t = 0; t < 8; t++) {
                int thread = t;
                running.add(pool.submit(() -> {
                    List<Long> mine = new ArrayList<>();
                    for (int i = 0; i < 2_000; i++) {
                        if (thread == 0) {
                            clock.set(NOW + i * 10L);
                        }
                        mine.add(oracle.next().value());
                    }
                    return mine;
                }));
            }
            for (Future<List<Long>> future : running) {
                List<Long> mine = future.get();
                for (int i = 1; i < mine.size(); i++) {
                    assertTrue(mine.get(i) > mine.get(i - 1));
                }
                all.addAll(mine);
            }
        }
        assertEquals(all.size(), all.stream().distinct().count());
    }
}
