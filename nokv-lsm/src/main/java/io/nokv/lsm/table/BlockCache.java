package io.nokv.lsm.table;

import io.nokv.lsm.event.StripedCounter;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Decompressed blocks and index partitions under one byte budget, kept by S3-FIFO (Yang, Zhang, Qiu, Yue, Rashmi, "FIFO
 * queues are all you need for cache eviction", SOSP 2023). What is new goes to a small queue, and from there to the main
 * one if it was read again meanwhile; what the main queue lets out was not read since it last came round. A scan passes
 * through the small queue and leaves the main one alone. A hit is a load from the table's own slots and at most one plain
 * store: no look-up by key, no lock, no list to reorder.
 *
 * <p>What is kept is a function of the calls alone. Loads happen outside: of two flows that miss the same block, one keeps
 * what it read to itself. The lock covers memory only. Thread-safe.
 */
final class BlockCache {
    /** The small queue's share of the budget, as in the paper. */
    private static final int SMALL_SHARE = 10;
    /** A block of 8 KiB takes so much of the budget: how many pieces that left are remembered. */
    private static final int BYTES_PER_GHOST = 4 << 10;

    /** First in, first out; a ring with a head that is no piece. */
    static final class Queue {
        private Cached newest;
        private Cached oldest;
        private long bytes;

        private void add(Cached piece) {
            piece.queue = this;
            piece.before = newest;
            piece.behind = null;
            if (newest == null) {
                oldest = piece;
            } else {
                newest.behind = piece;
            }
            newest = piece;
            bytes += piece.heapBytes();
        }

        private void remove(Cached piece) {
            if (piece.before == null) {
                oldest = piece.behind;
            } else {
                piece.before.behind = piece.behind;
            }
            if (piece.behind == null) {
                newest = piece.before;
            } else {
                piece.behind.before = piece.before;
            }
            piece.before = null;
            piece.behind = null;
            piece.queue = null;
            bytes -= piece.heapBytes();
        }
    }

    private final long budgetBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Queue small = new Queue();
    private final Queue main = new Queue();
    /** Identities of pieces that left the small queue, each at the place its hash says: a newer one takes its place. */
    private final long[] ghosts;
    private volatile long bytes;
    private volatile long evictions;
    private final StripedCounter hits = new StripedCounter();
    private final StripedCounter misses = new StripedCounter();

    BlockCache(long budgetBytes) {
        this.budgetBytes = Math.max(0, budgetBytes);
        long wanted = Math.clamp(this.budgetBytes / BYTES_PER_GHOST, 16, 1 << 24);
        this.ghosts = new long[(int) Long.highestOneBit(wanted)];
    }

    /** What {@code slots[slot]} holds, noted as read, or null. */
    static Cached get(Cached[] slots, int slot) {
        Cached piece = Cached.in(slots, slot);
        if (piece != null) {
            piece.used();
        }
        return piece;
    }

    void countBlocks(long found, long loaded) {
        if (found > 0) {
            hits.add(found);
        }
        if (loaded > 0) {
            misses.add(loaded);
        }
    }

    /** Keeps {@code piece} in {@code slots[slot]} for a while, unless another stands there or it is too large. */
    void put(Cached[] slots, int slot, Cached piece) {
        if (piece.heapBytes() > budgetBytes) {
            return;
        }
        lock.lock();
        try {
            if (!piece.enter(slots, slot)) {
                return;
            }
            (forgetGhost(piece.identity()) ? main : small).add(piece);
            while (small.bytes + main.bytes > budgetBytes) {
                if (small.bytes > budgetBytes / SMALL_SHARE || main.oldest == null) {
                    evictFromSmall();
                } else {
                    evictFromMain();
                }
            }
            note();
        } finally {
            lock.unlock();
        }
    }

    private void note() {
        bytes = small.bytes + main.bytes;
    }

    private void evictFromSmall() {
        Cached piece = small.oldest;
        small.remove(piece);
        if (piece.uses() > 1) {
            piece.forgetUses();
            main.add(piece);
        } else {
            ghosts[ghostOf(piece.identity())] = piece.identity();
            evict(piece);
        }
    }

    private void evictFromMain() {
        Cached piece = main.oldest;
        main.remove(piece);
        if (piece.uses() > 0) {
            piece.forgetOneUse();
            main.add(piece);
        } else {
            evict(piece);
        }
    }

    @SuppressWarnings("NonAtomicOperationOnVolatileField")
    private void evict(Cached piece) {
        piece.leave();
        evictions++; // under the lock
    }

    private int ghostOf(long identity) {
        return (int) (identity >>> 20) & ghosts.length - 1;
    }

    private boolean forgetGhost(long identity) {
        int at = ghostOf(identity);
        boolean known = ghosts[at] == identity;
        if (known) {
            ghosts[at] = 0;
        }
        return known;
    }

    /** Gives up all pieces of a table that is not read any more. */
    void drop(Cached[] slots) {
        lock.lock();
        try {
            for (int i = 0; i < slots.length; i++) {
                Cached piece = Cached.in(slots, i);
                if (piece != null && piece.queue != null) {
                    piece.queue.remove(piece);
                    piece.leave();
                }
            }
            note();
        } finally {
            lock.unlock();
        }
    }

    long hits() {
        return hits.sum();
    }

    long misses() {
        return misses.sum();
    }

    long evictions() {
        return evictions;
    }

    /** Heap bytes of what is kept; never above the budget. */
    long bytes() {
        return bytes;
    }

    /** Heap bytes of the cache's own memory of what it let go. */
    long ownBytes() {
        return 16 + 8L * ghosts.length;
    }
}
