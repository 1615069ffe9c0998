package io.nokv.lsm;

/**
 * How an engine is sized. Immutable; start from {@link #defaults()}.
 *
 * @param memtableBytes heap bytes of entries after which a memtable is written to a table
 * @param blockCacheBytes heap bytes of table blocks kept; 0 for none
 * @param compactionFilter drops entries while they are rewritten, or null
 * @param walSegmentBytes capacity of a log segment
 * @param walBufferBytes bytes that may be submitted and not yet written to the log before submitters write it themselves
 */
public record EngineOptions(long memtableBytes, long blockCacheBytes, CompactionFilter compactionFilter,
        long walSegmentBytes, long walBufferBytes) {
    public static EngineOptions defaults() {
        return new EngineOptions(64L << 20, 256L << 20, null, 32L << 20, 8L << 20);
    }

    public EngineOptions withMemtableBytes(long bytes) {
        return new EngineOptions(bytes, blockCacheBytes, compactionFilter, walSegmentBytes, walBufferBytes);
    }

    public EngineOptions withBlockCacheBytes(long bytes) {
        return new EngineOptions(memtableBytes, bytes, compactionFilter, walSegmentBytes, walBufferBytes);
    }

    public EngineOptions withCompactionFilter(CompactionFilter filter) {
        return new EngineOptions(memtableBytes, blockCacheBytes, filter, walSegmentBytes, walBufferBytes);
    }

    public EngineOptions withWalSegmentBytes(long bytes) {
        return new EngineOptions(memtableBytes, blockCacheBytes, compactionFilter, bytes, walBufferBytes);
    }

    public EngineOptions withWalBufferBytes(long bytes) {
        return new EngineOptions(memtableBytes, blockCacheBytes, compactionFilter, walSegmentBytes, bytes);
    }
}
