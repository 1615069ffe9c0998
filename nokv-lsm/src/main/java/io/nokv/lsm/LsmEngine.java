package io.nokv.lsm;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.port.Ports;
import io.nokv.base.vfs.Vfs;
import io.nokv.lsm.compact.LevelTargets;
import io.nokv.lsm.cursor.MergingCursor;
import io.nokv.lsm.event.Events;
import io.nokv.lsm.event.StallReason;
import io.nokv.lsm.event.StallSpan;
import io.nokv.lsm.memtable.Memtable;
import io.nokv.lsm.point.KeyTails;
import io.nokv.lsm.point.LookupPool;
import io.nokv.lsm.point.PointLookup;
import io.nokv.lsm.table.TableMeta;
import io.nokv.lsm.table.TableStore;
import io.nokv.lsm.thermos.Thermos;
import io.nokv.lsm.transfer.Checkpoint;
import io.nokv.lsm.transfer.Export;
import io.nokv.lsm.transfer.Intake;
import io.nokv.lsm.version.TableHandle;
import io.nokv.lsm.version.Version;
import io.nokv.lsm.vlog.ValueFileMeta;
import io.nokv.lsm.vlog.ValueFileSet;
import io.nokv.lsm.vlog.ValueLog;
import io.nokv.lsm.wal.BatchCodec;
import io.nokv.lsm.wal.LogChannel;
import io.nokv.lsm.wal.LogConsumer;
import io.nokv.lsm.wal.WriteAheadLog;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The engine put together: {@link Shared} orders writes and shows them, {@link WriteAheadLog} makes them durable,
 * {@link Background} moves them into tables, and reads merge memtables with a held version of the tables.
 */
final class LsmEngine implements Engine {
    private static final String LOCK_FILE = "LOCK";

    private final EngineOptions options;
    private final KeyTails tails;
    private final AutoCloseable directoryLock;
    private final String directory;
    private final Ports ports;
    private final SnapshotRegistry snapshots;
    private final LookupPool lookups = new LookupPool();
    private final Counters counters = new Counters();
    private final Events events;
    private final Thermos thermos;
    private final TableStore tables;
    private final ValueLog values;
    private final WriteAheadLog log;
    private final Shared shared;
    private final Background background;

    private LsmEngine(String directory, EngineOptions options, Ports ports, AutoCloseable directoryLock) {
        this.options = options;
        this.tails = options.tables().shape().tails();
        this.directoryLock = directoryLock;
        this.directory = directory;
        this.ports = ports;
        this.snapshots = new SnapshotRegistry(ports.clock());
        this.events = new Events(options.listener(), ports.clock());
        this.thermos = new Thermos(options.thermos(), tails, options.tables().shape().prefixes(), ports.clock());
        ObsoleteTables obsolete = new ObsoleteTables();
        ObsoleteValues obsoleteValues = new ObsoleteValues();
        Recovery.Opened opened = Recovery.open(directory, options, ports, events, obsolete::add, obsoleteValues::add);
        this.tables = opened.tables();
        this.values = opened.values();
        this.log = opened.log();
        this.shared = new Shared(log, options, opened.state(), log.lastSequence(), opened.valueMemory());
        this.background = new Background(ports, () -> freeBytes(ports.vfs()), options, shared, opened, snapshots,
                counters, events, obsolete, obsoleteValues);
        events.opened(opened.state().version().asAdded().size(), opened.replayedEntries());
        background.wake();
    }

    /** A device that does not tell is taken to have space: writing to it will show. */
    private static long freeBytes(Vfs vfs) {
        try {
            return vfs.freeBytes();
        } catch (NokvException _) {
            return Long.MAX_VALUE;
        }
    }

    static Engine open(String directory, EngineOptions options, Ports ports) {
        ports.vfs().makeDirectories(directory);
        AutoCloseable lock = lock(ports.vfs(), directory);
        try {
            return new LsmEngine(directory, options, ports, lock);
        } catch (RuntimeException | Error e) {
            release(lock);
            throw e;
        }
    }

    /** LOCKED when another opener has it. */
    static AutoCloseable lock(Vfs vfs, String directory) {
        return vfs.lock(directory.isEmpty() ? LOCK_FILE : directory + "/" + LOCK_FILE);
    }

    static void release(AutoCloseable lock) {
        try {
            lock.close();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new NokvException(FailureCode.IO_ERROR, "the directory lock was not released", e);
        }
    }

