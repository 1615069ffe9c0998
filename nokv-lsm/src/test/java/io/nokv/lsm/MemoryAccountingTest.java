package io.nokv.lsm;

import static io.nokv.lsm.TestWorld.b;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.lsm.vfs.RealVfs;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the engine says it keeps in memory is what goes when it is let go. */
class MemoryAccountingTest {
    private static final int KEYS = 120_000;

    @TempDir
    Path directory;

    private static byte[] key(int i) {
        return b(String.format("mount/%06d/name-%010d", i / 50, i));
    }

    private static long usedBytes() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            ManagementFactory.getMemoryMXBean().gc();
            least = Math.min(least, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }

    /** Opens an engine, fills its memtables and its cache; the caller lets go of it. */
    private Engine filled(StepScheduler scheduler, EngineOptions options) {
        Engine engine = Engine.open("db", options, TestWorld.ports(new RealVfs(directory), scheduler));
        for (int i = 0; i < KEYS; i++) {
            engine.write(new WriteBatch().put(Family.WRITE, key(i * 7 % KEYS), new byte[120]), Durability.BUFFERED);
        }
        engine.flush();
        engine.compact(Family.WRITE, Range.ALL);
        for (int i = 0; i < KEYS; i += 3) {
            assertEquals(120, engine.get(Family.WRITE, key(i), null).length);
        }
        for (int i = 0; i < KEYS / 3; i++) {
            engine.write(new WriteBatch().put(Family.DEFAULT, key(i), new byte[100]), Durability.BUFFERED);
        }
        return engine;
    }

    @Test
    void theSumIsWhatIsFreed() {
        TestWorld.seeded(getClass(), random -> {
            EngineOptions options = EngineOptions.defaults().withMemtableBytes(64L << 20)
                    .withBlockCacheBytes(12L << 20);
            Engine engine = filled(new StepScheduler(random), options);
            EngineStats.Memory memory = engine.stats().memory();
            long with = usedBytes();
            engine.close();
            engine = null;
            long freed = with - usedBytes();
            assertTrue(memory.cache() <= memory.cacheBudget() && memory.cache() > memory.cacheBudget() * 9 / 10,
                    memory::toString);
            // Objects of fixed size (buffers of the log, histograms) are not counted: 4 MiB are left for them.
            assertTrue(Math.abs(freed - memory.total()) < memory.total() / 8 + (4 << 20),
                    () -> memory + " of " + memory.total() + ", but " + freed + " were freed");
        });
    }
}
