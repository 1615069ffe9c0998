package io.nokv.lsm.thermos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.lsm.Family;
import io.nokv.lsm.TestWorld;
import io.nokv.lsm.point.KeyHash;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class HeavyHittersTest {
    private static long hash(byte[] key) {
        return KeyHash.of(Family.WRITE, key, 0, key.length);
    }

    /** What the algorithm promises, for any stream: who occurs often enough is there, and counts are too high by no more than they say. */
    @Test
    void countsAreAsGoodAsTheySay() {
        TestWorld.seeded(getClass(), random -> {
            for (int round = 0; round < 30; round++) {
                int counters = 1 + random.nextInt(40);
                int keys = 1 + random.nextInt(300);
                int length = 5_000;
                HeavyHitters hitters = new HeavyHitters(counters);
                double[] truth = new double[keys];
                double total = 0;
                double smallest = 0;
                for (int i = 0; i < length; i++) {
                    // The smaller the number the more often it is drawn.
                    int n = random.nextInt(1 + random.nextInt(keys));
                    double weight = 1 + random.nextInt(3);
                    byte[] key = TestWorld.b("key" + n);
                    hitters.add(hash(key), Family.WRITE, key, key.length, weight);
                    truth[n] += weight;
                    total += weight;
                    if (i == length / 2) {
                        hitters.scale(0.25);
                        for (int k = 0; k < keys; k++) {
                            truth[k] *= 0.25;
                        }
                        total *= 0.25;
                    }
                }
                double[] sum = new double[1];
                hitters.forEach(counter -> sum[0] += counter.count());
                assertEquals(total, sum[0], total * 1e-9, "the counters share out all that came");
                for (int n = 0; n < keys; n++) {
                    byte[] key = TestWorld.b("key" + n);
                    HeavyHitters.Counter counter = hitters.find(hash(key));
                    if (truth[n] > total / counters) {
                        assertNotNull(counter, "key " + n + " occurred " + truth[n] + " times of " + total);
                    }
                    if (counter != null) {
                        assertTrue(Arrays.equals(key, counter.key()));
                        assertTrue(counter.count() >= truth[n] - 1e-6 * total);
                        assertTrue(counter.count() - counter.error() <= truth[n] + 1e-6 * total);
                        assertTrue(counter.error() <= total / counters * (1 + 1e-9));
                    }
                }
            }
        });
    }

    @Test
    void longKeysAreCut() {
        HeavyHitters hitters = new HeavyHitters(2);
        byte[] key = new byte[1000];
        hitters.add(hash(key), Family.LOCK, key, key.length, 1);
        HeavyHitters.Counter counter = hitters.find(hash(key));
        assertEquals(HeavyHitters.SHOWN_BYTES, counter.key().length);
        assertTrue(counter.isCut());
        long full = hitters.heapBytes();
        for (int i = 0; i < 1000; i++) {
            byte[] other = Arrays.copyOf(TestWorld.b("key" + i), 900);
            hitters.add(hash(other), Family.LOCK, other, other.length, 1);
        }
        assertTrue(hitters.heapBytes() <= full + 400, "memory is bounded");
    }

    /** Ten thousand half lives later nothing of the old is left, and no number has become too large. */
    @Test
    void heatPasses() {
        Heat heat = new Heat(1_000, 0);
        double hot = 0;
        long now = 0;
        for (; now < 20_000; now += 10) {
            hot = hot * heat.rescale(now) + heat.weight(now);
        }
        assertEquals(1e8, heat.perSecond(hot, now), 2e6, "one in 10 ns");
        assertEquals(0.5e8, heat.perSecond(hot, now + 1_000), 1e6, "half of it after a half life");
        for (now += 5_000_000; now < 5_100_000; now += 20) {
            hot = hot * heat.rescale(now) + heat.weight(now);
            assertTrue(Double.isFinite(hot));
        }
        assertEquals(0.5e8, heat.perSecond(hot, now), 1e6);
    }
}
