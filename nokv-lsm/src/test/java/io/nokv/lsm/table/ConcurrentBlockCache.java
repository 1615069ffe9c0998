package io.nokv.lsm.table;

import io.nokv.lsm.EntryKind;
import io.nokv.lsm.Family;
import io.nokv.lsm.TestWorld;
import java.util.Arrays;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;

/**
 * A block cache that holds fewer blocks than are read, and a table that is dropped now and then. With assertions on, memory that is
 * given back is overwritten, so a block that is read from it gives itself away.
 */
@Param(name = "slot", gen = IntGen.class, conf = "0:4")
public abstract class ConcurrentBlockCache {
    private static final int SLOTS = 5;
    private static final byte[] KEY = TestWorld.b("key");

    private final long budgetBytes;
    private final BlockCache cache;
    private final Cached[] slots = new Cached[SLOTS];

    ConcurrentBlockCache(long budgetBytes, int shards) {
        this.budgetBytes = budgetBytes;
        this.cache = new BlockCache(budgetBytes, shards);
    }

    /** Fills it with blocks of another table, so that each new one takes the cell of another, or needs a slab that is cut anew. */
    final void fill(int blocks) {
        Cached[] others = new Cached[blocks];
        for (int i = 0; i < blocks; i++) {
            open(others, i, 200).release();
        }
    }

    /** Too small for slabs: each block has an array of its own. */
    public static final class OwnArrays extends ConcurrentBlockCache {
        public OwnArrays() {
            super(1_500, 1);
        }
    }

    /** Slabs with cells of several sizes. */
    public static final class Slabs extends ConcurrentBlockCache {
        public Slabs() {
            super(66_000, 1);
            fill(220);
        }
    }

    /** The same in two shards. */
    public static final class Shards extends ConcurrentBlockCache {
        public Shards() {
            super(132_000, 2);
            fill(440);
        }
    }

    /** The bytes of its value; each slot has another size. */
    private static int valueBytes(int slot) {
        return 60 + 70 * slot;
    }

    /** The block of the slot, read or made, held for the caller. */
    final Block open(Cached[] from, int slot, int valueBytes) {
        Block there = BlockCache.block(from, slot);
        return there == null ? cache.put(from, slot, block(slot, valueBytes)) : there;
    }

    private Block block(int slot, int valueBytes) {
        BlockBuilder builder = new BlockBuilder();
        byte[] value = new byte[valueBytes];
        Arrays.fill(value, (byte) slot);
        builder.add(Family.WRITE.code(), KEY, 0, KEY.length, 1, EntryKind.PUT, value, 0, valueBytes);
        byte[] raw = builder.finish();
        long identity = (slot + 1L) * 0x9E3779B97F4A7C15L | 1;
        Space space = cache.space(Block.spaceBytes(raw.length, 1), identity);
        System.arraycopy(raw, 0, space.array(), space.at(), raw.length);
        return Block.of(space, raw.length, 1, "block", 0, identity);
    }

    /** What all bytes of the value are; -1 when they differ, -2 when there is no such value. */
    private static int content(Block block, int slot) {
        BlockCursor cursor = new BlockCursor();
        cursor.reset(block);
        cursor.seekToFirst();
        if (!cursor.isValid() || cursor.valueLength != valueBytes(slot)) {
            return -2;
        }
        int first = block.bytes[cursor.valueOffset];
        for (int i = 1; i < cursor.valueLength; i++) {
            if (block.bytes[cursor.valueOffset + i] != first) {
                return -1;
            }
        }
        return first;
    }

    /** The number of the slot, as its block has it. */
    @Operation
    public int read(@Param(name = "slot") int slot) {
        Block block = open(slots, slot, valueBytes(slot));
        int found = content(block, slot);
        block.release();
        return found;
    }

    /** Two blocks held at once, as a cursor does that goes from one to the next. */
    @Operation
    public int readTwo(@Param(name = "slot") int slot, @Param(name = "slot") int other) {
        Block one = open(slots, slot, valueBytes(slot));
        Block two = open(slots, other, valueBytes(other));
        int found = content(one, slot) * SLOTS;
        one.release();
        found += content(two, other);
        two.release();
        return found;
    }

    /** The table is not read any more; those that read it meanwhile go on. */
    @Operation
    public void drop() {
        cache.drop(slots);
    }

    @Operation
    public boolean isWithinBudget() {
        return cache.bytes() <= budgetBytes;
    }

    /** What it is when one call comes after another: every block can be had. */
    public static final class AllBlocks {
        public int read(int slot) {
            return slot;
        }

        public int readTwo(int slot, int other) {
            return slot * SLOTS + other;
        }

        public void drop() {
            // They are read anew.
        }

        public boolean isWithinBudget() {
            return true;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof AllBlocks;
        }

        @Override
        public int hashCode() {
            return 1;
        }
    }
}
