package io.nokv.lsm;

import static io.nokv.lsm.TestWorld.b;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.system.ThreadScheduler;
import io.nokv.lsm.vfs.MemVfs;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rows that the engine keeps beside blocks: fewer blocks are read, and no answer is another one. */
class RowCacheTest {
    private static final int KEYS = 300;
    private static final long BUDGET_BYTES = 1 << 20;

    private final ThreadScheduler scheduler = new ThreadScheduler(1);
    private Engine engine;

    /** Without a block cache, so that every block a read needs is read from its file. */
    @BeforeEach
    void open() {
        EngineOptions.Levels lazy = new EngineOptions.Levels(1000, 1000, 1000, 2, 16 << 10, 3, 1 << 20, 4 << 10);
        engine = Engine.open("db",
                EngineOptions.tiny().withMemtableBytes(1 << 20).withBlockCacheBytes(0).withRowCacheBytes(BUDGET_BYTES)
                        .withLevels(lazy).withTail(Family.WRITE, 2),
                TestWorld.ports(new MemVfs(), scheduler));
    }

    @AfterEach
    void close() {
        engine.close();
        scheduler.close();
    }

    private static byte[] key(int i) {
        return b(String.format("key-%05d", i));
    }

    private void fill(String value) {
        WriteBatch batch = new WriteBatch();
        for (int i = 0; i < KEYS; i++) {
            batch.put(Family.DEFAULT, key(i), b(value + i));
        }
        engine.write(batch, Durability.BUFFERED);
        engine.flush();
    }

    private void expect(String value) {
        for (int i = 0; i < KEYS; i++) {
            assertArrayEquals(b(value + i), engine.get(Family.DEFAULT, key(i), null));
        }
    }

    private long blocksRead() {
        return engine.stats().reads().cacheMisses();
    }

    @Test
    void aRowThatIsReadAgainNeedsNoBlock() {
        fill("one ");
        expect("one ");
        expect("one ");
        EngineStats before = engine.stats();
        expect("one ");
        EngineStats after = engine.stats();
        long blocks = after.reads().cacheMisses() - before.reads().cacheMisses();
        assertTrue(blocks < KEYS / 20, () -> blocks + " blocks for rows that were read twice before");
        assertEquals(KEYS - blocks, after.reads().rowHits() - before.reads().rowHits());
        assertTrue(after.memory().rows() > 0 && after.memory().rows() <= after.memory().rowBudget(),
                after.memory()::toString);
        assertEquals(BUDGET_BYTES, after.memory().rowBudget());
    }

    @Test
    void whatIsWrittenLaterIsWhatIsRead() {
        fill("one ");
        expect("one ");
        expect("one ");
        expect("one ");
        try (Snapshot before = engine.snapshot()) {
            fill("two ");
            expect("two ");
            expect("two ");
            expect("two ");
            for (int i = 0; i < KEYS; i++) {
                assertArrayEquals(b("one " + i), engine.get(Family.DEFAULT, key(i), before));
            }
            engine.compact(Family.DEFAULT, Range.ALL);
            for (int times = 0; times < 3; times++) {
                expect("two ");
                for (int i = 0; i < KEYS; i++) {
                    assertArrayEquals(b("one " + i), engine.get(Family.DEFAULT, key(i), before));
                }
            }
        }
        engine.compact(Family.DEFAULT, Range.ALL);
        expect("two ");
    }

    @Test
    void whatIsDeletedIsGone() {
        fill("one ");
        for (int times = 0; times < 3; times++) {
            expect("one ");
        }
        engine.write(new WriteBatch().delete(Family.DEFAULT, key(7)), Durability.BUFFERED);
        engine.write(new WriteBatch().deleteRange(Family.DEFAULT, key(10), key(20)), Durability.BUFFERED);
        for (int round = 0; round < 2; round++) {
            for (int times = 0; times < 3; times++) {
                assertNull(engine.get(Family.DEFAULT, key(7), null));
                assertArrayEquals(b("one 9"), engine.get(Family.DEFAULT, key(9), null));
                for (int i = 10; i < 20; i++) {
                    assertNull(engine.get(Family.DEFAULT, key(i), null));
                }
            }
            engine.flush();
        }
    }

    /** The value of the first key of the name from the tail on, or null. */
    private String first(String key) {
        return first(key, null);
    }

    private String first(String key, Snapshot at) {
        return engine.first(Family.WRITE, b(key), at,
                (_, array, offset, length) -> new String(array, offset, length, StandardCharsets.UTF_8));
    }

    @Test
    void theNewestVersionOfAHeadIsKeptToo() {
        WriteBatch batch = new WriteBatch();
        for (int i = 100; i < 150; i++) {
            batch.put(Family.WRITE, b("name" + i + "40"), b("newer " + i)).put(Family.WRITE, b("name" + i + "60"),
                    b("older " + i));
        }
        engine.write(batch, Durability.BUFFERED);
        engine.flush();
        for (int times = 0; times < 3; times++) {
            for (int i = 100; i < 150; i++) {
                assertEquals("newer " + i, first("name" + i + "30"));
                assertEquals("older " + i, first("name" + i + "50"));
                assertNull(first("name" + i + "70"));
            }
        }
        long blocks = blocksRead();
        for (int i = 100; i < 150; i++) {
            assertEquals("newer " + i, first("name" + i + "20"));
        }
        assertTrue(blocksRead() - blocks < 10, () -> blocksRead() - blocks + " blocks read");
        engine.write(new WriteBatch().put(Family.WRITE, b("name10735"), b("newest")), Durability.BUFFERED);
        engine.flush();
        for (int times = 0; times < 3; times++) {
            assertEquals("newest", first("name10730"));
            assertEquals("newer 107", first("name10736"));
        }
    }

    @Test
    void whatANewerSourceAnswersIsNotTheTablesAnswer() {
        engine.write(
                new WriteBatch().put(Family.WRITE, b("name40"), b("forty")).put(Family.WRITE, b("other05"), b("five")),
                Durability.BUFFERED);
        engine.flush();
        try (Snapshot before = engine.snapshot()) {
            engine.write(new WriteBatch().put(Family.WRITE, b("name10"), b("ten")), Durability.BUFFERED);
            for (int times = 0; times < 3; times++) {
                assertEquals("ten", first("name00"));
            }
            assertEquals("forty", first("name00", before));
        }
    }
}
