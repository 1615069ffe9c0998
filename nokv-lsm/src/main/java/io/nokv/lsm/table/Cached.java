package io.nokv.lsm.table;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A piece of a table that {@link BlockCache} keeps: it stands in a slot of its table's reader, where reads find it without
 * asking the cache, and in one of the cache's queues, which take it out of its slot when its time is over.
 */
abstract sealed class Cached permits Block, Partition {
    private static final VarHandle SLOTS = MethodHandles.arrayElementVarHandle(Cached[].class);
    private static final int MOST_USES = 3;

    /** How often it was read since the cache last looked, at most 3. Threads may lose each other's updates. */
    private byte uses;

    /** The cache's, under its lock. */
    Cached before;
    Cached behind;
    CacheShard.Queue queue;
    private Cached[] slots;
    private int slot;

    /** Heap bytes it takes, all its objects included. */
    abstract long heapBytes();

    /** What the slot holds, or null. */
    static Cached in(Cached[] slots, int slot) {
        return (Cached) SLOTS.getAcquire(slots, slot);
    }

    /** False when the slot was taken meanwhile. Called before any other thread knows this. */
    boolean enter(Cached[] into, int at) {
        slots = into;
        slot = at;
        return SLOTS.compareAndSet(into, at, null, this);
    }

    /** Takes it out of its slot. Who has it may go on reading it. */
    void leave() {
        SLOTS.compareAndSet(slots, slot, this, null);
    }

    /** A read came by. */
    void used() {
        if (uses < MOST_USES) {
            uses++;
        }
    }

    int uses() {
        return uses;
    }

    void forgetUses() {
        uses = 0;
    }

    void forgetOneUse() {
        uses--;
    }

    /** What stands for it once it is gone: the same for the same piece of the same table. */
    abstract long identity();
}
