package io.nokv.lsm.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TimingTest {
    @Test
    void nothingTimedIsAllZeros() {
        assertEquals(new Timing.Totals(0, 0, 0, 0, 0, 0, 0), new Timing().totals());
    }

    @Test
    void percentilesAreAtMostOnePercentTooHigh() {
        Timing timing = new Timing();
        for (int micros = 1; micros <= 10_000; micros++) {
            timing.add(micros * 1_000L);
        }
        Timing.Totals totals = timing.totals();
        assertEquals(10_000, totals.count());
        assertEquals(10_000L * 10_001 / 2 * 1_000, totals.nanos());
        within(5_000_000, totals.p50Nanos());
        within(9_000_000, totals.p90Nanos());
        within(9_900_000, totals.p99Nanos());
        within(9_990_000, totals.p999Nanos());
        assertEquals(10_000_000, totals.longestNanos());
    }

    private static void within(long exact, long told) {
        assertTrue(told >= exact && told <= exact * 1.01, () -> told + " for " + exact);
    }

    @Test
    void daysAreTimedToo() {
        Timing timing = new Timing();
        timing.add(TimeUnit.DAYS.toNanos(2));
        assertEquals(TimeUnit.DAYS.toNanos(2), timing.totals().longestNanos());
        assertTrue(timing.totals().p50Nanos() >= TimeUnit.HOURS.toNanos(1));
    }

    @Test
    void countersLoseNothingAndNumberTheirEvents() throws InterruptedException {
        StripedCounter counter = new StripedCounter();
        assertEquals(0, counter.add(1));
        assertEquals(1, counter.add(5));
        assertEquals(6, counter.add(0));
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            threads.add(Thread.ofVirtual().start(() -> {
                for (int j = 0; j < 1_000; j++) {
                    counter.add(1);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(40_006, counter.sum());
    }
}
