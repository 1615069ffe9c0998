package io.nokv.base.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.port.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The waiting primitive, on real threads. */
class PromiseTest {
    private final ThreadScheduler scheduler = new ThreadScheduler(2);

    @AfterEach
    void close() {
        scheduler.close();
    }

    @Test
    void theFirstSettlementWins() {
        Promise<String> promise = scheduler.promise();
        assertFalse(promise.isDone());
        assertTrue(promise.complete("first"));
        assertFalse(promise.complete("second"));
        assertFalse(promise.fail(new IllegalStateException()));
        assertTrue(promise.isDone());
        assertEquals("first", promise.await());
        assertEquals("first", promise.await());
    }

    @Test
    void aFailureIsRethrownAsItIs() {
        Promise<String> promise = scheduler.promise();
        IllegalStateException failure = new IllegalStateException("no");
        promise.fail(failure);
        assertSame(failure, assertThrows(IllegalStateException.class, promise::await));
    }

    @Test
    void aThreadThatNeverWaitsGetsOnlyWhatIsThere() throws InterruptedException {
        Promise<String> promise = scheduler.promise();
        List<Object> seen = new ArrayList<>();
        class Loop extends Thread implements WaitFree {
            @Override
            public void run() {
                seen.add(assertThrows(WouldWait.class, promise::await));
                promise.complete("there");
                seen.add(promise.await());
            }
        }
        Thread loop = new Loop();
        loop.start();
        loop.join();
        assertEquals(2, seen.size());
        assertEquals("there", seen.get(1));
    }

    @Test
    void whatListenersThrowComesOutWhereItIsWanted() {
        IllegalStateException thrown = new IllegalStateException("a listener");
        List<Object> heard = new ArrayList<>();
        Promise<String> strict = scheduler.promise();
        Promise<String> lenient = scheduler.promise(heard::add);
        for (Promise<String> promise : List.of(strict, lenient)) {
            promise.whenDone((_, _) -> {
                throw thrown;
            });
            promise.whenDone((value, _) -> heard.add(value));
        }
        assertSame(thrown, assertThrows(IllegalStateException.class, () -> strict.complete("one")));
        assertTrue(lenient.complete("two"));
        assertEquals(List.of("one", "two", thrown), heard);
    }

    @Test
    void nullIsAValue() {
        assertNull(scheduler.completed(null).await());
    }

    @Test
    void everyWaiterWakesWhateverComesFirst() {
        for (int round = 0; round < 2_000; round++) {
            Promise<Integer> answer = scheduler.promise();
            List<Promise<Integer>> seen = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Promise<Integer> mine = scheduler.promise();
                seen.add(mine);
                scheduler.execute("waiter", () -> mine.complete(answer.await()));
            }
            int value = round;
            scheduler.execute("settler", () -> answer.complete(value));
            for (Promise<Integer> each : seen) {
                assertEquals(value, each.await());
            }
        }
    }

    @Test
    void oneOfManyWritersSettles() {
        for (int round = 0; round < 500; round++) {
            Promise<Integer> contested = scheduler.promise();
            AtomicInteger winners = new AtomicInteger();
            List<Promise<Void>> ends = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                int me = i;
                Promise<Void> end = scheduler.promise();
                ends.add(end);
                scheduler.execute("writer", () -> {
                    if (contested.complete(me)) {
                        winners.addAndGet(1 + me * 10);
                    }
                    end.complete(null);
                });
            }
            ends.forEach(Promise::await);
            assertEquals(1 + contested.await() * 10, winners.get());
        }
    }

    @Test
    void listenersRunInOrderOnceAndAlsoWhenTheyComeLate() {
        Promise<String> promise = scheduler.promise();
        ConcurrentLinkedQueue<String> heard = new ConcurrentLinkedQueue<>();
        promise.whenDone((value, failure) -> heard.add("1 " + value + failure));
        promise.whenDone((value, failure) -> heard.add("2 " + value + failure));
        promise.complete("v");
        promise.whenDone((value, failure) -> heard.add("3 " + value + failure));
        assertEquals(List.of("1 vnull", "2 vnull", "3 vnull"), List.copyOf(heard));
    }

    @Test
    void aListenerThatThrowsDoesNotRobTheOthers() {
        Promise<String> promise = scheduler.promise();
        List<String> heard = new ArrayList<>();
        promise.whenDone((_, _) -> {
            throw new IllegalStateException("mine");
        });
        promise.whenDone((value, _) -> heard.add(value));
        assertEquals("mine", assertThrows(IllegalStateException.class, () -> promise.complete("v")).getMessage());
        assertEquals(List.of("v"), heard);
        assertEquals("v", promise.await());
    }
}
