package io.nokv.lsm.thermos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.lsm.TestWorld;
import org.junit.jupiter.api.Test;

class WriteLimitTest {
    /** A writer who waits as told gets its rate through, and no more; one who writes slower does not wait. */
    @Test
    void writesPassAtTheRate() {
        WriteLimit limit = new WriteLimit(1, 1_000, 50_000_000, 0);
        long now = 0;
        for (int i = 0; i < 2_000; i++) {
            now += 1_000 + limit.admit(now);
        }
        assertTrue(now > 1_990_000_000L && now < 2_010_000_000L, "2,000 writes took " + now + " ns");
        for (int i = 0; i < 100; i++) {
            now += 2_000_000;
            assertEquals(0, limit.admit(now));
        }
    }

    /** However many write at once, nobody waits longer than the bound, and the debt does not grow beyond it. */
    @Test
    void noWriteWaitsLongerThanTheBound() {
        TestWorld.seeded(getClass(), random -> {
            long bound = 5_000_000;
            WriteLimit limit = new WriteLimit(1, 10, bound, 0);
            long now = 0;
            for (int i = 0; i < 1_000; i++) {
                long wait = limit.admit(now);
                assertTrue(wait >= 0 && wait <= bound);
                now += random.nextInt(2_000);
            }
            assertEquals(0, limit.admit(now + bound + 200_000_000));
        });
    }
}
