package io.nokv.lsm.table;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * A part of {@link BlockCache} with a lock, a budget and queues of its own. What is new goes to a small queue, and from there to
 * the main one if it was read again meanwhile; what the main queue lets out was not read since it last came round. A scan
 * passes through the small queue and leaves the main one alone.
 *
 * <p>When there is no free cell for a new block, blocks are evicted in this order until there is one, or, when other sizes
 * than before are wanted, until a whole slab is free to be cut anew. What cannot be had in that way, because it is held, gets
 * memory of its own and is not kept.
 *
 * <p>What is kept is a function of the calls alone. The lock covers memory only. Thread-safe.
 */
final class CacheShard {
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
    private final BlockMemory memory;
    /** Bytes of what is kept, apart from {@link #memory}. */
    private long elsewhere;
    /** Identities of pieces that left the small queue, each at the place its hash says: a newer one takes its place. */
    private final long[] ghosts;
    private volatile long bytes;
    private volatile long evictions;
    private long evictedBytes;

    CacheShard(long budgetBytes) {
        this.budgetBytes = Math.max(0, budgetBytes);
        this.memory = new BlockMemory(this.budgetBytes);
        long wanted = Math.clamp(this.budgetBytes / BYTES_PER_GHOST, 16, 1 << 24);
        this.ghosts = new long[(int) Long.highestOneBit(wanted)];
    }

    /** Memory for a block that is to be {@linkplain #put put} or given {@linkplain #giveBack back}. */
    Space space(int bytes) {
        if (!memory.hasCellsFor(bytes)) {
            return Space.ofItsOwn(bytes);
        }
        lock.lock();
        try {
            Space space = memory.take(bytes);
            if (space == null && memory.bytes() + memory.bytesOfOneMore() + elsewhere <= budgetBytes) {
                memory.grow();
                space = memory.take(bytes);
            }
            // What a slab has room for is evicted at most before a whole slab is emptied.
            long most = evictedBytes + memory.slabBytes();
            while (space == null && evictedBytes < most && evictOne()) {
                space = memory.take(bytes);
            }
            if (space == null && emptySlab()) {
                space = memory.take(bytes);
            }
            if (space != null) {
                return space;
            }
        } finally {
            lock.unlock();
        }
        return Space.ofItsOwn(bytes);
    }

    /** Nobody uses {@code space} any more. */
    void giveBack(Space space) {
        if (space.slab() == null) {
            assert BlockMemory.poisoned(space);
        } else {
            lock.lock();
            try {
                memory.giveBack(space);
            } finally {
                lock.unlock();
            }
        }
    }

    /**
     * Keeps {@code block}, whose space is from here, in {@code slots[slot]} for a while if that is possible.
     *
     * @return the block to read, held for the caller: another one if it was there first
     */
    Block put(Cached[] slots, int slot, Block block) {
        block.belongsTo(this);
        boolean outside = block.space().slab() == null;
        if (outside && memory.hasCellsFor(block.space().bytes())) {
            return block; // all cells were held
        }
        lock.lock();
        try {
            long more = block.heapBytes() - (outside ? 0 : block.space().bytes());
            boolean kept = more <= budgetBytes && block.hold();
            if (kept && !block.enter(slots, slot)) {
                block.letGo();
                Block there = BlockCache.block(slots, slot);
                if (there == null) {
                    return block;
                }
                block.letGo();
                if (!outside) {
                    memory.giveBack(block.space());
                }
                return there;
            }
            if (kept) {
                if (!outside) {
                    block.space().slab().keep(block.space().cell(), block);
                }
                add(block, more);
            }
            return block;
        } finally {
            lock.unlock();
        }
    }

    /** Keeps {@code partition} in {@code slots[slot]} for a while, unless another stands there or it is too large. */
    void put(Cached[] slots, int slot, Partition partition) {
        if (partition.heapBytes() > budgetBytes) {
            return;
        }
        lock.lock();
        try {
            if (partition.enter(slots, slot)) {
                add(partition, partition.heapBytes());
            }
        } finally {
            lock.unlock();
        }
    }

    private void add(Cached piece, long more) {
        (forgetGhost(piece.identity()) ? main : small).add(piece);
        elsewhere += more;
        long most = evictedBytes + memory.slabBytes();
        boolean goesOn = true;
        while (goesOn && memory.bytes() + elsewhere > budgetBytes && !memory.shrink()) {
            goesOn = evictedBytes < most && evictOne() || emptySlab() || evictOne();
        }
        note();
    }

    private void note() {
        bytes = memory.bytes() + elsewhere;
    }

    /** False when there is nothing to evict. */
    private boolean evictOne() {
        long before = evictions;
        while (evictions == before && (small.oldest != null || main.oldest != null)) {
            if (small.oldest != null && (small.bytes > budgetBytes / SMALL_SHARE || main.oldest == null)) {
                evictFromSmall();
            } else {
                evictFromMain();
            }
        }
        return evictions != before;
    }

    /** Evicts all blocks of the slab that the oldest one is in; false when the slab is not free afterwards. */
    private boolean emptySlab() {
        Slab slab = slabOfOldest(small);
        slab = slab == null ? slabOfOldest(main) : slab;
        for (int cell = 0; slab != null && cell < slab.cells(); cell++) {
            Block block = slab.kept(cell);
            if (block != null) {
                block.queue.remove(block);
                evict(block);
            }
        }
        return slab != null && slab.isFree();
    }

    private static Slab slabOfOldest(Queue queue) {
        for (Cached piece = queue.oldest; piece != null; piece = piece.behind) {
            if (piece instanceof Block block && block.space().slab() != null) {
                return block.space().slab();
            }
        }
        return null;
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
        evictions++; // under the lock
        evictedBytes += piece.heapBytes();
        letGo(piece);
    }

    /** Takes it out of its slot; its memory goes back once its last reader is done. */
    private void letGo(Cached piece) {
        piece.leave();
        switch (piece) {
            case Partition partition -> elsewhere -= partition.heapBytes();
            case Block block -> {
                Space space = block.space();
                elsewhere -= block.heapBytes();
                if (space.slab() != null) {
                    elsewhere += space.bytes();
                    space.slab().keep(space.cell(), null);
                }
                if (block.letGo()) {
                    if (space.slab() == null) {
                        assert BlockMemory.poisoned(space);
                    } else {
                        memory.giveBack(space);
                    }
                }
            }
        }
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

    /** Gives up all of this shard's pieces in {@code slots}: {@code mine} tells them apart. */
    void drop(Cached[] slots, Predicate<Cached> mine) {
        lock.lock();
        try {
            for (int i = 0; i < slots.length; i++) {
                Cached piece = Cached.in(slots, i);
                if (piece != null && mine.test(piece) && piece.queue != null) {
                    piece.queue.remove(piece);
                    letGo(piece);
                }
            }
            note();
        } finally {
            lock.unlock();
        }
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
