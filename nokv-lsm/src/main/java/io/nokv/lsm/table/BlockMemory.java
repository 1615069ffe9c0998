package io.nokv.lsm.table;

import java.util.Arrays;

/**
 * Memory for the blocks of a cache: slabs, each cut into cells of one size, as in memcached. Blocks come and go by the
 * thousand per second, of nearly the same size; in slabs that costs the garbage collector nothing, neither copies nor marks.
 * Sizes of cells are a sixteenth to an eighth apart, so 3 % of a cell lie idle on average. Guarded by the cache's lock.
 */
final class BlockMemory {
    private static final int LEAST_SLAB_BYTES = 4 << 10;
    private static final int MOST_SLAB_BYTES = 1 << 20;
    /** Of an array, and more: a slab is then a region of the collector G1 in a heap of up to 4 GiB, which it never copies. */
    private static final int HEADER_BYTES = 32;
    private static final int SLABS_AT_LEAST = 16;
    private static final int CELLS_AT_LEAST = 8;
    private static final int LEAST_CELL_BYTES = 256;
    private static final int LEAST_POWER = 8;
    /** Between a power of two and the next. */
    private static final int STEPS = 16;
    private static final byte POISON = (byte) 0xA5;

    /** 0 when the budget is too small to have any. */
    private final int slabBytes;
    /** By size of their cells, those with free ones. */
    private final Slab[] withFreeCells;
    /** Slabs none of whose cells is taken; {@link Slab#behind} links them. */
    private Slab unused;
    private long bytes;

    BlockMemory(long budgetBytes) {
        long share = budgetBytes / SLABS_AT_LEAST;
        this.slabBytes = share < LEAST_SLAB_BYTES
                ? 0
                : (int) Long.highestOneBit(Math.min(share, MOST_SLAB_BYTES)) - HEADER_BYTES;
        this.withFreeCells = new Slab[slabBytes == 0 ? 0 : sizeClass(slabBytes / CELLS_AT_LEAST) + 1];
    }

    /** Whether blocks of so many bytes go into slabs; others have arrays of their own. */
    boolean hasCellsFor(int bytes) {
        return bytes <= slabBytes / CELLS_AT_LEAST;
    }

    private static int sizeClass(int bytes) {
        int least = Math.max(bytes, LEAST_CELL_BYTES);
        int power = 31 - Integer.numberOfLeadingZeros(least);
        int step = Math.max(1, (1 << power) / STEPS);
        int above = (least - (1 << power) + step - 1) / step;
        return (power - LEAST_POWER) * STEPS + above;
    }

    private static int cellBytes(int sizeClass) {
        int power = LEAST_POWER + sizeClass / STEPS;
        return (1 << power) + sizeClass % STEPS * ((1 << power) / STEPS);
    }

    /** A cell of {@code least} bytes at least, or null when there is none without another slab. */
    Space take(int least) {
        int sizeClass = sizeClass(least);
        Slab slab = withFreeCells[sizeClass];
        if (slab == null) {
            slab = unused;
            if (slab == null) {
                return null;
            }
            unused = slab.behind;
            slab.behind = null;
            bytes -= slab.heapBytes();
            slab.cut(cellBytes(sizeClass));
            bytes += slab.heapBytes();
            link(slab, sizeClass);
        }
        int cell = slab.take();
        if (!slab.hasFreeCells()) {
            unlink(slab, sizeClass);
        }
        return new Space(slab.bytes, cell * slab.cellBytes(), slab, cell);
    }

    /** Nobody reads or writes the cell any more. */
    void giveBack(Space space) {
        Slab slab = space.slab();
        assert poisoned(space);
        int sizeClass = sizeClass(slab.cellBytes());
        boolean linked = slab.hasFreeCells();
        slab.giveBack(space.cell());
        if (slab.isFree()) {
            if (linked) {
                unlink(slab, sizeClass);
            }
            slab.behind = unused;
            unused = slab;
        } else if (!linked) {
            link(slab, sizeClass);
        }
    }

    /** With assertions on, who reads what it gave back meets bytes that are no block. */
    static boolean poisoned(Space space) {
        Arrays.fill(space.array(), space.at(), space.at() + space.bytes(), POISON);
        return true;
    }

    private void link(Slab slab, int sizeClass) {
        slab.before = null;
        slab.behind = withFreeCells[sizeClass];
        if (slab.behind != null) {
            slab.behind.before = slab;
        }
        withFreeCells[sizeClass] = slab;
    }

    private void unlink(Slab slab, int sizeClass) {
        if (slab.before == null) {
            withFreeCells[sizeClass] = slab.behind;
        } else {
            slab.before.behind = slab.behind;
        }
        if (slab.behind != null) {
            slab.behind.before = slab.before;
        }
        slab.before = null;
        slab.behind = null;
    }

    /** Of one slab; 0 when there are none. */
    int slabBytes() {
        return slabBytes;
    }

    /** Adds a slab. */
    void grow() {
        Slab more = new Slab(slabBytes);
        more.behind = unused;
        unused = more;
        bytes += more.heapBytes();
    }

    /** Gives up a slab that is not used; false when there is none. */
    boolean shrink() {
        if (unused == null) {
            return false;
        }
        bytes -= unused.heapBytes();
        unused = unused.behind;
        return true;
    }

    /** What {@link #grow} adds to {@link #bytes}, and what cutting a slab into cells of usual size adds. */
    long bytesOfOneMore() {
        return slabBytes + slabBytes / 64 + 256;
    }

    /** Heap bytes of all slabs. */
    long bytes() {
        return bytes;
    }
}
