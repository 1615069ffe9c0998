package io.nokv.lsm.table;

import io.nokv.lsm.file.FileChecksum;
import io.nokv.lsm.file.NumberedFiles;
import io.nokv.lsm.file.OpenFiles;
import io.nokv.lsm.file.Compression;
import io.nokv.base.error.NokvException;
import io.nokv.base.vfs.Vfs;
import io.nokv.lsm.point.KeyPrefixes;
import io.nokv.lsm.point.KeyTails;
import io.nokv.lsm.point.PointLookup;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * The tables of one directory: readers (the index of a table's partitions stays in memory), a bounded number of open
 * files, and the caches of blocks and rows. Thread-safe.
 */
public final class TableStore implements AutoCloseable {
    private static final String SUFFIX = ".sst";

    private final Vfs vfs;
    private final String directory;
    private final TableShape shape;
    private final NumberedFiles named;
    private final OpenFiles files;
    private final BlockCache cache;
    private final RowCache rows;
    private final AtomicLong lastReader = new AtomicLong();
    private final FrameBuffers frames = new FrameBuffers();
    private final ConcurrentHashMap<Long, TableReader> readers = new ConcurrentHashMap<>();
    private final LongAdder partitionsLoaded = new LongAdder();
    private final PruningCounter pruning = new PruningCounter();

    /**
     * @param cacheBytes heap bytes of blocks and partitions kept, 0 for none
     * @param rowBytes heap bytes of rows kept, 0 for none
     */
    public TableStore(Vfs vfs, String directory, TableShape shape, long cacheBytes, long rowBytes, int openFileLimit) {
        this.vfs = vfs;
        this.directory = directory;
        this.shape = shape;
        this.named = new NumberedFiles(vfs, directory, SUFFIX, "table");
        this.files = new OpenFiles(vfs, openFileLimit);
        this.cache = new BlockCache(cacheBytes);
        this.rows = new RowCache(rowBytes);
    }

    OpenFiles files() {
        return files;
    }

    BlockCache cache() {
        return cache;
    }

    RowCache rows() {
        return rows;
    }

    /** A number that no other reader has. */
    long nextReader() {
        return lastReader.incrementAndGet();
    }

    FrameBuffers frames() {
        return frames;
    }

    KeyTails tails() {
        return shape.tails();
    }

    void countPartitionLoaded() {
        partitionsLoaded.increment();
    }

    void countPrefix(boolean passed) {
        pruning.addPrefix(passed);
    }

    /** Counts what {@code lookup} did not have to read; to be called once, when it is done. */
    public void count(PointLookup lookup) {
        pruning.add(lookup);
    }

    /** What filters of new tables hold besides heads. */
    public KeyPrefixes prefixes() {
        return shape.prefixes();
    }

    public String path(long number) {
        return named.path(number);
    }

    /** File number to name of all table files in the directory, whether in use or not. */
    public TreeMap<Long, String> present() {
        return named.present();
    }

    /** Begins the table {@code number}, which must not exist. */
    public TableWriter create(long number, Compression compression) {
        return new TableWriter(vfs.open(path(number), Vfs.Mode.CREATE_NEW), number, shape, compression);
    }

    /** Begins a table at {@code path}, outside of the store, whose checksums are bound to {@code stamp}. */
    public TableWriter createAt(String path, long stamp, Compression compression) {
        return new TableWriter(vfs.open(path, Vfs.Mode.CREATE_NEW), stamp, shape, compression);
    }

    /**
     * A reader that nobody else is given, to look into a table before it is taken into use; CORRUPTION unless index, filter and
     * properties check and agree with {@code meta}.
     */
    public TableReader look(TableMeta meta) {
        return TableReader.open(this, meta);
    }

    /** Makes the names of new tables durable. */
    public void syncNames() {
        vfs.syncDir(directory);
    }

    /** CORRUPTION unless the file is there and as long as it was written. */
    public void checkPresent(TableMeta meta) {
        named.check(meta.number(), meta.bytes());
    }

    /** CRC32C of the table's whole file, as it is on the disk. */
    public int checksum(TableMeta meta) {
        return FileChecksum.of(files, path(meta.number()), meta.bytes());
    }

    /** The reader of a table in use; opens it on first use. */
    public TableReader reader(TableMeta meta) {
        TableReader reader = readers.get(meta.number());
        if (reader == null) {
            TableReader opened = TableReader.open(this, meta);
            TableReader raced = readers.putIfAbsent(meta.number(), opened);
            reader = raced == null ? opened : raced;
        }
        return reader;
    }

    /** Deletes a table that no version names any more. */
    public void delete(long number) {
        TableReader reader = readers.remove(number);
        if (reader != null) {
            reader.forget();
        }
        files.forget(path(number));
        vfs.delete(path(number));
    }

    /** Counters since opening. */
    public Counters counters() {
        return new Counters(cache.hits(), cache.misses(), cache.evictions(), cache.bytes(), rows.hits(), rows.bytes(),
                pruning.totals(),
                partitionsLoaded.sum(),
                files.count(), readers.size(),
                cache.ownBytes() + readers.values().stream().mapToLong(TableReader::heapBytes).sum());
    }

    /**
     * @param partitionsLoaded partitions read from files
     * @param residentBytes heap bytes of readers and of the cache itself, which no budget bounds
     */
    public record Counters(long cacheHits, long cacheMisses, long cacheEvictions, long cacheBytes, long rowHits,
            long rowBytes, PruningTotals pruning,
            long partitionsLoaded, long openFiles, long readers, long residentBytes) {}

    /** Closes all files; tables cannot be read any more. */
    @Override
    public void close() {
        files.close();
    }
}
