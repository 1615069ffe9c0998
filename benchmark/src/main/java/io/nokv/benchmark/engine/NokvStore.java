package io.nokv.benchmark.engine;

import io.nokv.base.port.Ports;
import io.nokv.base.system.SystemClock;
import io.nokv.base.system.SystemEntropy;
import io.nokv.base.system.ThreadScheduler;
import io.nokv.lsm.Cursor;
import io.nokv.lsm.Durability;
import io.nokv.lsm.Engine;
import io.nokv.lsm.EngineOptions;
import io.nokv.lsm.EngineStats;
import io.nokv.lsm.Family;
import io.nokv.lsm.Range;
import io.nokv.lsm.WriteBatch;
import io.nokv.lsm.point.KeyTails;
import io.nokv.lsm.file.Compression;
import io.nokv.lsm.table.TableShape;
import io.nokv.lsm.vfs.RealVfs;
import java.nio.file.Path;

/** Ours. */
final class NokvStore implements Store {
    private static final Family FAMILY = Family.WRITE;

    private final ThreadScheduler scheduler = new ThreadScheduler();
    private final Engine engine;
    private final Durability durability;

    NokvStore(Path directory, Sizing sizing) {
        durability = sizing.synced() ? Durability.FSYNC : Durability.FLUSHED;
        EngineOptions options = EngineOptions.defaults().withMemtableBytes(sizing.memtableBytes())
                .withBlockCacheBytes(sizing.cacheBytes() - sizing.rowBytes())
                .withRowCacheBytes(sizing.rowBytes())
                .withTables(new EngineOptions.Tables(
                        new TableShape(sizing.blockBytes(), Sizing.FILTER_BITS, 256, KeyTails.NONE),
                        sizing.tableBytes(),
                        Compression.LZ4, Compression.LZ4, 16_384))
                .withLevels(new EngineOptions.Levels(Sizing.LEVEL0_COMPACT, Sizing.LEVEL0_SLOW, Sizing.LEVEL0_STOP,
                        Sizing.MEMTABLES - 1, sizing.levelBaseBytes(), Sizing.LEVEL_RATIO, 64L << 30, 1L << 20));
        engine = Engine.open("db", options,
                new Ports(new SystemClock(), new SystemEntropy(), scheduler, new RealVfs(directory)));
    }

    @Override
    public Session session() {
        return new Client();
    }

    @Override
    public void settle() {
        engine.flush();
        Idle.await(() -> {
            EngineStats stats = engine.stats();
            boolean due = stats.levels().getFirst().tables() >= Sizing.LEVEL0_COMPACT;
            for (EngineStats.Level level : stats.levels().subList(1, stats.levels().size() - 1)) {
                due |= level.bytes() > level.targetBytes() && level.bytes() > 0;
            }
            return due ? Idle.BUSY : stats.compactions().count() + stats.compactions().moves();
        });
    }

    @Override
    public void compactAll() {
        engine.compact(FAMILY, Range.ALL);
        settle();
    }

    @Override
    public Sizes sizes() {
        EngineStats stats = engine.stats();
        return new Sizes(stats.flushes().bytes() + stats.compactions().bytesWritten(),
                stats.levels().stream().mapToLong(EngineStats.Level::bytes).sum(),
                stats.levels().stream().mapToInt(EngineStats.Level::tables).sum());
    }

    @Override
    public String statistics() {
        return engine.stats().toString();
    }

    @Override
    public void close() {
        engine.close();
        scheduler.close();
    }

    private final class Client implements Session {
        private long seen;

        @Override
        public void put(byte[] key, byte[] value) {
            engine.write(new WriteBatch().put(FAMILY, key, value), durability);
        }

        @Override
        public void putAll(Row[] rows) {
            WriteBatch batch = new WriteBatch();
            for (Row row : rows) {
                batch.put(FAMILY, row.key(), row.value());
            }
            engine.write(batch, durability);
        }

        @Override
        public int get(byte[] key) {
            byte[] value = engine.get(FAMILY, key, null);
            return value == null ? -1 : value.length;
        }

        @Override
        public int multiGet(byte[][] sortedKeys) {
            int found = 0;
            for (byte[] value : engine.multiGet(FAMILY, sortedKeys, null)) {
                found += value == null ? 0 : 1;
            }
            return found;
        }

        @Override
        public int scan(byte[] from, int limit) {
            return read(new Range(from, null), limit);
        }

        @Override
        public int scanPrefix(byte[] prefix) {
            return read(Range.prefix(prefix), Integer.MAX_VALUE);
        }

        private int read(Range range, int limit) {
            int rows = 0;
            try (Cursor cursor = engine.cursor(FAMILY, range, null)) {
                for (cursor.seekToFirst(); rows < limit && cursor.isValid(); cursor.next()) {
                    seen += cursor.keyLength() + cursor.keyArray()[cursor.keyOffset() + cursor.keyLength() - 1];
                    seen += cursor.valueLength() + cursor.valueArray()[cursor.valueOffset()];
                    rows++;
                }
            }
            return rows;
        }

        @Override
        public void close() {
            Seen.add(seen);
        }
    }
}