    private void awaitDurable(long sequence) {
        if (log.durableSequence() >= sequence) {
            return;
        }
        long began = events.beginSample(0);
        log.awaitDurable(sequence);
        events.endSample(events.commits(), began);
    }

    private record Ticket(LsmEngine engine, long sequence) implements WriteTicket {
        @Override
        public void awaitDurable() {
            engine.awaitDurable(sequence);
        }
    }

    @Override
    public WriteTicket submit(WriteBatch batch) {
        return new Ticket(this, append(batch));
    }

    private long append(WriteBatch batch) {
        long number = counters.batches.add(1);
        if (thermos.samples(number)) {
            noteWritten(batch);
        }
        if (thermos.limitsWrites()) {
            holdUp(batch);
        }
        long began = events.beginSample(number);
        byte[] payload = BatchCodec.encode(batch);
        background.awaitRoom(payload.length, batch.ops().size(), batch.isLocal(), batch.freesLog());
        Shared.Submitted submitted = shared.submit(batch, payload);
        if (submitted.rotated()) {
            background.wake();
        }
        if (log.pendingBytes() > options.log().bufferBytes()) {
            log.awaitWritten(submitted.sequence());
        }
        events.endSample(events.submits(), began);
        return submitted.sequence();
    }

    private void noteWritten(WriteBatch batch) {
        for (WriteBatch.Op op : batch.ops()) {
            if (!(op instanceof WriteBatch.Op.DeleteRange)) {
                thermos.wrote(op.family(), op.key());
            }
        }
    }

    /** Books of the layers above, and what frees the log, are not held up. */
    private void holdUp(WriteBatch batch) {
        if (batch.isLocal() || batch.freesLog()) {
            return;
        }
        long wait = 0;
        for (WriteBatch.Op op : batch.ops()) {
            if (!(op instanceof WriteBatch.Op.DeleteRange)) {
                wait = Math.max(wait, thermos.delay(op.family(), op.key()));
            }
        }
        if (wait > 0) {
            counters.slowed.increment();
            StallSpan span = events.beginStall();
            ports.scheduler().pause(wait);
            events.end(span, StallReason.HOT_KEY);
        }
    }

    @Override
    public long write(WriteBatch batch, Durability durability) {
        long sequence = append(batch);
        switch (durability) {
            case BUFFERED -> {
            }
            case FLUSHED -> log.awaitWritten(sequence);
            case FSYNC -> awaitDurable(sequence);
        }
        return sequence;
    }

    /** To be asked after a state was held: all batches up to here are in it. */
    private long sequenceOf(Snapshot snapshot) {
        return snapshot == null ? shared.visible() : snapshot.sequence();
    }

    private ReadState hold() {
        shared.checkOpen();
        return shared.hold();
    }

    @Override
    public byte[] get(Family family, byte[] key, Snapshot snapshot) {
        ReadState state = hold();
        try {
            long number = counters.gets.add(1);
            if (thermos.samples(number)) {
                thermos.read(family, key);
            }
            long began = events.beginSample(number);
            byte[] value = get(state, family, key, sequenceOf(snapshot));
            events.endSample(events.gets(), began);
            return value;
        } finally {
            state.version().release();
        }
    }

    private byte[] get(ReadState state, Family family, byte[] key, long sequence) {
        PointLookup lookup = lookups.take();
        try {
            boolean found = state.find(tables, lookup.askExact(family, tails, key, sequence));
            tables.count(lookup);
            if (!found) {
                return null;
            }
            return lookup.kind() == EntryKind.POINTER ? pointedTo(state, lookup) : lookup.copyOfValue();
        } finally {
            lookups.giveBack(lookup);
        }
    }

    private byte[] pointedTo(ReadState state, PointLookup lookup) {
        return values.source(state.version().values()).read(lookup.valueArray(), lookup.valueOffset(),
                lookup.valueLength());
    }

