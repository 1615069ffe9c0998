package io.nokv.lsm.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.lsm.EntryKind;
import io.nokv.lsm.Family;
import io.nokv.lsm.TestWorld;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The cache keeps within its budget, keeps what is read again, and lets a scan pass. */
class BlockCacheTest {
    private static Block block(BlockCache cache, int valueBytes, long identity) {
        BlockBuilder builder = new BlockBuilder();
        byte[] value = new byte[valueBytes];
        Arrays.fill(value, (byte) identity);
        builder.add(Family.WRITE.code(), TestWorld.b("key"), 0, 3, 1, EntryKind.PUT, value, 0, valueBytes);
        byte[] raw = builder.finish();
        Space space = cache.space(Block.spaceBytes(raw.length, 1), identity);
        System.arraycopy(raw, 0, space.array(), space.at(), raw.length);
        return Block.of(space, raw.length, 1, "block", 0, identity);
    }

    private static long identity(int slot) {
        return (slot + 1) * 0x9E3779B97F4A7C15L | 1;
    }

    /** The block of the slot, read or made, held for the caller. */
    private static Block open(BlockCache cache, Cached[] slots, int slot, int valueBytes) {
        Block block = BlockCache.block(slots, slot);
        return block == null ? cache.put(slots, slot, block(cache, valueBytes, identity(slot))) : block;
    }

    private static void read(BlockCache cache, Cached[] slots, int slot, int valueBytes) {
        open(cache, slots, slot, valueBytes).release();
    }

    /** Fails unless the block is the one of the slot, whole. */
    private static void check(Block block, int slot) {
        BlockCursor cursor = new BlockCursor();
        cursor.reset(block);
        cursor.seekToFirst();
        assertEquals("key", new String(cursor.keyArray, 1, cursor.keyLength - 1, StandardCharsets.UTF_8));
        for (int i = 0; i < cursor.valueLength; i++) {
            assertEquals((byte) identity(slot), block.bytes[cursor.valueOffset + i]);
        }
    }

    private static long bytesIn(Cached[] slots) {
        long sum = 0;
        for (Cached piece : slots) {
            sum += piece == null ? 0 : piece.heapBytes();
        }
        return sum;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void countsWhatStandsInSlotsAndKeepsToTheBudget(int shards) {
        TestWorld.seeded(getClass(), random -> {
            BlockCache cache = new BlockCache(100_000, shards);
            Cached[] slots = new Cached[500];
            for (int i = 0; i < 20_000; i++) {
                read(cache, slots, random.nextInt(1 + random.nextInt(slots.length)), random.nextInt(3_000));
                assertTrue(cache.bytes() <= 100_000, "above the budget");
                if (i % 100 == 0) {
                    assertTrue(bytesIn(slots) <= cache.bytes());
                }
            }
            assertTrue(cache.evictions() > 1_000);
            assertTrue(bytesIn(slots) > 30_000, () -> bytesIn(slots) + " bytes of 100,000 are used");
            cache.drop(slots);
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
        cache.put(slots, 0, block(cache, 5_000, 1)).release();
        assertNull(slots[0]);
        Block first = block(cache, 100, 3);
        assertSame(first, cache.put(slots, 1, first));
        assertSame(first, cache.put(slots, 1, block(cache, 200, 3)));
        assertTrue(slots[1] == first && cache.bytes() == first.heapBytes());
        BlockCache none = new BlockCache(0);
        none.put(slots, 0, block(none, 0, 5)).release();
        assertNull(slots[0]);
    }

    /** A slab's cells are given to blocks of another size once they want them. */
    @Test
    void memoryGoesOverToBlocksOfAnotherSize() {
        BlockCache cache = new BlockCache(4 << 20);
        int blocks = 0;
        for (int valueBytes : new int[]{500, 20_000, 2_000, 300, 15_000}) {
            Cached[] slots = new Cached[2 * (4 << 20) / valueBytes];
            for (int i = 0; i < slots.length; i++) {
                cache.put(slots, i, block(cache, valueBytes, identity(blocks++))).release();
                assertTrue(cache.bytes() <= 4 << 20);
            }
            assertTrue(bytesIn(slots) > (4 << 20) * 7 / 10, () -> bytesIn(slots) + " of " + valueBytes);
        }
    }

    /** Who holds a block reads it whole, whatever is evicted meanwhile; the memory of all is used again at the end. */
    @Test
    void whatIsHeldStays() {
        TestWorld.seeded(getClass(), random -> {
            int budget = 200_000;
            BlockCache cache = new BlockCache(budget);
            Cached[] slots = new Cached[1_000];
            List<Block> held = new ArrayList<>();
            List<Integer> numbers = new ArrayList<>();
            for (int i = 0; i < 20_000; i++) {
                int slot = random.nextInt(slots.length);
                held.add(open(cache, slots, slot, 500 + slot % 4 * 100));
                numbers.add(slot);
                while (held.size() > (i / 4_000 % 2 == 0 ? 500 : 5)) {
                    int which = random.nextInt(held.size());
                    Block block = held.remove(which);
                    check(block, numbers.remove(which));
                    block.release();
                }
                assertTrue(cache.bytes() <= budget);
            }
            for (int i = 0; i < held.size(); i++) {
                check(held.get(i), numbers.get(i));
                held.get(i).release();
            }
            for (int i = 0; i < slots.length; i++) {
                read(cache, slots, i, 500);
            }
            assertTrue(bytesIn(slots) > budget * 7 / 10, () -> bytesIn(slots) + " bytes are used");
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void threadsShareIt(int shards) throws InterruptedException {
        BlockCache cache = new BlockCache(100_000, shards);
        Cached[] slots = new Cached[300];
        AtomicReference<Throwable> failed = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            TestWorld.Seeded random = new TestWorld.Seeded(t);
            threads.add(Thread.ofPlatform().start(() -> {
                try {
                    for (int i = 0; i < 30_000; i++) {
                        int slot = random.nextInt(1 + random.nextInt(slots.length));
                        Block block = open(cache, slots, slot, 400 + slot);
                        check(block, slot);
                        block.release();
                        assertTrue(cache.bytes() <= 100_000);
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
        assertTrue(bytesIn(slots) <= cache.bytes());
        assertNotNull(Arrays.stream(slots).filter(piece -> piece != null).findAny().orElse(null));
    }
}
