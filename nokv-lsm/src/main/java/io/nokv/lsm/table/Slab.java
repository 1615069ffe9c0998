package io.nokv.lsm.table;

/**
 * One large array, cut into cells of one size. All but the bytes of cells that are taken is guarded by the lock of the cache
 * that has it.
 */
final class Slab {
    final byte[] bytes;
    /** The block in each cell that the cache keeps; null for a free cell, and for one that is filled or only read to its end. */
    private Block[] kept;
    private int[] free;
    private int freeCells;
    private int cellBytes;

    /** Neighbours among the slabs of the same cell size that have free cells. */
    Slab before;
    Slab behind;

    Slab(int bytes) {
        this.bytes = new byte[bytes];
    }

    /** Cuts it anew. No cell is taken. */
    void cut(int bytesPerCell) {
        if (cellBytes != bytesPerCell) {
            cellBytes = bytesPerCell;
            int cells = bytes.length / bytesPerCell;
            kept = new Block[cells];
            free = new int[cells];
        }
        freeCells = free.length;
        for (int i = 0; i < freeCells; i++) {
            free[i] = freeCells - 1 - i;
        }
    }

    int cellBytes() {
        return cellBytes;
    }

    boolean hasFreeCells() {
        return freeCells > 0;
    }

    boolean isFree() {
        return freeCells == free.length;
    }

    int cells() {
        return kept.length;
    }

    Block kept(int cell) {
        return kept[cell];
    }

    void keep(int cell, Block block) {
        kept[cell] = block;
    }

    int take() {
        return free[--freeCells];
    }

    void giveBack(int cell) {
        free[freeCells++] = cell;
    }

    /** What it takes on the heap. */
    long heapBytes() {
        return 48 + 16 + bytes.length + (free == null ? 0 : 2 * 16 + 8L * free.length);
    }
}
