package io.nokv.lsm;

import io.nokv.base.error.NokvException;
import io.nokv.base.port.Ports;
import io.nokv.base.port.Promise;
import io.nokv.base.vfs.Vfs;
import io.nokv.lsm.event.Events;
import io.nokv.lsm.memtable.Memtable;
import io.nokv.lsm.memtable.ValueChunks;
import io.nokv.lsm.table.TableMeta;
import io.nokv.lsm.table.TableStore;
import io.nokv.lsm.transfer.Checkpoint;
import io.nokv.lsm.version.Manifest;
import io.nokv.lsm.version.Version;
import io.nokv.lsm.version.VersionEdit;
import io.nokv.lsm.vlog.ValueFileMeta;
import io.nokv.lsm.vlog.ValueLog;
import io.nokv.lsm.wal.WriteAheadLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Brings a directory back to life: manifest, tables, log, in this order. Nothing is deleted before everything was found
 * whole. The directory is locked by the caller.
 */
final class Recovery {
    private static final String TEMPORARY = ".tmp";

    /** What was found, ready to be used. */
    record Opened(TableStore tables, ValueLog values, WriteAheadLog log, Manifest manifest, ReadState state,
            VersionEdit.LogMark mark, AtomicLong nextNumber, ValueChunks valueMemory) {
        /** Entries of the log that are in memtables again. */
        long replayedEntries() {
            long sum = state.active().entries();
            for (ReadState.Full full : state.waiting()) {
                sum += full.memtable().entries();
            }
            return sum;
        }
    }

    private final String directory;
    private final EngineOptions options;
    private final Ports ports;
    private final Vfs vfs;
    private final Events events;
    private final Consumer<TableMeta> obsolete;
    private final Consumer<ValueFileMeta> obsoleteValues;
    private final ValueChunks valueMemory;

    /** Memtables in the order of the log; of each but the first, the segment it begins in. */
    private final List<Memtable> memtables = new ArrayList<>();
    private final List<Long> firstSegments = new ArrayList<>();
    private final List<Long> lastSequences = new ArrayList<>();
    private Version version;

    private Recovery(String directory, EngineOptions options, Ports ports, Events events,
            Consumer<TableMeta> obsolete, Consumer<ValueFileMeta> obsoleteValues) {
        this.directory = directory;
        this.options = options;
        this.ports = ports;
        this.vfs = ports.vfs();
        this.events = events;
        this.obsolete = obsolete;
        this.obsoleteValues = obsoleteValues;
        this.valueMemory = new ValueChunks(options.memtableBytes(), 1 + options.levels().immutableMemtables());
    }

    static Opened open(String directory, EngineOptions options, Ports ports, Events events,
            Consumer<TableMeta> obsolete, Consumer<ValueFileMeta> obsoleteValues) {
        return new Recovery(directory, options, ports, events, obsolete, obsoleteValues).open();
    }

    private Opened open() {
        TableStore tables = new TableStore(vfs, directory, options.tables().shape(), options.blockCacheBytes(),
                options.rowCacheBytes(), options.tables().openFiles());
        ValueLog values = new ValueLog(vfs, directory, options.values(), options.tables().openFiles());
        WriteAheadLog log = null;
        boolean complete = false;
        try {
            Manifest.Recovered recovered = Manifest.recover(vfs, directory);
            VersionEdit found = recovered == null ? createNew(tables, values) : VersionEdit.fold(recovered.edits());
            found.added().forEach(a -> tables.checkPresent(a.table()));
            found.addedValues().forEach(values::checkPresent);
            version = Version.empty().apply(found, obsolete, obsoleteValues);
            long next = Math.max(found.nextNumber(), recovered == null ? 1 : recovered.number() + 1);
            next = Math.max(next, behind(tables.present()));
            next = Math.max(next, behind(values.present()));
            AtomicLong nextNumber = new AtomicLong(next);
            VersionEdit.LogMark mark = found.log();
            if (mark.firstSegment() == 0) {
                // A checkpoint that was never opened has no log, unless its first opening was interrupted.
                WriteAheadLog.clearLeftovers(vfs, directory);
            }
            log = replay(mark, tables);
            if (memtables.getLast() instanceof IngestedTables) {
                memtables.add(newMemtable());
                lastSequences.add(log.lastSequence());
                firstSegments.add(log.currentSegment());
            }
            mark = new VersionEdit.LogMark(log.firstNeeded(), mark.flushedSequence());
            long manifestNumber = nextNumber.getAndIncrement();
            Manifest manifest = Manifest.create(vfs, directory, manifestNumber,
                    version.asEdit(mark, nextNumber.get()),
                    options.levels().manifestBytes());
            removeLeftovers(tables, values, manifest, log, mark);
            complete = true;
            return new Opened(tables, values, log, manifest, state(), mark, nextNumber, valueMemory);
        } finally {
            if (!complete) {
                tables.close();
                values.close();
                if (log != null) {
                    log.abandon();
                }
            }
        }
    }

