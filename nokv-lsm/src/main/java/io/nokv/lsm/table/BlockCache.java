package io.nokv.lsm.table;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.concurrent.atomic.LongAdder;

/**
 * Decompressed blocks under a byte budget, kept by W-TinyLFU (Caffeine). Loads happen outside of it: two flows that miss
 * the same block may both read it. Its maintenance runs on the calling flow. Which block is evicted is not a function of
 * the calls alone, so a simulator that must replay reads gives it no budget or one that is never used up. Thread-safe.
 */
final class BlockCache {
    private static final int ENTRY_OVERHEAD_BYTES = 96;

    private record Key(long table, long offset) {
        @Override
        public int hashCode() {
            long h = (table * 0x9E3779B97F4A7C15L ^ offset) * 0xBF58476D1CE4E5B9L;
            return (int) (h >>> 32);
        }
    }

    /** Null when there is no budget. */
    private final Cache<Key, Block> blocks;
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();

    BlockCache(long budgetBytes) {
        blocks = budgetBytes <= 0
                ? null
                : Caffeine.newBuilder().executor(Runnable::run).maximumWeight(budgetBytes)
                        .<Key, Block>weigher((_, block) -> block.bytes.length + ENTRY_OVERHEAD_BYTES).build();
    }

    /** Null when it is not here. */
    Block get(long table, long offset) {
        Block block = blocks == null ? null : blocks.getIfPresent(new Key(table, offset));
        (block == null ? misses : hits).increment();
        return block;
    }

    void put(long table, long offset, Block block) {
        if (blocks != null) {
            blocks.put(new Key(table, offset), block);
        }
    }

    long hits() {
        return hits.sum();
    }

    long misses() {
        return misses.sum();
    }

    long bytes() {
        return blocks == null
                ? 0
                : blocks.policy().eviction().flatMap(e -> e.weightedSize().stream().boxed().findAny()).orElse(0L);
    }
}
