package io.nokv.benchmark.engine;

/**
 * What all engines are given alike.
 *
 * @param memtableBytes of one memtable; there may be {@link #MEMTABLES} of them
 * @param cacheBytes of uncompressed blocks and of rows
 * @param rowPercent of the cache, for rows, in engines that keep some
 * @param blockBytes of a data block before compression
 * @param tableBytes of a table file
 * @param synced whether an acknowledged write is on the medium, or with the operating system only
 */
record Sizing(long memtableBytes, long cacheBytes, int rowPercent, int blockBytes, long tableBytes, boolean synced) {
    static final int MEMTABLES = 4;
    static final int FILTER_BITS = 10;
    static final int LEVEL0_COMPACT = 4;
    static final int LEVEL0_SLOW = 20;
    static final int LEVEL0_STOP = 36;
    static final int LEVEL_RATIO = 10;

    long levelBaseBytes() {
        return MEMTABLES * memtableBytes;
    }

    long rowBytes() {
        return cacheBytes / 100 * rowPercent;
    }

    Sizing withCacheBytes(long bytes) {
        return new Sizing(memtableBytes, bytes, rowPercent, blockBytes, tableBytes, synced);
    }

    Sizing withMemtableBytes(long bytes) {
        return new Sizing(bytes, cacheBytes, rowPercent, blockBytes, tableBytes, synced);
    }

    Sizing withTableBytes(long bytes) {
        return new Sizing(memtableBytes, cacheBytes, rowPercent, blockBytes, bytes, synced);
    }

    Sizing withSynced(boolean changed) {
        return new Sizing(memtableBytes, cacheBytes, rowPercent, blockBytes, tableBytes, changed);
    }
}
