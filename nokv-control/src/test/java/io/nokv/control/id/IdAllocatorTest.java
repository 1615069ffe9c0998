package io.nokv.control.id;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.error.NokvException;
import io.nokv.base.system.ThreadScheduler;
import io.nokv.control.RememberedFence;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IdAllocatorTest {
    private final ThreadScheduler scheduler = new ThreadScheduler(1);
    private final RememberedFence fence = new RememberedFence();

    @AfterEach
    void stopTimers() {
        scheduler.close();
    }

    @Test
    void rangesFollowEachOtherAndOneFenceWriteCoversMany() {
        IdAllocator ids = new IdAllocator(fence.next(), scheduler, 100);
        assertEquals(1, ids.allocate(1));
        assertEquals(2, ids.allocate(10));
        assertEquals(12, ids.allocate(1));
        assertEquals(1, fence.saves());
        assertEquals(13, ids.allocate(500), "more than a step is fine, too");
        assertTrue(fence.load() >= 512);
    }

    @Test
    void nothingRepeatsAcrossCrashes() {
        Set<Long> seen = new HashSet<>();
        for (int life = 0; life < 20; life++) {
            IdAllocator ids = new IdAllocator(fence.next(), scheduler, 16);
            for (int i = 0; i < 37; i++) {
                assertTrue(seen.add(ids.allocate(1)));
            }
        }
    }

    @Test
    void aFenceThatCannotMoveHandsOutNothing() {
        IdAllocator ids = new IdAllocator(fence.next(), scheduler, 2);
        ids.allocate(2);
        fence.setBroken(true);
        assertThrows(NokvException.class, () -> ids.allocate(1));
        fence.setBroken(false);
        assertEquals(3, ids.allocate(1));
        assertThrows(NokvException.class, () -> ids.allocate(0));
    }
}