    @Override
    public <T> T first(Family family, byte[] key, Snapshot snapshot, EntryReader<T> reader) {
        ReadState state = hold();
        PointLookup lookup = lookups.take();
        try {
            long number = counters.gets.add(1);
            if (thermos.samples(number)) {
                thermos.read(family, key);
            }
            long began = events.beginSample(number);
            boolean found = state.find(tables, lookup.askFrom(family, tails, key, sequenceOf(snapshot)));
            tables.count(lookup);
            events.endSample(events.gets(), began);
            if (found && lookup.kind() == EntryKind.POINTER) {
                byte[] value = pointedTo(state, lookup);
                return reader.read(lookup.tail(), value, 0, value.length);
            }
            return found
                    ? reader.read(lookup.tail(), lookup.valueArray(), lookup.valueOffset(), lookup.valueLength())
                    : null;
        } finally {
            lookups.giveBack(lookup);
            state.version().release();
        }
    }

    @Override
    public byte[][] multiGet(Family family, byte[][] sortedKeys, Snapshot snapshot) {
        ReadState state = hold();
        PointLookup[] batch = lookups.takeBatch(sortedKeys.length);
        try {
            return multiGet(state, family, sortedKeys, sequenceOf(snapshot), batch);
        } finally {
            lookups.giveBack(batch, sortedKeys.length);
            state.version().release();
        }
    }

    /** @param batch as many look-ups as there are keys, or more */
    private byte[][] multiGet(ReadState state, Family family, byte[][] sortedKeys, long sequence, PointLookup[] batch) {
        long number = counters.gets.add(sortedKeys.length);
        byte[][] found = new byte[sortedKeys.length][];
        byte[][] pointers = null;
        for (int i = 0; i < sortedKeys.length; i++) {
            if (i > 0 && Arrays.compareUnsigned(sortedKeys[i - 1], sortedKeys[i]) > 0) {
                throw NokvException.invalid("keys of a multi-get are not in order at " + i);
            }
            if (thermos.samples(number + i)) {
                thermos.read(family, sortedKeys[i]);
            }
            batch[i].askExact(family, tails, sortedKeys[i], sequence);
        }
        state.findAll(tables, batch, sortedKeys.length);
        for (int i = 0; i < found.length; i++) {
            PointLookup lookup = batch[i];
            tables.count(lookup);
            if (lookup.isFound() && !lookup.isTombstone()) {
                found[i] = lookup.copyOfValue();
                if (lookup.kind() == EntryKind.POINTER) {
                    pointers = pointers == null ? new byte[found.length][] : pointers;
                    pointers[i] = found[i];
                }
            }
        }
        if (pointers != null) {
            values.readAll(state.version().values(), pointers, found);
        }
        return found;
    }

    @Override
    public Cursor cursor(Family family, Range range, Snapshot snapshot) {
        ReadState state = hold();
        boolean made = false;
        try {
            long sequence = sequenceOf(snapshot);
            if (thermos.samples(counters.cursors.add(1)) && range.from() != null && !range.isEmpty()) {
                thermos.scanned(family, range.commonPrefix());
            }
            ReadState.Sources sources = state.sources(tables, family, range, sequence);
            Cursor cursor = new LiveCursor(MergingCursor.over(sources.cursors()), range, sequence, sources.cover(),
                    values.source(state.version().values()), state.version()::release);
            made = true;
            return cursor;
        } finally {
            if (!made) {
                state.version().release();
            }
        }
    }

    @Override
    public Snapshot snapshot(String owner) {
        shared.checkOpen();
        return snapshots.open(owner, shared::visible);
    }

    @Override
    public void flush() {
        shared.checkOpen();
        log.check();
        background.awaitFlushed(shared.rotate());
    }

    @Override
    public void compact(Family family, Range range) {
        flush();
        background.compact(family, range);
    }

    @Override
    public void collectValues(double share) {
        if (!(share >= 0 && share < 1)) {
            throw NokvException.invalid("a share of garbage is at least 0 and below 1, not " + share);
        }
        shared.checkOpen();
        log.check();
        background.collectValues(share);
    }

    @Override
    public Checkpoint checkpoint(String target) {
        flush();
        Installer.Settled settled = background.holdSettled();
        try {
            Checkpoint made = Checkpoint.create(ports.vfs(), directory, target, settled.version(),
                    settled.flushedSequence(),
                    background.newNumber());
            counters.checkpoints.increment();
            return made;
        } finally {
            settled.version().release();
        }
    }

