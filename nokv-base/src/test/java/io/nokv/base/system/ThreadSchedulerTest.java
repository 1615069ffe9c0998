package io.nokv.base.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.port.Promise;
import io.nokv.base.port.Scheduler;
import io.nokv.base.port.Waiter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The real scheduler: where things run, and waiting under interrupts. */
class ThreadSchedulerTest {
    private static final long MILLI = 1_000_000L;

    private final ThreadScheduler scheduler = new ThreadScheduler(2);

    @AfterEach
    void close() {
        scheduler.close();
    }

    @Test
    void flowsAreVirtualThreadsAndJobsAreNot() {
        Promise<Boolean> flow = scheduler.promise();
        scheduler.execute("flow", () -> flow.complete(Thread.currentThread().isVirtual()));
        assertTrue(flow.await());
        assertFalse(scheduler.offload("job", () -> Thread.currentThread().isVirtual()).await());
    }

    @Test
    void aFailedJobFailsItsPromise() {
        Promise<String> job = scheduler.offload("job", () -> {
            throw new IllegalArgumentException("bad");
        });
        assertEquals("bad", assertThrows(IllegalArgumentException.class, job::await).getMessage());
        assertEquals(1, scheduler.offload("next", () -> 1).await(), "the pool goes on");
    }

    @Test
    void aTimerFiresNoEarlierThanAsked() {
        long start = System.nanoTime();
        scheduler.pause(5 * MILLI);
        assertTrue(System.nanoTime() - start >= 5 * MILLI);
    }

    @Test
    void aCancelledTimerDoesNotFire() {
        Promise<String> first = scheduler.promise();
        Scheduler.Timer timer = scheduler.after(3_600_000 * MILLI, "never", () -> first.complete("fired"));
        assertTrue(timer.cancel());
        assertFalse(timer.cancel());
        scheduler.after(MILLI, "later", () -> first.complete("not fired"));
        assertEquals("not fired", first.await());
    }

    @Test
    void anInterruptNeitherEndsAWaitNorIsLost() {
        Promise<String> answer = scheduler.promise();
        Promise<Boolean> stillInterrupted = scheduler.promise();
        scheduler.execute("interrupted", () -> {
            Thread.currentThread().interrupt();
            answer.await();
            stillInterrupted.complete(Thread.interrupted());
        });
        scheduler.pause(2 * MILLI);
        assertFalse(stillInterrupted.isDone());
        answer.complete("now");
        assertTrue(stillInterrupted.await());
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void anUnparkTogetherWithAnInterruptIsNotSwallowed() {
        Promise<String> done = scheduler.promise();
        scheduler.execute("unlucky", () -> {
            Waiter me = scheduler.currentWaiter();
            Thread.currentThread().interrupt();
            me.unpark();
            me.park();
            done.complete("woke");
        });
        assertEquals("woke", done.await());
    }
}
