package io.nokv.lsm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.port.Ports;
import io.nokv.lsm.vfs.MemVfs;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Few tables of level 0 go down once the store is left alone, and not one by one while tables come at a steady pace. */
class QuietTimeTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void theWaitGrowsWithTheGapsBetweenFlushesAndWithWhatIsRewritten() {
        QuietTime quiet = new QuietTime(5 * SECOND, 100 * SECOND);
        assertEquals(5 * SECOND, quiet.nanosUntil(100 * SECOND, 0));
        assertEquals(2 * SECOND, quiet.nanosUntil(103 * SECOND, 1_000));
        assertEquals(10 * SECOND, quiet.nanosUntil(100 * SECOND, 10 * QuietTime.BYTES_PER_SECOND));
        quiet.flushed(120 * SECOND, true);
        quiet.flushed(130 * SECOND, true);
        assertEquals(20 * SECOND, quiet.nanosUntil(130 * SECOND, 0), "twice the gap of 10 s");
        assertEquals(-SECOND, quiet.nanosUntil(151 * SECOND, 0));
        quiet.flushed(160 * SECOND, false);
        assertEquals(20 * SECOND, quiet.nanosUntil(160 * SECOND, 0), "one that was asked for says nothing of the pace");
    }

    @Test
    void levelZeroIsEmptyOnceTheStoreIsLeftAlone() {
        inVirtualTime(5 * SECOND, (engine, time, vfs) -> {
            for (int table = 0; table < 3; table++) {
                write(engine, table);
            }
            time.pause(4 * SECOND);
            assertEquals(3, levelZero(engine));
            time.pause(2 * SECOND);
            assertEquals(0, levelZero(engine));
            EngineStats.Compactions done = engine.stats().compactions();
            assertEquals(List.of(1L, 1L), List.of(done.leftovers(), done.count() + done.moves()));
            time.pause(100 * SECOND);
            assertEquals(1, engine.stats().compactions().leftovers(), "there is nothing more to do");
        });
    }

    @Test
    void tablesThatComeAtASteadyPaceAreMergedTogether() {
        inVirtualTime(5 * SECOND, (engine, time, vfs) -> {
            for (int table = 0; table < 24; table++) {
                time.pause(60 * SECOND);
                write(engine, table);
            }
            EngineStats.Compactions done = engine.stats().compactions();
            assertEquals(0, done.leftovers());
            assertTrue(done.count() + done.moves() <= 24 / EngineOptions.defaults().levels().compactAt(),
                    done::toString);
        });
    }

    @Test
    void aSoonerAlarmTakesThePlaceOfALaterOne() {
        inVirtualTime(5 * SECOND, (engine, time, vfs) -> {
            time.pause(1_000 * SECOND);
            write(engine, 1); // as far as is known until the next, one comes every 1,000 s
            write(engine, 2);
            time.pause(6 * SECOND);
            assertEquals(0, levelZero(engine));
        });
    }

    @Test
    void whatIsLeftFromBeforeAnOpeningGoesDownToo() {
        inVirtualTime(0, (engine, time, vfs) -> {
            write(engine, 1);
            time.pause(1_000 * SECOND);
            assertEquals(1, levelZero(engine), "never is never");
            engine.close();
            try (Engine again = open(vfs, time, 5 * SECOND)) {
                time.pause(6 * SECOND);
                assertEquals(0, levelZero(again));
            }
        });
    }

    @Test
    void aStoreThatIsClosedWaitsForNothing() {
        MemVfs vfs = new MemVfs();
        VirtualTime time = new VirtualTime(2, 1 << 30, () -> 0);
        time.run(() -> {
            Engine engine = open(vfs, time, 3_600 * SECOND);
            write(engine, 1);
            engine.close();
        });
        assertTrue(time.monotonicNanos() < 3_600 * SECOND, "an alarm went off after the end");
    }

    private interface Story {
        void tell(Engine engine, VirtualTime time, MemVfs vfs);
    }

    private static void inVirtualTime(long quietNanos, Story story) {
        MemVfs vfs = new MemVfs();
        VirtualTime time = new VirtualTime(2, 1 << 30, () -> 0);
        List<Throwable> failures = new ArrayList<>();
        time.run(() -> {
            try (Engine engine = open(vfs, time, quietNanos)) {
                story.tell(engine, time, vfs);
            } catch (RuntimeException | AssertionError e) {
                failures.add(e); // a flow that ends by it would not be missed
            }
        });
        if (!failures.isEmpty()) {
            throw new AssertionError(failures.getFirst());
        }
    }

    private static Engine open(MemVfs vfs, VirtualTime time, long quietNanos) {
        EngineOptions usual = EngineOptions.defaults().withMemtableBytes(12 << 10);
        return Engine.open("db", usual.withCompactions(usual.compactions().withQuietNanos(quietNanos)),
                new Ports(time, new TestWorld.Seeded(1), time, vfs));
    }

    /** A table of a hundred keys, the same ones each time. */
    private static void write(Engine engine, int value) {
        for (int key = 0; key < 100; key++) {
            engine.write(new WriteBatch().put(Family.WRITE, TestWorld.b("key" + key), TestWorld.b("value" + value)),
                    Durability.BUFFERED);
        }
        engine.flush();
    }

    private static int levelZero(Engine engine) {
        return engine.stats().levels().getFirst().tables();
    }
}
