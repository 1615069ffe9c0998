package io.nokv.lsm.table;

/**
 * Where the bytes of one block lie.
 *
 * @param at where they begin in {@code array}
 * @param slab that {@code array} is of, or null for an array of its own
 * @param cell of the slab
 */
record Space(byte[] array, int at, Slab slab, int cell) {
    static Space ofItsOwn(int bytes) {
        return new Space(new byte[bytes], 0, null, 0);
    }

    /** Bytes of memory, used or not. */
    int bytes() {
        return slab == null ? array.length : slab.cellBytes();
    }
}
