package io.nokv.lsm;

/** How an engine is sized. */
public record EngineOptions(long memtableBytes, long blockCacheBytes, CompactionFilter compactionFilter) {
    public static EngineOptions defaults() {
        return new EngineOptions(64L << 20, 256L << 20, null);
    }
}
