package io.nokv.lsm;

import static io.nokv.lsm.TestWorld.b;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.system.ThreadScheduler;
import io.nokv.lsm.point.PrefixRule;
import io.nokv.lsm.thermos.HotSpots;
import io.nokv.lsm.thermos.ThermosOptions;
import io.nokv.lsm.vfs.MemVfs;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an engine says of hot keys, and what it does about them. */
class HotSpotsTest {
    private static final ThermosOptions CLOSE = new ThermosOptions(4, 32, 3_600_000_000_000L, 4, 0, 0);

    private interface Story {
        void tell(Engine engine);
    }

    private static void with(ThermosOptions thermos, Story story) {
        try (ThreadScheduler scheduler = new ThreadScheduler(1);
                Engine engine = Engine.open("db",
                        EngineOptions.tiny().withMemtableBytes(64 << 20).withTail(Family.WRITE, 2).withThermos(thermos)
                                .withPrefix(Family.WRITE,
                                        new PrefixRule(3, 0, false)),
                        TestWorld.ports(new MemVfs(), scheduler))) {
            story.tell(engine);
        }
    }

    private static List<String> keys(List<HotSpots.Spot> spots) {
        return spots.stream().limit(2).map(HotSpots.Spot::key).toList();
    }

    @Test
    void theHottestComesFirst() {
        with(CLOSE, engine -> {
            for (int i = 0; i < 8_000; i++) {
                String key = i % 2 == 0 ? "d1/hot" : i % 4 == 1 ? "d2/warm" : "d" + i % 8 + "/" + i;
                engine.write(new WriteBatch().put(Family.WRITE, b(key + "00"), b("v")), Durability.BUFFERED);
                engine.get(Family.WRITE, b((i % 4 == 3 ? "d2/warm" : "d5/" + i) + "00"), null);
                engine.first(Family.WRITE, b("d7/read" + (10 + i % 80)), null, (_, _, _, _) -> null);
            }
            HotSpots hot = engine.stats().hot();
            assertEquals(List.of("d1/hot", "d2/warm"), keys(hot.writtenKeys()));
            assertEquals("d1/", hot.writtenPrefixes().getFirst().key());
            assertEquals(List.of("d7/read", "d2/warm"), keys(hot.readKeys()), "versions of a key are one");
            assertEquals(List.of("d7/", "d5/"), keys(hot.readPrefixes()));
            assertEquals(Family.WRITE, hot.readKeys().getFirst().family());
            double share = hot.writtenKeys().get(0).perSecond() / hot.writtenKeys().get(1).perSecond();
            assertTrue(share > 1.6 && share < 2.5, () -> "twice as hot: " + hot.writtenKeys());
            assertTrue(hot.samples() > 24_000 / 4 * 0.8 && hot.samples() < 24_000 / 4 * 1.2, hot::toString);
            assertEquals(0, hot.delayedWrites());
            assertTrue(engine.stats().memory().hotSpots() < 1 << 20);
        });
    }

    /** A rhythm in the load that fits the sampling hides nothing. */
    @Test
    void noRhythmHidesAKey() {
        with(CLOSE, engine -> {
            for (int i = 0; i < 8_000; i++) {
                engine.get(Family.LOCK, b("key-" + i % 4), null);
            }
            List<HotSpots.Spot> found = engine.stats().hot().readKeys();
            assertEquals(4, found.size());
            assertTrue(found.getLast().perSecond() > found.getFirst().perSecond() * 0.7, found::toString);
        });
    }

    @Test
    void listingsCountForTheirPrefix() {
        with(CLOSE, engine -> {
            for (int i = 0; i < 400; i++) {
                engine.prefixCursor(Family.WRITE, b("d3/x"), null).close();
                engine.cursor(Family.WRITE, Range.ALL, null).close();
            }
            assertEquals(List.of("d3/"), keys(engine.stats().hot().readPrefixes()));
        });
    }

    @Test
    void offIsOff() {
        with(ThermosOptions.off(), engine -> {
            for (int i = 0; i < 500; i++) {
                engine.write(new WriteBatch().put(Family.WRITE, b("key"), b("v")), Durability.BUFFERED);
                engine.get(Family.WRITE, b("key"), null);
            }
            assertEquals(HotSpots.NONE, engine.stats().hot());
            assertEquals(0, engine.stats().memory().hotSpots());
        });
    }

    /** Writes to one key are held up, those to others are not. */
    @Test
    void whatIsTooHotIsHeldUp() {
        with(new ThermosOptions(1, 32, 1_000_000, 0, 100, 1_000_000), engine -> {
            for (int i = 0; engine.stats().hot().delayedWrites() < 5; i++) {
                assertTrue(i < 1_000_000, () -> engine.stats().hot().toString());
                engine.write(new WriteBatch().put(Family.LOCK, b("hot"), b("v")), Durability.BUFFERED);
            }
            EngineStats stats = engine.stats();
            assertTrue(stats.hot().limited() >= 1);
            assertEquals(stats.hot().delayedWrites(), stats.stalls().slowed());
            engine.write(new WriteBatch().put(Family.LOCK, b("cold"), b("v")), Durability.BUFFERED);
            engine.write(new WriteBatch().put(Family.LOCAL, b("hot"), b("v")), Durability.BUFFERED);
            assertEquals(stats.hot().delayedWrites(), engine.stats().hot().delayedWrites());
        });
    }
}