    private static long behind(TreeMap<Long, String> present) {
        return present.isEmpty() ? 0 : present.lastKey() + 1;
    }

    /** A new store, unless files say that there was one whose CURRENT is gone. */
    private VersionEdit createNew(TableStore tables, ValueLog values) {
        if (!tables.present().isEmpty()) {
            throw NokvException.corruption(tables.path(tables.present().firstKey()), 0,
                    "there are tables, but the store's CURRENT file is missing");
        }
        if (!values.present().isEmpty()) {
            throw NokvException.corruption(values.path(values.present().firstKey()), 0,
                    "there are value files, but the store's CURRENT file is missing");
        }
        for (String at = directory; !at.isEmpty();) {
            int slash = at.lastIndexOf('/');
            at = slash < 0 ? "" : at.substring(0, slash);
            vfs.syncDir(at);
        }
        return new VersionEdit(List.of(), List.of(), new VersionEdit.LogMark(0, 0), 1);
    }

    private WriteAheadLog replay(VersionEdit.LogMark mark, TableStore tables) {
        memtables.add(newMemtable());
        WriteAheadLog.Options sized = new WriteAheadLog.Options(options.log().segmentBytes(), options.log().limits(),
                options.log().consumers());
        return WriteAheadLog.open(ports, events, directory, sized, mark.firstSegment(),
                mark.flushedSequence() + 1, new WriteAheadLog.Recovery() {
                    private long sequence = mark.flushedSequence();
                    private long segment;

                    @Override
                    public void batch(long batchSequence, long batchSegment) {
                        boolean full = memtables.getLast().bytes() >= options.memtableBytes();
                        if (memtables.getLast() instanceof IngestedTables || batchSegment != segment && full) {
                            next(newMemtable(), batchSegment, sequence);
                        }
                        segment = batchSegment;
                        sequence = batchSequence;
                    }

                    private void next(Memtable memtable, long firstSegment, long lastBefore) {
                        memtables.add(memtable);
                        lastSequences.add(lastBefore);
                        firstSegments.add(firstSegment);
                    }

                    @Override
                    public void operation(Family family, byte[] key, byte[] value) {
                        memtables.getLast().add(family, key, sequence, value);
                    }

                    @Override
                    public void rangeDeletion(Family family, Range range) {
                        memtables.getLast().deleteRange(family, range, sequence);
                    }

                    @Override
                    public void ingested(byte[] description) {
                        IngestRecord record = IngestRecord.decode(description);
                        record.tables().forEach(tables::checkPresent);
                        Version before = version;
                        version = version.adopt(record.tables(), obsolete);
                        before.release();
                        IngestedTables ingested = new IngestedTables(record, sequence,
                                version.adopted(record.tables().size()), tables, options.tables().shape().tails());
                        if (memtables.getLast().entries() == 0) {
                            memtables.set(memtables.size() - 1, ingested);
                        } else {
                            next(ingested, segment, sequence - record.sequences());
                        }
                    }
                });
    }

    private Memtable newMemtable() {
        return options.memtable().create(options.tables().shape().tails(), options.memtableBytes(), valueMemory);
    }

    private ReadState state() {
        List<ReadState.Full> waiting = new ArrayList<>();
        for (int i = 0; i + 1 < memtables.size(); i++) {
            Promise<Long> segment = ports.scheduler().completed(firstSegments.get(i));
            waiting.addFirst(new ReadState.Full(memtables.get(i), lastSequences.get(i), segment));
        }
        return new ReadState(memtables.getLast(), List.copyOf(waiting), version);
    }

    private void removeLeftovers(TableStore tables, ValueLog values, Manifest manifest, WriteAheadLog log,
            VersionEdit.LogMark mark) {
        Set<Long> used = new TreeSet<>();
        version.asAdded().forEach(a -> used.add(a.table().number()));
        used.addAll(version.adoptedNumbers());
        for (long number : tables.present().keySet()) {
            if (!used.contains(number)) {
                tables.delete(number);
            }
        }
        Set<Long> usedValues = new TreeSet<>();
        version.values().metas().forEach(file -> usedValues.add(file.number()));
        for (long number : values.present().keySet()) {
            if (!usedValues.contains(number)) {
                values.delete(number);
            }
        }
        manifest.deleteOthers();
        for (String name : vfs.list(directory)) {
            if (name.endsWith(TEMPORARY)) {
                vfs.delete(directory.isEmpty() ? name : directory + "/" + name);
            }
        }
        Checkpoint.removeLeftovers(vfs, directory);
        log.forget(mark.firstSegment());
    }
}