    @Override
    public Export export(String target, Set<Family> families, Range range, Snapshot snapshot) {
        Snapshot held = snapshot == null ? snapshot("export") : null;
        try {
            Snapshot from = snapshot == null ? held : snapshot;
            Export.Layout layout = new Export.Layout(tables, options.tables().compression(),
                    options.tables().tableBytes(), ports.entropy(), shared::isClosed);
            Export made = ports.scheduler()
                    .offload("lsm-export",
                            () -> Export.write(ports.vfs(), directory, target, background.newNumber(), layout, families,
                                    range, from.sequence(), family -> cursor(family, range, from)))
                    .await();
            counters.exports.increment();
            counters.exportedBytes.add(made.bytes());
            return made;
        } finally {
            if (held != null) {
                held.close();
            }
        }
    }

    @Override
    public long ingest(String source, Ingest how, WriteBatch beside) {
        shared.checkOpen();
        log.check();
        Intake intake = new Intake(ports.vfs(), source, tables, background::newNumber);
        boolean taken = false;
        try {
            WriteBatch alongside = beside == null ? new WriteBatch() : beside;
            intake.refuseWithin(alongside);
            background.awaitRoom(alongside.payloadBytes(), 1 + alongside.ops().size(), false, alongside.freesLog());
            List<TableMeta> metas = ports.scheduler()
                    .offload("lsm-ingest", () -> intake.take(how.files() == Ingest.Files.LINK)).await();
            long sequence = background
                    .adopt(new IngestRecord(metas, how.replaces() ? intake.families() : Set.of(), intake.range()),
                            alongside);
            taken = true;
            background.wake();
            log.awaitDurable(sequence);
            counters.ingests.increment();
            counters.ingestedBytes.add(intake.bytes());
            return sequence;
        } finally {
            if (!taken) {
                intake.discard();
            }
        }
    }

    @Override
    public long approximateBytes(Family family, Range range) {
        ReadState state = hold();
        try {
            return new RangeSizes(state, tables, family, range).bytes();
        } finally {
            state.version().release();
        }
    }

    @Override
    public List<byte[]> splitKeys(Family family, Range range, int parts) {
        if (parts < 2) {
            throw NokvException.invalid("a range is split into 2 parts at least, not " + parts);
        }
        ReadState state = hold();
        try {
            return new RangeSizes(state, tables, family, range).splitKeys(parts, tails);
        } finally {
            state.version().release();
        }
    }

    @Override
    public long visibleSequence() {
        return shared.visible();
    }

    @Override
    public long durableSequence() {
        return log.durableSequence();
    }

    @Override
    public Verified verify() {
        ReadState state = hold();
        try {
            List<TableHandle> all = new ArrayList<>();
            for (ReadState.Full full : state.waiting()) {
                if (full.memtable() instanceof IngestedTables ingested) {
                    all.addAll(ingested.handles());
                }
            }
            for (int level = 0; level < Version.LEVELS; level++) {
                all.addAll(state.version().level(level));
            }
            all.forEach(table -> tables.look(table.meta()).verify());
            ValueFileSet files = state.version().values();
            files.metas().forEach(values::verify);
            WriteAheadLog.Verified logged = log.verify();
            return new Verified(all.size(), TableMeta.bytes(all.stream().map(TableHandle::meta).toList()),
                    files.metas().size(), files.metas().stream().mapToLong(ValueFileMeta::bytes).sum(),
                    logged.segments(), logged.bytes(), background.verifyManifest());
        } finally {
            state.version().release();
        }
    }

    @Override
    public LogChannel channel(LogConsumer consumer) {
        return log.channel(consumer);
    }

