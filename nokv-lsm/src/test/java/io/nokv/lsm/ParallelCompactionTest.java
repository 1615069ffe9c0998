package io.nokv.lsm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.lsm.vfs.MemVfs;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Compactions beside each other, in parts and in steps, on a scheduler that draws their order. */
class ParallelCompactionTest {
    private static final int KEYS = 600;

    private static EngineOptions options(int jobs, int parts, long bytesPerSecond) {
        return EngineOptions.tiny().withMemtableBytes(2_500).withValues(EngineOptions.tiny().values().off())
                .withCompactions(
                        new EngineOptions.Compactions(jobs, parts, 512, 1 << 10, bytesPerSecond, false));
    }

    private static byte[] key(int i) {
        return TestWorld.b(String.format("key-%05d", i));
    }

    /** The most compactions that were seen under way at once. */
    private static long fill(Engine engine, StepScheduler scheduler, TestWorld.Seeded random, int rounds) {
        long most = 0;
        for (int i = 0; i < rounds; i++) {
            engine.write(new WriteBatch().put(Family.WRITE, key(random.nextInt(KEYS)), new byte[80]),
                    Durability.BUFFERED);
            scheduler.runSome();
            most = i % 8 == 0 ? Math.max(most, engine.stats().compactions().underWay()) : most;
        }
        return most;
    }

    @Test
    void severalAreUnderWayAtOnceButNoMoreThanAllowed() {
        TestWorld.seeded(getClass(), random -> {
            for (int jobs = 1; jobs <= 3; jobs += 2) {
                StepScheduler scheduler = new StepScheduler(random);
                try (Engine engine = Engine.open("db", options(jobs, 2, 0),
                        TestWorld.ports(new MemVfs(), scheduler))) {
                    long most = fill(engine, scheduler, random, 1_500);
                    assertTrue(most <= jobs, "too many at once");
                    assertTrue(jobs == 1 || most > 1, "never more than one");
                    EngineStats.Compactions done = engine.stats().compactions();
                    assertTrue(done.parts() > done.count(), done::toString);
                    assertEquals(0, done.pausedNanos());
                }
            }
        });
    }

    @Test
    void aPaceIsWaitedForAndNotByFlushes() {
        TestWorld.seeded(getClass(), random -> {
            StepScheduler scheduler = new StepScheduler(random);
            try (Engine engine = Engine.open("db", options(2, 2, 64 << 10),
                    TestWorld.ports(new MemVfs(), scheduler))) {
                fill(engine, scheduler, random, 1_000);
                engine.compact(Family.WRITE, Range.ALL);
                assertTrue(engine.stats().compactions().pausedNanos() > 0);
            }
        });
    }

    /** The power goes while several compactions are under way: nothing is lost, and what they wrote is cleared away. */
    @Test
    void powerIsLostInTheMiddleOfSeveral() {
        TestWorld.seeded(getClass(), random -> {
            for (int run = 0; run < 2; run++) {
                MemVfs disk = new MemVfs();
                StepScheduler scheduler = new StepScheduler(random);
                Engine engine = Engine.open("db", options(3, 3, 0), TestWorld.ports(disk, scheduler));
                List<byte[]> newest = new ArrayList<>();
                for (int i = 0; i < KEYS; i++) {
                    newest.add(null);
                }
                for (int i = 0; i < 800 || i % 8 > 0 || engine.stats().compactions().underWay() < 2; i++) {
                    int at = random.nextInt(KEYS);
                    newest.set(at, TestWorld.b("value " + i + " of key " + at));
                    engine.write(new WriteBatch().put(Family.WRITE, key(at), newest.get(at)), Durability.BUFFERED);
                    scheduler.runSome();
                    assertTrue(i < 30_000, "never two at once");
                }
                engine.submit(new WriteBatch().put(Family.LOCAL, key(0), new byte[1])).awaitDurable();
                disk.crash(random);
                try (Engine again = Engine.open("db", options(1, 1, 0),
                        TestWorld.ports(disk, new StepScheduler(random)))) {
                    for (int i = 0; i < KEYS; i++) {
                        assertArrayEquals(newest.get(i), again.get(Family.WRITE, key(i), null), "key " + i);
                    }
                    long tables = again.stats().levels().stream().mapToLong(EngineStats.Level::tables).sum();
                    assertEquals(tables, disk.list("db").stream().filter(name -> name.endsWith(".sst")).count());
                }
            }
        });
    }
}
