package io.nokv.lsm;

import io.nokv.base.port.Promise;
import io.nokv.base.port.Scheduler;
import io.nokv.lsm.compact.Compaction;
import io.nokv.lsm.compact.LevelPicker;
import io.nokv.lsm.compact.MergeJob;
import io.nokv.lsm.event.CompactionSpan;
import io.nokv.lsm.event.Events;
import io.nokv.lsm.table.TableMeta;
import io.nokv.lsm.version.TableHandle;
import io.nokv.lsm.version.Version;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/** Decides on compactions and carries them out. Asking for one is thread-safe; the rest is used by one flow at a time. */
final class CompactionRunner {
    private static final String NAME = "lsm-compact";

    /** A compaction somebody asked for. */
    private record Manual(Family family, Range range, long writtenSince, Promise<Void> done) {}

    private final Scheduler scheduler;
    private final Shared shared;
    private final SnapshotRegistry snapshots;
    private final CompactionFilter filter;
    private final AtomicLong nextNumber;
    private final LevelPicker picker;
    private final TableOutputs outputs;
    private final SpaceGuard space;
    private final Installer installer;
    private final WriteThrottle throttle;
    private final Counters counters;
    private final Events events;

    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Manual> manual = new ArrayDeque<>();

    CompactionRunner(Scheduler scheduler, Shared shared, SnapshotRegistry snapshots, CompactionFilter filter,
            LevelPicker picker, TableOutputs outputs, SpaceGuard space, Installer installer, WriteThrottle throttle,
            Counters counters, Events events) {
        this.scheduler = scheduler;
        this.shared = shared;
        this.snapshots = snapshots;
        this.filter = filter;
        this.nextNumber = outputs.nextNumber();
        this.picker = picker;
        this.outputs = outputs;
        this.space = space;
        this.installer = installer;
        this.throttle = throttle;
        this.counters = counters;
        this.events = events;
    }

    boolean hasWork() {
        lock.lock();
        try {
            return !manual.isEmpty() || picker.pick(shared.current().version()) != null;
        } finally {
            lock.unlock();
        }
    }

    /** Asks for what tables hold of {@code range} to be rewritten down to its lowest level. */
    Promise<Void> ask(Family family, Range range) {
        Manual asked = new Manual(family, range, nextNumber.get(), scheduler.promise());
        lock.lock();
        try {
            manual.add(asked);
        } finally {
            lock.unlock();
        }
        return asked.done;
    }

    /** Carries out the most urgent compaction; false when there is none. */
    boolean compactOnce() {
        Version version = shared.hold().version();
        try {
            Compaction compaction = choose(version);
            if (compaction == null) {
                return false;
            }
            CompactionSpan span = events.beginCompaction(compaction.upperLevel(), compaction.outputLevel(),
                    compaction.inputs().size(), compaction.inputBytes(), compaction.move());
            if (compaction.move()) {
                move(compaction);
                events.end(span, 0, 0);
            } else {
                List<TableMeta> made = rewrite(compaction, version);
                long nanos = events.end(span, made.size(), TableMeta.bytes(made));
                if (compaction.upperLevel() == 0) {
                    throttle.compacted(
                            TableMeta.bytes(compaction.upper().stream().map(TableHandle::meta).toList()), nanos);
                }
            }
            return true;
        } finally {
            version.release();
        }
    }

    private void move(Compaction compaction) {
        List<TableMeta> moved = compaction.upper().stream().map(TableHandle::meta).toList();
        installer.install(compaction.edit(moved, nextNumber.get()), null);
        counters.moves.increment();
    }

    private List<TableMeta> rewrite(Compaction compaction, Version version) {
        int into = compaction.outputLevel();
        MergeJob job = MergeJob.compaction(compaction, version, outputs.into(into), snapshots.sequences(), filter);
        MergeJob.Result result = space.within(NAME, compaction.inputBytes(),
                () -> scheduler.offload(NAME, job::run).await());
        installer.install(
                compaction.edit(result.tables(), nextNumber.get()).withValues(result.values(), List.of()), null);
        counters.compactions.increment();
        counters.compactionsInto[into].increment();
        counters.bytesInto[into].add(TableMeta.bytes(result.tables()));
        counters.compactionBytesRead.add(compaction.inputBytes());
        counters.shadowed.add(result.shadowed());
        counters.tombstonesDropped.add(result.tombstonesDropped());
        counters.filtered.add(result.filtered());
        return result.tables();
    }

    /** What was asked for goes first. Null when there is nothing to do. */
    private Compaction choose(Version version) {
        while (true) {
            Manual asked;
            lock.lock();
            try {
                asked = manual.peek();
            } finally {
                lock.unlock();
            }
            if (asked == null) {
                return picker.pick(version);
            }
            Compaction step = picker.pickManual(version, asked.family, asked.range, asked.writtenSince);
            if (step != null) {
                return step;
            }
            lock.lock();
            try {
                manual.poll();
            } finally {
                lock.unlock();
            }
            asked.done.complete(null);
        }
    }
}
