package io.nokv.lsm.table;

import io.nokv.lsm.event.StripedCounter;
import io.nokv.lsm.point.PointLookup;

/**
 * Entries that point reads found in tables, under a byte budget of their own: a block of eight scattered rows, one of which is
 * asked for, takes eight times the memory that its row does. A row is kept for the reader of one table, as that table's answer
 * to look-ups that see all of the table. Tables never change, so no write, flush or compaction has to take a row out: a table
 * that is gone is not asked any more, its rows leave when their turn comes.
 *
 * <p>A row comes in when a block was read from the file for it for the second time in a while. It leaves in the order in which
 * it came, unless it was asked for since. Rows lie in {@linkplain RowShard rings of bytes}, one for each shard. Thread-safe.
 */
final class RowCache {
    private static final long SHARD_BYTES_AT_LEAST = 1 << 20;
    private static final int SHARDS_AT_MOST = 64;
    private static final int SHARD_SHIFT = 58;

    private final RowShard[] shards;
    private final StripedCounter hits = new StripedCounter();

    /** @param budgetBytes heap bytes at most; 0 for no rows */
    RowCache(long budgetBytes) {
        int count = (int) Long.highestOneBit(Math.clamp(budgetBytes / SHARD_BYTES_AT_LEAST, 1, SHARDS_AT_MOST));
        this.shards = new RowShard[budgetBytes < RowShard.LEAST_BYTES ? 0 : count];
        for (int i = 0; i < shards.length; i++) {
            shards[i] = new RowShard(budgetBytes / count);
        }
    }

    boolean isOff() {
        return shards.length == 0;
    }

    private static long identity(long reader, PointLookup lookup) {
        long h = (lookup.hash() ^ reader * 0x9E3779B97F4A7C15L) * 0xBF58476D1CE4E5B9L;
        return h ^ h >>> 29;
    }

    private RowShard shard(long identity) {
        return shards[(int) (identity >>> SHARD_SHIFT) & shards.length - 1];
    }

    /**
     * Offers {@code lookup} what the table has, if that is known here. Requires that this is not {@linkplain #isOff off} and
     * that the look-up sees all entries of the table.
     *
     * @param reader stands for one reader of one table, and never for another
     */
    boolean find(long reader, PointLookup lookup) {
        long identity = identity(reader, lookup);
        boolean found = shard(identity).find(identity, reader, lookup);
        if (found) {
            hits.add(1);
        }
        return found;
    }

    /**
     * Keeps what {@code lookup} took last, from a table that it sees all of, perhaps.
     *
     * @param first whether that is the first entry of its head in the table
     */
    void put(long reader, PointLookup lookup, boolean first) {
        long identity = identity(reader, lookup);
        shard(identity).put(identity, reader, lookup, first);
    }

    long hits() {
        return hits.sum();
    }

    /** Heap bytes; never above the budget. */
    long bytes() {
        long sum = 0;
        for (RowShard shard : shards) {
            sum += shard.bytes();
        }
        return sum;
    }
}
