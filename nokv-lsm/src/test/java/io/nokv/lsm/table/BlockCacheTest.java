package io.nokv.lsm.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.lsm.EntryKind;
import io.nokv.lsm.Family;
import io.nokv.lsm.TestWorld;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The cache keeps within its budget, keeps what is read again, and lets a scan pass. */
class BlockCacheTest {
    private static Block block(int valueBytes, long identity) {
        BlockBuilder builder = new BlockBuilder();
        builder.add(Family.WRITE.code(), TestWorld.b("key"), 0, 3, 1, EntryKind.PUT, new byte[valueBytes], 0,
                valueBytes);
        byte[] raw = builder.finish();
        return Block.of(Arrays.copyOf(raw, Block.arrayBytes(raw.length, 1)), raw.length, 1, "block", 0, identity);
    }

    private static long identity(int slot) {
        return (slot + 1) * 0x9E3779B97F4A7C15L | 1;
    }

    private static boolean read(BlockCache cache, Cached[] slots, int slot, int valueBytes) {
        boolean hit = BlockCache.get(slots, slot) != null;
        if (!hit) {
            cache.put(slots, slot, block(valueBytes, identity(slot)));
        }
        return hit;
    }

    private static long bytesIn(Cached[] slots) {
        long sum = 0;
        for (Cached piece : slots) {
            sum += piece == null ? 0 : piece.heapBytes();
        }
        return sum;
    }

    @Test
    void countsWhatStandsInSlotsAndKeepsToTheBudget() {
        TestWorld.seeded(getClass(), random -> {
            BlockCache cache = new BlockCache(100_000);
            Cached[] slots = new Cached[500];
            for (int i = 0; i < 20_000; i++) {
                read(cache, slots, random.nextInt(1 + random.nextInt(slots.length)), random.nextInt(3_000));
                assertTrue(cache.bytes() <= 100_000, "above the budget");
                if (i % 100 == 0) {
                    assertEquals(bytesIn(slots), cache.bytes());
                }
            }
            assertTrue(cache.evictions() > 1_000);
            cache.drop(slots);
            assertEquals(0, cache.bytes());
            assertEquals(0, bytesIn(slots));
        });
    }

    @Test
    void theSameReadsKeepTheSameBlocks() {
        TestWorld.seeded(getClass(), random -> {
            long seed = random.nextLong();
            List<String> kept = new ArrayList<>();
            for (int run = 0; run < 2; run++) {
                TestWorld.Seeded same = new TestWorld.Seeded(seed);
                BlockCache cache = new BlockCache(60_000);
                Cached[] slots = new Cached[200];
                for (int i = 0; i < 3_000; i++) {
                    read(cache, slots, same.nextInt(1 + same.nextInt(slots.length)), 500);
                }
                StringBuilder which = new StringBuilder();
                for (int i = 0; i < slots.length; i++) {
                    which.append(slots[i] == null ? "" : i + " ");
                }
                kept.add(which.toString());
            }
            assertEquals(kept.get(0), kept.get(1));
        });
    }

    @Test
    void aScanLeavesWhatIsReadAgainAndAgain() {
        BlockCache cache = new BlockCache(200_000);
        Cached[] hot = new Cached[50];
        for (int i = 0; i < 4 * hot.length; i++) {
            read(cache, hot, i % hot.length, 1_000);
        }
        Cached[] scanned = new Cached[5_000];
        for (int i = 0; i < scanned.length; i++) {
            read(cache, scanned, i, 1_000);
        }
        long kept = Arrays.stream(hot).filter(piece -> piece != null).count();
        assertTrue(kept == hot.length, () -> kept + " of " + hot.length + " blocks outlived the scan");
    }

    @Test
    void whatIsTooLargeOrComesTwiceIsNotKept() {
        BlockCache cache = new BlockCache(1_000);
        Cached[] slots = new Cached[2];
        cache.put(slots, 0, block(5_000, 1));
        assertNull(slots[0]);
        Block first = block(100, 3);
        cache.put(slots, 1, first);
        cache.put(slots, 1, block(200, 3));
        assertTrue(slots[1] == first && cache.bytes() == first.heapBytes());
        BlockCache none = new BlockCache(0);
        none.put(slots, 0, block(0, 5));
        assertNull(slots[0]);
    }

    @Test
    void threadsShareIt() throws InterruptedException {
        BlockCache cache = new BlockCache(50_000);
        Cached[] slots = new Cached[300];
        AtomicReference<Throwable> failed = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            TestWorld.Seeded random = new TestWorld.Seeded(t);
            threads.add(Thread.ofPlatform().start(() -> {
                try {
                    for (int i = 0; i < 30_000; i++) {
                        read(cache, slots, random.nextInt(1 + random.nextInt(slots.length)), 400);
                        assertTrue(cache.bytes() <= 50_000);
                    }
                } catch (RuntimeException | AssertionError e) {
                    failed.set(e);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertNull(failed.get());
        assertEquals(bytesIn(slots), cache.bytes());
        assertNotNull(Arrays.stream(slots).filter(piece -> piece != null).findAny().orElse(null));
    }
}
