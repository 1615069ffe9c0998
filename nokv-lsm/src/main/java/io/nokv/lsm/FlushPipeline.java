package io.nokv.lsm;

import io.nokv.base.port.Clock;
import io.nokv.base.port.Ports;
import io.nokv.base.port.Scheduler;
import io.nokv.lsm.compact.MergeJob;
import io.nokv.lsm.event.Events;
import io.nokv.lsm.event.FlushSpan;
import io.nokv.lsm.memtable.Memtable;
import io.nokv.lsm.table.TableMeta;
import io.nokv.lsm.version.VersionEdit;
import io.nokv.lsm.wal.WriteAheadLog;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Brings full memtables into tables, oldest first and one at a time: built as an offloaded job, installed by an edit that
 * also moves the mark of the log, and only then is the log released. Used by one flow at a time.
 */
final class FlushPipeline {
    private static final String NAME = "lsm-flush";

    private final Scheduler scheduler;
    private final Shared shared;
    private final WriteAheadLog log;
    private final SnapshotRegistry snapshots;
    private final AtomicLong nextNumber;
    private final TableOutputs outputs;
    private final SpaceGuard space;
    private final Installer installer;
    private final CompactionRunner compactions;
    private final WriteThrottle throttle;
    private final WritePace pace;
    private final Clock clock;
    private final Counters counters;
    private final Events events;

    FlushPipeline(Ports ports, Shared shared, Recovery.Opened opened, SnapshotRegistry snapshots,
            TableOutputs outputs, SpaceGuard space, Installer installer, CompactionRunner compactions,
            WriteThrottle throttle, WritePace pace,
            Counters counters, Events events) {
        this.scheduler = ports.scheduler();
        this.clock = ports.clock();
        this.shared = shared;
        this.log = opened.log();
        this.nextNumber = opened.nextNumber();
        this.snapshots = snapshots;
        this.outputs = outputs;
        this.space = space;
        this.installer = installer;
        this.compactions = compactions;
        this.throttle = throttle;
        this.pace = pace;
        this.counters = counters;
        this.events = events;
    }

    /** The step that brings the oldest waiting memtable into a table; null when there is none. */
    Runnable take() {
        return shared.current().waiting().isEmpty() ? null : this::flushOldest;
    }

    private void flushOldest() {
        ReadState.Full oldest = shared.current().waiting().getLast();
        long firstSegment = log.awaitRotation(oldest.nextSegment());
        if (oldest.memtable() instanceof IngestedTables ingested) {
            place(ingested, oldest, firstSegment);
            log.flushed(firstSegment);
            return;
        }
        FlushSpan span = events.beginFlush();
        MergeJob.Result result = build(oldest.memtable());
        List<VersionEdit.Added> added = result.tables().stream().map(t -> new VersionEdit.Added(0, t)).toList();
        installer.install(new VersionEdit(added, List.of(), result.values(), List.of(),
                new VersionEdit.LogMark(log.firstNeededBeside(firstSegment), oldest.lastSequence()),
                nextNumber.get()), oldest);
        compactions.flushed(oldest.memtable().bytes());
        long bytes = TableMeta.bytes(result.tables());
        counters.flushes.increment();
        counters.flushedBytes.add(bytes);
        counters.bytesInto[0].add(bytes);
        counters.shadowed.add(result.shadowed());
        events.end(span, oldest.memtable().entries(), bytes);
        log.flushed(firstSegment);
    }

    /**
     * Ingested tables need no rewrite: they get a level. A table is written of what they replace, if there is anything, and of
     * what was written beside them.
     */
    private void place(IngestedTables ingested, ReadState.Full full, long firstSegment) {
        boolean deletes = ingested.replacesAnyOf(shared.current().version());
        MergeJob.Result rest = deletes || ingested.beside() != null ? build(ingested.rest(deletes)) : null;
        // What replaces must not sink below its deletion.
        compactions.place(ingested.handles(), deletes, placed -> {
            List<VersionEdit.Added> added = new ArrayList<>(placed);
            if (rest != null) {
                rest.tables().forEach(t -> added.add(new VersionEdit.Added(0, t)));
            }
            installer.install(new VersionEdit(added, List.of(), rest == null ? List.of() : rest.values(), List.of(),
                    new VersionEdit.LogMark(log.firstNeededBeside(firstSegment), full.lastSequence()),
                    nextNumber.get()), full);
        });
    }

    /** Flushes go before compactions: they pay for what they write, but never wait. */
    private MergeJob.Result build(Memtable memtable) {
        MergeJob job = MergeJob.flush(memtable, outputs.into(0),
                snapshots.sequences());
        long drained = 0;
        throttle.flushes().began(clock.monotonicNanos());
        try {
            MergeJob.Result result = space.within(NAME, memtable.bytes(),
                    () -> scheduler.offload(NAME, job::run).await());
            pace.wrote(clock.monotonicNanos(), TableMeta.bytes(result.tables()));
            drained = memtable.bytes();
            return result;
        } finally {
            throttle.flushes().ended(clock.monotonicNanos(), drained);
        }
    }
}
