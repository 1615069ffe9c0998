package io.nokv.raft.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.nokv.base.system.ThreadScheduler;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FlowMutexTest {
    @Test
    void oneAtATimeAcrossWaits() throws Exception {
        try (ThreadScheduler scheduler = new ThreadScheduler(1)) {
            FlowMutex mutex = new FlowMutex(scheduler);
            int[] counter = new int[1];
            List<Thread> flows = new ArrayList<>();
            for (int f = 0; f < 8; f++) {
                flows.add(Thread.startVirtualThread(() -> {
                    for (int i = 0; i < 200; i++) {
                        mutex.acquire();
                        int before = counter[0];
                        Thread.yield();
                        counter[0] = before + 1;
                        mutex.release();
                    }
                }));
            }
            for (Thread flow : flows) {
                flow.join();
            }
            assertEquals(8 * 200, counter[0]);
        }
    }

    @Test
    void releasingWhatNobodyHoldsIsABug() {
        try (ThreadScheduler scheduler = new ThreadScheduler(1)) {
            assertThrows(AssertionError.class, () -> new FlowMutex(scheduler).release());
        }
    }
}
