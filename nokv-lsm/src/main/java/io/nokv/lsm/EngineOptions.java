package io.nokv.lsm;

import io.nokv.base.error.NokvException;
import io.nokv.lsm.event.EngineListener;
import io.nokv.lsm.memtable.MemtableKind;
import io.nokv.lsm.point.KeyTails;
import io.nokv.lsm.point.PrefixRule;
import io.nokv.lsm.file.Compression;
import io.nokv.lsm.table.TableShape;
import io.nokv.lsm.thermos.ThermosOptions;
import io.nokv.lsm.wal.LogConsumer;
import io.nokv.lsm.wal.LogLimits;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * How an engine is sized. Immutable; start from {@link #defaults()} and change what matters.
 *
 * @param memtable how memtables keep their entries in order
 * @param memtableBytes heap bytes of entries after which a memtable is written to a table
 * @param blockCacheBytes heap bytes of table blocks kept; 0 for none
 * @param rowCacheBytes heap bytes of entries kept that point reads had to read a block for, more than once; 0 for none
 * @param compactionFilter drops entries while they are rewritten, or null
 * @param listener hears what the engine does by itself; not null
 * @param log how the write-ahead log is sized
 * @param tables how tables are laid out
 * @param levels when tables are rewritten, and when writers have to wait for that
 * @param compactions how tables are rewritten
 * @param values which values are kept apart from their keys, and how
 * @param thermos how closely hot keys are watched
 */
public record EngineOptions(MemtableKind memtable, long memtableBytes, long blockCacheBytes,
        long rowCacheBytes, CompactionFilter compactionFilter,
        EngineListener listener, Log log,
        Tables tables, Levels levels, Compactions compactions, Values values, ThermosOptions thermos) {
    /**
     * @param segmentBytes capacity of a log segment
     * @param bufferBytes bytes that may be submitted and not yet written before submitters write them themselves
     * @param limits how much log is kept; its hard limit is at least four segments
     * @param consumers those beside the engine whose records the log holds, each with a channel of its own
     */
    public record Log(long segmentBytes, long bufferBytes, LogLimits limits, List<LogConsumer> consumers) {
        public Log {
            consumers = List.copyOf(consumers);
            if (limits.hardBytes() < 4 * segmentBytes) {
                throw NokvException.invalid("a log of at most " + limits.hardBytes() + " bytes in segments of "
                        + segmentBytes);
            }
        }

        /** With the usual limits and the engine's records only. */
        public Log(long segmentBytes, long bufferBytes) {
            this(segmentBytes, bufferBytes, LogLimits.of(segmentBytes), List.of());
        }

        public Log withLimits(LogLimits changed) {
            return new Log(segmentBytes, bufferBytes, changed, consumers);
        }

        public Log withConsumers(List<LogConsumer> changed) {
            return new Log(segmentBytes, bufferBytes, limits, changed);
        }
    }

    /**
     * @param shape layout of a table
     * @param tableBytes stored bytes after which a rewrite begins the next table
     * @param compression of all levels but the lowest
     * @param lowestCompression of the lowest level
     * @param openFiles table files held open at most, at least 1
     */
    public record Tables(TableShape shape, long tableBytes, Compression compression, Compression lowestCompression,
            int openFiles) {}

    /**
     * @param compactAt tables in level 0 from which on they are rewritten
     * @param slowAt tables in level 0 from which on writes are slowed down, more with each table
     * @param stopAt tables in level 0 from which on writes wait for a rewrite
     * @param immutableMemtables memtables that may wait to be written before writes wait for one of them
     * @param baseBytes what the first level below 0 may hold
     * @param ratio size of a level over the size of the level above it, at least 2
     * @param debtBytes bytes above the targets of the levels below 0 at which writes are slowed down as much as they are
     *     just before {@code stopAt}; it begins at half of that
     * @param manifestBytes length below which the manifest is not begun anew
     * @param slowBytes bytes in level 0 from which on writes are slowed down, however few tables have them; from half of
     *     that on they are rewritten
     * @param stopBytes bytes in level 0 from which on writes wait for a rewrite, more than {@code slowBytes}
     */
    public record Levels(int compactAt, int slowAt, int stopAt, int immutableMemtables, long baseBytes, int ratio,
            long debtBytes, long manifestBytes, long slowBytes, long stopBytes) {
        public Levels {
            if (slowBytes < 1 || stopBytes <= slowBytes) {
                throw NokvException.invalid("writes are slowed down at " + slowBytes
                        + " bytes in level 0 and stopped at " + stopBytes);
            }
        }

        /** Without limits to the bytes in level 0. */
        public Levels(int compactAt, int slowAt, int stopAt, int immutableMemtables, long baseBytes, int ratio,
                long debtBytes, long manifestBytes) {
            this(compactAt, slowAt, stopAt, immutableMemtables, baseBytes, ratio, debtBytes, manifestBytes,
                    Long.MAX_VALUE - 1, Long.MAX_VALUE);
        }

        /** Of level 0: see above. */
        public Levels withBytes(long slow, long stop) {
            return new Levels(compactAt, slowAt, stopAt, immutableMemtables, baseBytes, ratio, debtBytes, manifestBytes,
                    slow, stop);
        }
    }

    /**
     * @param jobs rewrites under way at once, at least 1
     * @param parts key ranges that one of them is cut into and that are merged at once, at least 1
     * @param partBytes input below which there is one part less
     * @param stepBytes input after which a part lets others have its thread, at least 1
     * @param bytesPerSecond of tables that are written at most; 0 for no limit. Flushes count and do not wait
     * @param adaptive whether compactions go slower than that, down to an eighth, while they do not lag behind
     * @param quietNanos without a flush after which level 0 is merged down although it has few tables, at least; 0 for never.
     *     See {@link QuietTime}
     */
    public record Compactions(int jobs, int parts, long partBytes, long stepBytes, long bytesPerSecond,
            boolean adaptive, long quietNanos) {
        public Compactions {
            if (quietNanos < 0) {
                throw NokvException.invalid("a quiet time of " + quietNanos + " ns");
            }
        }

        /** Level 0 is merged down only when it has enough tables. */
        public Compactions(int jobs, int parts, long partBytes, long stepBytes, long bytesPerSecond, boolean adaptive) {
            this(jobs, parts, partBytes, stepBytes, bytesPerSecond, adaptive, 0);
        }

        public Compactions withQuietNanos(long changed) {
            return new Compactions(jobs, parts, partBytes, stepBytes, bytesPerSecond, adaptive, changed);
        }
    }

    /** With this begin the keys of namespaces: their values are small, and read with their keys. */
    private static final byte[] NAMESPACE_PREFIX = {'f', 's', 'm', 0};

    /**
     * Which values are written to value files, when their entries are written to tables, so that rewriting tables does not
     * rewrite them. May change between openings; what was written before stays where it is.
     *
     * @param minBytes values of fewer bytes stay with their keys; {@link Integer#MAX_VALUE} for all
     * @param families in which values are kept apart at all
     * @param inlinePrefixes values of keys that begin with one of these stay with their keys; arrays must not change
     * @param fileBytes after which a value file is complete
     * @param compression of each value by itself
     * @param garbageShare of the bytes in value files that may be garbage, above 0 and below 1, before values are moved out
     *     of the files with most of it: the files take up to 1 / (1 - garbageShare) times what is alive, and what is
     *     being moved
     * @param parallelMoves moves at the same time, at least 1
     */
    public record Values(int minBytes, Set<Family> families, List<byte[]> inlinePrefixes, long fileBytes,
            Compression compression, double garbageShare, int parallelMoves) {
        /** All values stay with their keys. */
        public Values off() {
            return withMinBytes(Integer.MAX_VALUE);
        }

        public Values withMinBytes(int bytes) {
            return new Values(bytes, families, inlinePrefixes, fileBytes, compression, garbageShare, parallelMoves);
        }

        public Values withFileBytes(long bytes) {
            return new Values(minBytes, families, inlinePrefixes, bytes, compression, garbageShare, parallelMoves);
        }

        public Values withFamilies(Set<Family> changed) {
            return new Values(minBytes, changed, inlinePrefixes, fileBytes, compression, garbageShare, parallelMoves);
        }
    }

    /** For a heap of 1 GiB or more: 32 MiB memtables, 128 MiB of cached blocks, 32 MiB of cached rows. */
    public static EngineOptions defaults() {
        return new EngineOptions(MemtableKind.ART, 32L << 20, 128L << 20, 32L << 20, null, EngineListener.NONE,
                new Log(32L << 20, 8L << 20),
                new Tables(new TableShape(8 << 10, 10, 256, KeyTails.NONE), 32L << 20, Compression.LZ4, Compression.LZ4,
                        512),
                new Levels(4, 12, 24, 3, 256L << 20, 8, 8L << 30, 1L << 20, 1L << 30, 2L << 30),
                new Compactions(2, 2, 32L << 20, 1L << 20, 0, false, 5_000_000_000L),
                new Values(4 << 10, Set.of(Family.DEFAULT), List.of(NAMESPACE_PREFIX), 256L << 20, Compression.LZ4,
                        0.3, 1),
                ThermosOptions.defaults());
    }

    /**
     * Everything tiny, so that a few thousand writes meet rotation, flush, compaction over several levels and manifest
     * rewrites: for tests and simulation.
     */
    public static EngineOptions tiny() {
        return new EngineOptions(MemtableKind.ART, 8 << 10, 64 << 10, 16 << 10, null, EngineListener.NONE,
                new Log(64 << 10, 16 << 10),
                new Tables(new TableShape(256, 10, 8, KeyTails.NONE), 4 << 10, Compression.LZ4, Compression.ZSTD, 4),
                new Levels(2, 6, 10, 2, 16 << 10, 3, 1 << 20, 4 << 10, 256 << 10, 512 << 10),
                new Compactions(2, 2, 2 << 10, 1 << 10, 0, false),
                new Values(64, EnumSet.allOf(Family.class), List.of(NAMESPACE_PREFIX), 4 << 10, Compression.LZ4, 0.3,
                        2),
                ThermosOptions.defaults());
    }

    public EngineOptions withMemtable(MemtableKind changed) {
        return new EngineOptions(changed, memtableBytes, blockCacheBytes, rowCacheBytes, compactionFilter, listener,
                log, tables,
                levels, compactions, values, thermos);
    }

    public EngineOptions withMemtableBytes(long bytes) {
        return new EngineOptions(memtable, bytes, blockCacheBytes, rowCacheBytes, compactionFilter, listener, log,
                tables, levels,
                compactions, values, thermos);
    }

    public EngineOptions withBlockCacheBytes(long bytes) {
        return new EngineOptions(memtable, memtableBytes, bytes, rowCacheBytes, compactionFilter, listener, log, tables,
                levels,
                compactions, values, thermos);
    }

    public EngineOptions withRowCacheBytes(long bytes) {
        return new EngineOptions(memtable, memtableBytes, blockCacheBytes, bytes, compactionFilter, listener, log,
                tables, levels, compactions, values, thermos);
    }

    public EngineOptions withCompactionFilter(CompactionFilter filter) {
        return new EngineOptions(memtable, memtableBytes, blockCacheBytes, rowCacheBytes, filter, listener, log, tables,
                levels,
                compactions, values, thermos);
    }

    public EngineOptions withListener(EngineListener changed) {
        return new EngineOptions(memtable, memtableBytes, blockCacheBytes, rowCacheBytes, compactionFilter, changed,
                log, tables,
                levels, compactions, values, thermos);
    }

    public EngineOptions withWalSegmentBytes(long bytes) {
        return withLog(new Log(bytes, log.bufferBytes, LogLimits.of(bytes), log.consumers));
    }

    public EngineOptions withLog(Log changed) {
        return new EngineOptions(memtable, memtableBytes, blockCacheBytes, rowCacheBytes, compactionFilter, listener,
                changed, tables,
                levels, compactions, values, thermos);
    }

    public EngineOptions withTables(Tables changed) {
        return new EngineOptions(memtable, memtableBytes, blockCacheBytes, rowCacheBytes, compactionFilter, listener,
                log, changed,
                levels, compactions, values, thermos);
    }

    /**
     * Keys of {@code family} end in {@code tailBytes} (0 to 8) bytes that {@link Engine#first} looks for. A store may be
     * opened with other tails than before: older tables are then read without their filters until they are rewritten.
     */
    public EngineOptions withTail(Family family, int tailBytes) {
        TableShape shape = tables.shape.withTails(tables.shape.tails().with(family, tailBytes));
        return withTables(new Tables(shape, tables.tableBytes, tables.compression, tables.lowestCompression,
                tables.openFiles));
    }

    /**
     * Filters of tables hold the prefixes of keys of {@code family} too: a cursor over a range whose keys all have one prefix then
     * passes over tables that have none of it. A store may be opened with other rules than before: older tables are not
     * asked for prefixes until they are rewritten.
     */
    public EngineOptions withPrefix(Family family, PrefixRule rule) {
        TableShape shape = tables.shape.withPrefixes(tables.shape.prefixes().with(family, rule));
        return withTables(new Tables(shape, tables.tableBytes, tables.compression, tables.lowestCompression,
                tables.openFiles));
    }

    public EngineOptions withLevels(Levels changed) {
        return new EngineOptions(memtable, memtableBytes, blockCacheBytes, rowCacheBytes, compactionFilter, listener,
                log, tables,
                changed, compactions, values, thermos);
    }

    public EngineOptions withValues(Values changed) {
        return new EngineOptions(memtable, memtableBytes, blockCacheBytes, rowCacheBytes, compactionFilter, listener,
                log, tables,
                levels, compactions, changed, thermos);
    }

    public EngineOptions withCompactions(Compactions changed) {
        return new EngineOptions(memtable, memtableBytes, blockCacheBytes, rowCacheBytes, compactionFilter, listener,
                log, tables,
                levels, changed, values, thermos);
    }

    public EngineOptions withThermos(ThermosOptions changed) {
        return new EngineOptions(memtable, memtableBytes, blockCacheBytes, rowCacheBytes, compactionFilter, listener,
                log, tables,
                levels, compactions, values, changed);
    }
}
