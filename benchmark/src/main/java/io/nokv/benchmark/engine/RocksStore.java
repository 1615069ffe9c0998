package io.nokv.benchmark.engine;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ByteBufferGetStatus;
import org.rocksdb.Cache;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DataBlockIndexType;
import org.rocksdb.FlushOptions;
import org.rocksdb.HyperClockCache;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * RocksDB through its Java binding, tuned as its own documentation advises for point reads and short scans: blocks with a
 * hash index, a Bloom filter before tables and memtables, dynamic level targets, LZ4, concurrent memtable writes, as many background jobs as
 * cores and one. {@link Variant} names the alternatives that system properties choose.
 */
final class RocksStore implements Store {
    static {
        RocksDB.loadLibrary();
    }

    private static final int CACHE_SHARD_BITS = -1;
    /** Keys and values of an iterator are copied into buffers of this size outside of the heap, without an array for each. */
    private static final int BUFFER_BYTES = 256 << 10;

    private final Options options;
    private final Cache cache;
    /** Null for none. */
    private final Cache rows;
    private final BloomFilter filter;
    private final ReadOptions reading = new ReadOptions();
    private final WriteOptions writing;
    private final RocksDB db;

    RocksStore(Path directory, Sizing sizing) {
        long rowBytes = Variant.ROWS ? sizing.rowBytes() : 0;
        cache = Variant.HYPER_CLOCK
                ? new HyperClockCache(sizing.cacheBytes() - rowBytes, 0, CACHE_SHARD_BITS, false)
                : new LRUCache(sizing.cacheBytes() - rowBytes);
        rows = rowBytes == 0 ? null : new LRUCache(rowBytes);
        filter = new BloomFilter(Sizing.FILTER_BITS, false);
        options = new Options().setCreateIfMissing(true).setWriteBufferSize(sizing.memtableBytes())
                .setMaxWriteBufferNumber(Sizing.MEMTABLES).setCompressionType(CompressionType.LZ4_COMPRESSION)
                .setTargetFileSizeBase(sizing.tableBytes()).setMaxBytesForLevelBase(sizing.levelBaseBytes())
                .setMaxBytesForLevelMultiplier(Sizing.LEVEL_RATIO).setLevelCompactionDynamicLevelBytes(true)
                .setLevel0FileNumCompactionTrigger(Sizing.LEVEL0_COMPACT)
                .setLevel0SlowdownWritesTrigger(Sizing.LEVEL0_SLOW).setLevel0StopWritesTrigger(Sizing.LEVEL0_STOP)
                .setMaxBackgroundJobs(Runtime.getRuntime().availableProcessors() + 1)
                .setMaxSubcompactions(Runtime.getRuntime().availableProcessors())
                .setBytesPerSync(1 << 20).setAllowConcurrentMemtableWrite(true)
                .setEnablePipelinedWrite(Variant.PIPELINED).setMemtableWholeKeyFiltering(true)
                .setMemtablePrefixBloomSizeRatio(0.05).setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setTableFormatConfig(new BlockBasedTableConfig().setBlockCache(cache).setFilterPolicy(filter)
                        .setBlockSize(sizing.blockBytes()).setFormatVersion(6)
                        .setDataBlockIndexType(DataBlockIndexType.kDataBlockBinaryAndHash)
                        .setDataBlockHashTableUtilRatio(0.75).setOptimizeFiltersForMemory(true));
        if (rows != null) {
            options.setRowCache(rows);
        }
        writing = new WriteOptions().setSync(sizing.synced());
        try {
            db = RocksDB.open(options, directory.toString());
        } catch (RocksDBException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Which of the ways that RocksDB offers is used; the defaults are what its documentation advises. */
    private static final class Variant {
        static final boolean HYPER_CLOCK = !Boolean.getBoolean("nokv.benchmark.rocks.lru");
        static final boolean ROWS = Boolean.getBoolean("nokv.benchmark.rocks.rows");
        static final boolean PIPELINED = Boolean.getBoolean("nokv.benchmark.rocks.pipelined");
        static final boolean DIRECT_GET = Boolean.getBoolean("nokv.benchmark.rocks.directGet");
        static final boolean LIST_MULTI_GET = Boolean.getBoolean("nokv.benchmark.rocks.listMultiGet");
        static final boolean ARRAY_ROWS = Boolean.getBoolean("nokv.benchmark.rocks.arrayRows");
    }

    @Override
    public Session session() {
        return new Client();
    }

    @Override
    public void settle() {
        try (FlushOptions flush = new FlushOptions().setWaitForFlush(true)) {
            db.flush(flush);
        } catch (RocksDBException e) {
            throw new IllegalStateException(e);
        }
        Idle.await(() -> number("rocksdb.compaction-pending") + number("rocksdb.num-running-compactions")
                + number("rocksdb.mem-table-flush-pending") + number("rocksdb.num-running-flushes") > 0
                        ? Idle.BUSY
                        : number("rocksdb.current-super-version-number"));
    }

    private long number(String property) {
        try {
            return db.getLongProperty(property);
        } catch (RocksDBException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void compactAll() {
        try (CompactRangeOptions rewriteAll = new CompactRangeOptions()
                .setBottommostLevelCompaction(CompactRangeOptions.BottommostLevelCompaction.kForce)) {
            db.compactRange(null, null, null, rewriteAll);
        } catch (RocksDBException e) {
            throw new IllegalStateException(e);
        }
        settle();
    }

    @Override
    public Sizes sizes() {
        try {
            double gigabytes = Double.parseDouble(db.getMapProperty("rocksdb.cfstats").get("compaction.Sum.WriteGB"));
            return new Sizes((long) (gigabytes * (1L << 30)), number("rocksdb.live-sst-files-size"),
                    db.getLiveFilesMetaData().size());
        } catch (RocksDBException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String statistics() {
        try {
            return db.getProperty("rocksdb.stats");
        } catch (RocksDBException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        db.close();
        reading.close();
        writing.close();
        options.close();
        filter.close();
        cache.close();
        if (rows != null) {
            rows.close();
        }
    }

    private final class Client implements Session {
        private final ByteBuffer keyBuffer = ByteBuffer.allocateDirect(4 << 10);
        private final ByteBuffer valueBuffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        private final List<ByteBuffer> keys = new ArrayList<>();
        private final List<ByteBuffer> values = new ArrayList<>();
        private long seen;

        @Override
        public void put(byte[] key, byte[] value) {
            try {
                db.put(writing, key, value);
            } catch (RocksDBException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void putAll(Row[] rows) {
            try (WriteBatch batch = new WriteBatch()) {
                for (Row row : rows) {
                    batch.put(row.key(), row.value());
                }
                db.write(writing, batch);
            } catch (RocksDBException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public int get(byte[] key) {
            try {
                if (Variant.DIRECT_GET) {
                    keyBuffer.clear().put(key).flip();
                    return db.get(reading, keyBuffer, valueBuffer.clear());
                }
                byte[] value = db.get(reading, key);
                return value == null ? -1 : value.length;
            } catch (RocksDBException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public int multiGet(byte[][] sortedKeys) {
            try {
                int found = 0;
                if (Variant.LIST_MULTI_GET) {
                    for (byte[] value : db.multiGetAsList(reading, Arrays.asList(sortedKeys))) {
                        found += value == null ? 0 : 1;
                    }
                    return found;
                }
                while (keys.size() < sortedKeys.length) {
                    keys.add(ByteBuffer.allocateDirect(256));
                    values.add(ByteBuffer.allocateDirect(4 << 10));
                }
                for (int i = 0; i < sortedKeys.length; i++) {
                    keys.get(i).clear().put(sortedKeys[i]).flip();
                    values.get(i).clear();
                }
                for (ByteBufferGetStatus status : db.multiGetByteBuffers(reading, keys.subList(0, sortedKeys.length),
                        values.subList(0, sortedKeys.length))) {
                    found += status.status.getCode() == Status.Code.Ok ? 1 : 0;
                }
                return found;
            } catch (RocksDBException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public int scan(byte[] from, int limit) {
            return read(from, limit, null);
        }

        @Override
        public int scanPrefix(byte[] prefix) {
            return read(prefix, Integer.MAX_VALUE, prefix);
        }

        /** The key is fetched anyway, so its prefix is compared here: cheaper than an upper bound made for each scan. */
        private int read(byte[] from, int limit, byte[] prefix) {
            int rows = 0;
            try (RocksIterator rowsFrom = db.newIterator(reading)) {
                for (rowsFrom.seek(from); rows < limit && rowsFrom.isValid(); rowsFrom.next()) {
                    if (Variant.ARRAY_ROWS) {
                        byte[] key = rowsFrom.key();
                        if (prefix != null && Arrays.mismatch(key, 0, prefix.length, prefix, 0, prefix.length) >= 0) {
                            break;
                        }
                        byte[] value = rowsFrom.value();
                        seen += key.length + key[key.length - 1] + value.length + value[0];
                    } else {
                        int keyBytes = rowsFrom.key(keyBuffer.clear());
                        if (prefix != null && !hasPrefix(prefix)) {
                            break;
                        }
                        seen += keyBytes + keyBuffer.get(keyBytes - 1);
                        seen += rowsFrom.value(valueBuffer.clear()) + valueBuffer.get(0);
                    }
                    rows++;
                }
            }
            return rows;
        }

        private boolean hasPrefix(byte[] prefix) {
            for (int i = 0; i < prefix.length; i++) {
                if (keyBuffer.get(i) != prefix[i]) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public void close() {
            Seen.add(seen);
        }
    }
}