    @Override
    public EngineStats stats() {
        ReadState state = shared.current();
        WriteAheadLog.Counters logged = log.counters();
        TableStore.Counters read = tables.counters();
        Counters c = counters;
        long written = 0;
        for (int level = 1; level < Version.LEVELS; level++) {
            written += c.bytesInto[level].sum();
        }
        Throwable failure = log.failure() == null ? background.spaceShortage() : log.failure();
        return new EngineStats(shared.visible(), log.durableSequence(), snapshots.count(),
                snapshots.oldest(EngineStats.SNAPSHOTS_NAMED),
                failure == null ? null : failure.toString(), memtables(state),
                new EngineStats.Log(c.batches.sum(), logged.groups(), logged.syncs(), logged.bytes(),
                        log.pendingBytes(), events.syncs().totals(), events.submits().totals(),
                        events.commits().totals(),
                        new EngineStats.Kept(log.bytes(), log.holds(), logged.streamRecords(), logged.slowSyncs(),
                                logged.longHolds(), logged.requests())),
                levels(state.version()),
                new EngineStats.Flushes(c.flushes.sum(), c.flushedBytes.sum(), events.flushes().totals()),
                new EngineStats.Compactions(c.compactions.sum(), c.moves.sum(), c.leftovers.sum(),
                        c.compactionBytesRead.sum(), written,
                        c.shadowed.sum(), c.tombstonesDropped.sum(), c.filtered.sum(), c.failedDeletions.sum(),
                        background.compactionsUnderWay(), c.compactionParts.sum(), c.compactionPausedNanos.sum(),
                        events.compactions().totals()),
                new EngineStats.Reads(c.gets.sum(), c.cursors.sum(), read.cacheHits(), read.cacheMisses(),
                        read.cacheEvictions(), read.cacheBytes(), read.rowHits(), read.pruning(),
                        read.partitionsLoaded(),
                        read.openFiles(), read.readers(),
                        events.gets().totals()),
                new EngineStats.Stalls(c.slowed.sum(), c.stopped.sum(), events.slowed().totals(),
                        events.stopped().totals()),
                new EngineStats.Transfers(c.checkpoints.sum(), c.exports.sum(), c.exportedBytes.sum(), c.ingests.sum(),
                        c.ingestedBytes.sum()),
                values(state.version().values()), memory(state, read), thermos.hottest(),
                background.manifestBytes());
    }

    private EngineStats.Memory memory(ReadState state, TableStore.Counters read) {
        long memtables = shared.idleValueBytes() + state.active().heapBytes()
                + state.waiting().stream().mapToLong(full -> full.memtable().heapBytes()).sum();
        return new EngineStats.Memory(memtables, read.cacheBytes(), options.blockCacheBytes(), read.rowBytes(),
                options.rowCacheBytes(), read.residentBytes(),
                state.version().values().indexBytes(), log.pendingBytes(), thermos.heapBytes());
    }

    private EngineStats.Values values(ValueFileSet set) {
        ValueLog.Counters logged = values.counters();
        long live = set.metas().stream().mapToLong(set::liveBytes).sum();
        long garbage = set.metas().stream().mapToLong(set::garbageBytes).sum();
        return new EngineStats.Values(set.metas().size(), set.metas().stream().mapToLong(ValueFileMeta::bytes).sum(),
                live, garbage, set.indexBytes(), logged.valuesWritten(), logged.bytesWritten(), logged.reads(),
                logged.bytesRead(), counters.valueMoves.sum(), counters.valuesMoved.sum(),
                counters.valueBytesMoved.sum());
    }

    @Override
    public List<EngineStats.ValueFile> valueFiles() {
        ValueFileSet set = shared.current().version().values();
        return set.metas().stream().map(file -> new EngineStats.ValueFile(file.number(), file.family(),
                file.generation(), file.bytes(), file.values(), set.liveValues(file), set.liveBytes(file),
                set.garbageBytes(file))).toList();
    }

    private static EngineStats.Memtables memtables(ReadState state) {
        Memtable active = state.active();
        long waitingBytes = state.waiting().stream().mapToLong(full -> full.memtable().bytes()).sum();
        return new EngineStats.Memtables(active.bytes(), active.entries(), state.waiting().size(), waitingBytes);
    }

    private List<EngineStats.Level> levels(Version version) {
        LevelTargets targets = background.picker().targets(version);
        List<EngineStats.Level> levels = new ArrayList<>();
        for (int level = 0; level < Version.LEVELS; level++) {
            List<TableHandle> in = version.level(level);
            levels.add(new EngineStats.Level(level, in.size(), version.levelBytes(level), targets.bytes()[level],
                    in.stream().mapToLong(t -> t.meta().entries()).sum(),
                    in.stream().mapToLong(t -> t.meta().tombstones()).sum(),
                    in.stream().mapToLong(t -> t.meta().traits().rangeDeletions()).sum(),
                    counters.compactionsInto[level].sum(),
                    counters.bytesInto[level].sum()));
        }
        return levels;
    }

    @Override
    public void close() {
        if (!shared.close()) {
            return;
        }
        try {
            background.close();
        } finally {
            try {
                log.close();
            } finally {
                tables.close();
                values.close();
                release(directoryLock);
                events.closed();
            }
        }
    }
}
