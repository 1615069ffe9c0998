package io.nokv.raft.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BackpressureTest {
    private static final RaftStoreOptions.Limits LIMITS = RaftStoreOptions.defaults().limits();
    private static final long MOST = LIMITS.applyBacklogBytes();

    private static final int ROUNDS = 300_000;

    private final AtomicInteger goOns = new AtomicInteger();
    private final Backpressure backpressure = new Backpressure(LIMITS, new Counters(), null, goOns::incrementAndGet);

    @Test
    void whoHoldsBackGoesOnWhenHalfOfTheBacklogIsApplied() {
        assertFalse(backpressure.handedOver(MOST));
        assertTrue(backpressure.handedOver(1));
        backpressure.applied(MOST / 2);
        assertEquals(0, goOns.get());
        backpressure.applied(1);
        assertEquals(1, goOns.get());
        backpressure.applied(MOST - MOST / 2);
        assertEquals(1, goOns.get(), "nobody holds back");
    }

    /** A region whose loop is forgotten here would never be applied again. */
    @Test
    void aLoopThatSeesRoomTakesNothingBackFromOneThatDoesNot() throws InterruptedException {
        AtomicBoolean over = new AtomicBoolean();
        Thread small = Thread.ofPlatform().start(() -> {
            while (!over.get()) {
                backpressure.handedOver(1);
                backpressure.applied(1);
            }
        });
        try {
            for (int i = 0; i < ROUNDS; i++) {
                int before = goOns.get();
                assertTrue(backpressure.handedOver(MOST + 1));
                backpressure.applied(MOST + 1);
                long patience = System.nanoTime() + 60_000_000_000L;
                while (goOns.get() == before) {
                    assertTrue(System.nanoTime() - patience < 0, "round " + i + ": nobody goes on");
                }
            }
        } finally {
            over.set(true);
            small.join();
        }
    }
}
