package io.nokv.lsm;

import static io.nokv.lsm.TestWorld.b;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.nokv.base.system.ThreadScheduler;
import io.nokv.lsm.vfs.MemVfs;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Point reads by head and tail; keys here are a name and two digits, the digits being the tail. */
class PointReadTest {
    private final ThreadScheduler scheduler = new ThreadScheduler(1);
    private Engine engine;

    @BeforeEach
    void open() {
        EngineOptions.Levels lazy = new EngineOptions.Levels(1000, 1000, 1000, 2, 16 << 10, 3, 1 << 20, 4 << 10);
        engine = Engine.open("db",
                EngineOptions.tiny().withMemtableBytes(1 << 20).withBlockCacheBytes(4 << 20).withLevels(lazy)
                        .withTail(Family.WRITE, 2),
                TestWorld.ports(new MemVfs(), scheduler));
    }

    @AfterEach
    void close() {
        engine.close();
        scheduler.close();
    }

    private void put(String... keys) {
        WriteBatch batch = new WriteBatch();
        for (String key : keys) {
            batch.put(Family.WRITE, b(key), b("value of " + key));
        }
        engine.write(batch, Durability.BUFFERED);
    }

    private void delete(String key) {
        engine.write(new WriteBatch().delete(Family.WRITE, b(key)), Durability.BUFFERED);
    }

    /** The key found, from its tail, or null; checks that the value is its own. */
    private String first(String from, Snapshot snapshot) {
        return engine.first(Family.WRITE, b(from), snapshot, (tail, array, offset, length) -> {
            String name = from.substring(0, from.length() - 2);
            String key = name + (char) (tail >> 8) + (char) (tail & 0xFF);
            assertEquals("value of " + key, new String(array, offset, length, StandardCharsets.UTF_8));
            return key;
        });
    }

    private String first(String from) {
        return first(from, null);
    }

    @Test
    void findsTheSmallestTailWhereverItLies() {
        put("a20", "a40");
        engine.flush();
        put("a30", "b10");
        engine.flush();
        put("a50");
        assertEquals("a20", first("a00"));
        assertEquals("a20", first("a20"));
        assertEquals("a30", first("a21"));
        assertEquals("a40", first("a31"));
        assertEquals("a50", first("a41"));
        assertNull(first("a51"));
        assertEquals("b10", first("b00"));
        assertNull(first("c00"));
    }

    @Test
    void stepsOverWhatWasDeleted() {
        put("a10", "a20", "a30");
        engine.flush();
        delete("a10");
        engine.flush();
        delete("a20");
        assertEquals("a30", first("a00"));
        delete("a30");
        assertNull(first("a00"));
        put("a20");
        assertEquals("a20", first("a00"));
    }

    @Test
    void seesWhatASnapshotSees() {
        put("a30");
        engine.flush();
        try (Snapshot before = engine.snapshot()) {
            put("a10", "a20");
            delete("a30");
            assertEquals("a30", first("a00", before));
            engine.flush();
            assertEquals("a30", first("a00", before));
            assertEquals("a10", first("a00"));
            engine.compact(Family.WRITE, Range.ALL);
            assertEquals("a30", first("a00", before));
            assertEquals("a10", first("a00"));
        }
    }

    @Test
    void keysOfOtherLengthsDoNotCount() {
        put("a20", "a2000", "a2099", "a40");
        delete("a20");
        assertEquals("a40", first("a10"));
        engine.flush();
        assertEquals("a40", first("a10"));
        assertEquals("a2099", first("a2001"));
        assertNull(engine.first(Family.WRITE, b("a"), null, (_, _, _, _) -> "found"));
        put("a");
        assertEquals("found", engine.first(Family.WRITE, b("a"), null, (_, _, _, _) -> "found"));
    }

    @Test
    void inAFamilyWithoutTailsItIsTheKeyItself() {
        engine.write(new WriteBatch().put(Family.DEFAULT, b("k1"), b("v1")).put(Family.DEFAULT, b("k2"), b("v2")),
                Durability.BUFFERED);
        for (int round = 0; round < 2; round++) {
            assertEquals("v1", engine.<String>first(Family.DEFAULT, b("k1"), null,
                    (_, array, offset, length) -> new String(array, offset, length, StandardCharsets.UTF_8)));
            assertNull(engine.first(Family.DEFAULT, b("k0"), null, (_, _, _, _) -> "found"));
            engine.flush();
        }
    }

    @Test
    void tablesOutOfQuestionAreNotTouched() {
        put("a90", "b90", "z90");
        engine.flush();
        put("a50", "c50", "z50");
        engine.flush();
        put("a10", "c10", "z10");
        engine.flush();
        EngineStats.Reads before = engine.stats().reads();
        assertEquals("a10", first("a00"), "the newest table has it, and the tails of the others are all larger");
        assertEquals("a90", first("a60"), "tails of the two newer tables are all smaller");
        assertEquals(2, blocksTouched(before));
        before = engine.stats().reads();
        assertEquals("b90", first("b00"), "the filters of the two newer tables know of no b");
        assertEquals(1, blocksTouched(before));
        assertEquals(2, engine.stats().reads().pruning().filterRejections() - before.pruning().filterRejections());
    }

    private long blocksTouched(EngineStats.Reads before) {
        EngineStats.Reads after = engine.stats().reads();
        return after.cacheHits() + after.cacheMisses() - before.cacheHits() - before.cacheMisses();
    }

    /** Compiled code has nothing left to allocate but the answer; what the interpreter did on the way there is not counted. */
    @Test
    void allocatesNothingButTheAnswer() {
        for (int i = 0; i < 2_000; i++) {
            put(String.format("name-%05d%02d", i, i % 100));
        }
        engine.flush();
        byte[][] keys = new byte[2_000][];
        byte[][] exact = new byte[keys.length][];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = b(String.format("name-%05d%02d", i, 0));
            exact[i] = b(String.format("name-%05d%02d", i, i % 100));
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long sum = 0;
        long firstBytes = Long.MAX_VALUE;
        long getBytes = Long.MAX_VALUE;
        long valueBytes = (16 + "value of name-0000000".length() + 7) / 8 * 8;
        int rounds = 0;
        for (; rounds < 1_000 && (firstBytes > 0 || getBytes > valueBytes); rounds++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (byte[] key : keys) {
                sum += engine.first(Family.WRITE, key, null, PointReadTest::firstByte);
            }
            long between = threads.getCurrentThreadAllocatedBytes();
            for (byte[] key : exact) {
                sum += engine.get(Family.WRITE, key, null).length;
            }
            long after = threads.getCurrentThreadAllocatedBytes();
            firstBytes = Math.min(firstBytes, (between - before) / keys.length);
            getBytes = Math.min(getBytes, (after - between) / keys.length);
        }
        assertEquals((long) rounds * keys.length * ('v' + "value of name-0000000".length()), sum);
        assertEquals(0, firstBytes, "bytes for each look at a value in place");
        long perGet = getBytes;
        assertTrue(perGet <= valueBytes, () -> perGet + " bytes for each copy of " + valueBytes);
    }

    private static Integer firstByte(long tail, byte[] array, int offset, int length) {
        return (int) array[offset];
    }
}
