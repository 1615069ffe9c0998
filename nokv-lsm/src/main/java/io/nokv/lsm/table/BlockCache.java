package io.nokv.lsm.table;

import io.nokv.lsm.event.StripedCounter;
import java.util.function.ToLongFunction;

/**
 * Decompressed blocks and index partitions under one byte budget, kept by S3-FIFO (Yang, Zhang, Qiu, Yue, Rashmi, "FIFO
 * queues are all you need for cache eviction", SOSP 2023). A hit is a load from the table's own slots and at most one plain
 * store: no look-up by key, no lock, no list to reorder. What comes and goes does so in one of several
 * {@linkplain CacheShard shards}, chosen by the piece's identity: threads that miss at the same time rarely wait for one
 * another's lock, and a thread that loses its core while it has one holds up few others.
 *
 * <p>Bytes of blocks lie in {@link BlockMemory}, which is used again and again: who reads a block holds it (see {@link Block}).
 *
 * <p>What is kept is a function of the calls alone. Loads happen outside: of two flows that miss the same block, one gives
 * up what it read. Thread-safe.
 */
final class BlockCache {
    /** With so much, a shard has cells for blocks of up to 16 KiB, and pieces enough to tell hot ones from cold ones. */
    private static final long SHARD_BYTES_AT_LEAST = 2 << 20;
    private static final int SHARDS_AT_MOST = 32;
    /** The bits of an identity that a shard's own table of ghosts does not use. */
    private static final int SHARD_SHIFT = 58;

    private final CacheShard[] shards;
    private final StripedCounter hits = new StripedCounter();
    private final StripedCounter misses = new StripedCounter();

    BlockCache(long budgetBytes) {
        this(budgetBytes, shardsOf(budgetBytes));
    }

    /** @param shards a power of two, at most 32 */
    BlockCache(long budgetBytes, int shards) {
        this.shards = new CacheShard[shards];
        for (int i = 0; i < shards; i++) {
            this.shards[i] = new CacheShard(Math.max(0, budgetBytes) / shards);
        }
    }

    private static int shardsOf(long budgetBytes) {
        return (int) Long.highestOneBit(Math.clamp(budgetBytes / SHARD_BYTES_AT_LEAST, 1, SHARDS_AT_MOST));
    }

    private int shardNumber(long identity) {
        return (int) (identity >>> SHARD_SHIFT) & shards.length - 1;
    }

    private CacheShard shard(long identity) {
        return shards[shardNumber(identity)];
    }

    /** The partition that {@code slots[slot]} holds, noted as read, or null. */
    static Partition partition(Cached[] slots, int slot) {
        Partition partition = (Partition) Cached.in(slots, slot);
        if (partition != null) {
            partition.used();
        }
        return partition;
    }

    /** The block that {@code slots[slot]} holds, noted as read and held for the caller, or null. */
    static Block block(Cached[] slots, int slot) {
        Block block = unnoted(slots, slot);
        if (block != null) {
            block.used();
        }
        return block;
    }

    /** As {@link #block}, but the cache does not hear of it. */
    static Block unnoted(Cached[] slots, int slot) {
        Block block = (Block) Cached.in(slots, slot);
        return block != null && block.hold() ? block : null;
    }

    void countBlocks(long found, long loaded) {
        if (found > 0) {
            hits.add(found);
        }
        if (loaded > 0) {
            misses.add(loaded);
        }
    }

    /** Memory for a block of this identity that is to be {@linkplain #put put} or given {@linkplain #giveBack back}. */
    Space space(int bytes, long identity) {
        return shard(identity).space(bytes);
    }

    /** Nobody uses {@code space}, which was asked for with the same identity, any more. */
    void giveBack(Space space, long identity) {
        shard(identity).giveBack(space);
    }

    /**
     * Keeps {@code block}, whose space is from here, in {@code slots[slot]} for a while if that is possible.
     *
     * @return the block to read, held for the caller: another one if it was there first
     */
    Block put(Cached[] slots, int slot, Block block) {
        return shard(block.identity()).put(slots, slot, block);
    }

    /** Keeps {@code partition} in {@code slots[slot]} for a while, unless another stands there or it is too large. */
    void put(Cached[] slots, int slot, Partition partition) {
        shard(partition.identity()).put(slots, slot, partition);
    }

    /** Gives up all pieces of a table that is not read any more. */
    void drop(Cached[] slots) {
        for (int i = 0; i < shards.length; i++) {
            int number = i;
            shards[i].drop(slots, piece -> shardNumber(piece.identity()) == number);
        }
    }

    long hits() {
        return hits.sum();
    }

    long misses() {
        return misses.sum();
    }

    long evictions() {
        return sum(CacheShard::evictions);
    }

    /** Heap bytes of what is kept; never above the budget. */
    long bytes() {
        return sum(CacheShard::bytes);
    }

    /** Heap bytes of the cache's own memory of what it let go. */
    long ownBytes() {
        return sum(CacheShard::ownBytes);
    }

    private long sum(ToLongFunction<CacheShard> part) {
        long sum = 0;
        for (CacheShard shard : shards) {
            sum += part.applyAsLong(shard);
        }
        return sum;
    }
}
