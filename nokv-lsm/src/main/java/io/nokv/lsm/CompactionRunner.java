package io.nokv.lsm;

import io.nokv.base.port.Clock;
import io.nokv.base.port.Ports;
import io.nokv.base.port.Promise;
import io.nokv.base.port.Scheduler;
import io.nokv.lsm.compact.Compaction;
import io.nokv.lsm.compact.LevelPicker;
import io.nokv.lsm.compact.ManualCompaction;
import io.nokv.lsm.compact.MergeJob;
import io.nokv.lsm.compact.RunningJobs;
import io.nokv.lsm.event.CompactionSpan;
import io.nokv.lsm.event.Events;
import io.nokv.lsm.table.TableMeta;
import io.nokv.lsm.version.TableHandle;
import io.nokv.lsm.version.Version;
import io.nokv.lsm.version.VersionEdit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Decides on compactions, each beside those under way, and carries them out. Thread-safe: as many flows may carry one out
 * as the options allow. What is under way is noted before anybody can decide on the next, until its result is installed.
 */
final class CompactionRunner {
    private static final String NAME = "lsm-compact";
    /** Of the tables that a step of a manual compaction takes out of a level. */
    private static final int TABLES_PER_STEP = 4;

    /** A compaction somebody asked for. Guarded by the lock. */
    private static final class Manual {
        final ManualCompaction way;
        final Promise<Void> done;
        int stepsUnderWay;

        Manual(ManualCompaction way, Promise<Void> done) {
            this.way = way;
            this.done = done;
        }
    }

    /** @param manual whose step it is, or null */
    private record Job(Compaction compaction, Version version, Manual manual) {}

    private final Scheduler scheduler;
    private final Clock clock;
    private final EngineOptions options;
    private final Shared shared;
    private final SnapshotRegistry snapshots;
    private final AtomicLong nextNumber;
    private final LevelPicker picker;
    private final TableOutputs outputs;
    private final SpaceGuard space;
    private final Installer installer;
    private final WriteThrottle throttle;
    private final WritePace pace;
    private final Counters counters;
    private final Events events;
    private final QuietTime quiet;
    private final Runnable wake;

    private final ReentrantLock lock = new ReentrantLock();
    private final RunningJobs running = new RunningJobs();
    private final ArrayDeque<Manual> manual = new ArrayDeque<>();
    /** Wakes when leftovers may have been left alone for long enough; null when there is none. Guarded by the lock. */
    private Scheduler.Timer alarm;
    private long alarmNanos;
    private boolean closed;

    /** @param wake has compactions looked for again */
    CompactionRunner(Ports ports, EngineOptions options, Shared shared, SnapshotRegistry snapshots, LevelPicker picker,
            TableOutputs outputs, SpaceGuard space, Installer installer, WriteThrottle throttle, WritePace pace,
            Counters counters, Events events, Runnable wake) {
        this.scheduler = ports.scheduler();
        this.clock = ports.clock();
        this.quiet = new QuietTime(options.compactions().quietNanos(), clock.monotonicNanos());
        this.wake = wake;
        this.options = options;
        this.shared = shared;
        this.snapshots = snapshots;
        this.nextNumber = outputs.nextNumber();
        this.picker = picker;
        this.outputs = outputs;
        this.space = space;
        this.installer = installer;
        this.throttle = throttle;
        this.pace = pace;
        this.counters = counters;
        this.events = events;
    }

    /** Asks for what tables hold of {@code range} to be rewritten down to its lowest level. */
    Promise<Void> ask(Family family, Range range) {
        Promise<Void> done = scheduler.promise();
        ManualCompaction way = new ManualCompaction(family, range, shared.visible(), nextNumber.get(),
                TABLES_PER_STEP * options.tables().tableBytes());
        lock.lock();
        try {
            manual.add(new Manual(way, done));
        } finally {
            lock.unlock();
        }
        return done;
    }

    /** Compactions under way. */
    int underWay() {
        lock.lock();
        try {
            return running.count();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Gives ingested tables levels: each the lowest that level 0 is merged into, or one below, such that nothing in it or above it
     * lies in the table's range, no compaction under way will write there, and so the table hides what it must and is hidden by
     * nothing; level 0 when there is none. The places are kept free until {@code install} has returned.
     *
     * @param onTop whether all must go to level 0
     */
    void place(List<TableHandle> tables, boolean onTop, Consumer<List<VersionEdit.Added>> install) {
        List<Compaction> kept = new ArrayList<>();
        List<VersionEdit.Added> added = new ArrayList<>();
        Version version;
        lock.lock();
        try {
            version = shared.hold().version();
            int base = picker.targets(version).base();
            for (TableHandle table : tables) {
                Compaction way = onTop ? null : lowestPlace(version, base, table);
                added.add(new VersionEdit.Added(way == null ? 0 : way.outputLevel(), table.meta()));
                if (way != null) {
                    running.add(way);
                    kept.add(way);
                }
            }
        } finally {
            lock.unlock();
        }
        // Not under the lock: the last to release a version wakes those who delete its tables.
        version.release();
        try {
            install.accept(added);
        } finally {
            lock.lock();
            try {
                kept.forEach(running::remove);
            } finally {
                lock.unlock();
            }
        }
    }

    private Compaction lowestPlace(Version version, int base, TableHandle table) {
        Compaction lowest = null;
        byte[] from = table.meta().smallest();
        byte[] to = table.meta().largest();
        for (int level = 0; level < Version.LEVELS && version.overlapping(level, from, to).isEmpty(); level++) {
            Compaction way = new Compaction(0, List.of(table), level, List.of(), true);
            lowest = level >= base && running.allows(way) ? way : lowest;
        }
        return lowest;
    }

    /** The most urgent compaction, which is under way from now on and must be run; null when there is none. */
    Runnable take() {
        Version version = null;
        Job job = null;
        lock.lock();
        try {
            if (running.count() < options.compactions().jobs()) {
                // Not before the lock: a version from before a job ended would be taken for one that nothing changes.
                version = shared.hold().version();
                job = choose(version);
            }
            if (job != null) {
                running.add(job.compaction);
            }
        } finally {
            lock.unlock();
            if (version != null && job == null) {
                version.release();
            }
        }
        Job taken = job;
        return taken == null ? null : () -> run(taken);
    }

    /** What was asked for goes first, and what it waits for is not added to. */
    private Job choose(Version version) {
        while (!manual.isEmpty()) {
            Manual first = manual.peek();
            switch (first.way.next(version, running, picker)) {
                case ManualCompaction.Next.Step step -> {
                    first.stepsUnderWay++;
                    return new Job(step.compaction(), version, first);
                }
                case ManualCompaction.Next.Blocked _ -> {
                    if (first.stepsUnderWay == 0) {
                        return null;
                    }
                    return automatic(version);
                }
                case ManualCompaction.Next.Done _ -> {
                    if (first.stepsUnderWay > 0) {
                        return automatic(version);
                    }
                    manual.poll();
                    first.done.complete(null);
                }
            }
        }
        return automatic(version);
    }

    private Job automatic(Version version) {
        int jobs = options.compactions().jobs();
        Compaction found = picker.pick(version, running, jobs > 1 && running.count() == jobs - 1, snapshots.oldest());
        if (found == null && running.count() == 0 && !quiet.isOff()) {
            found = leftovers(version);
        }
        return found == null ? null : new Job(found, version, null);
    }

    /** What is left in level 0 if it has been left alone for long enough; else this is asked again when it will have been. */
    private Compaction leftovers(Version version) {
        Compaction left = picker.leftovers(version, running);
        long now = clock.monotonicNanos();
        long wait = left == null ? 0 : quiet.nanosUntil(now, left.inputBytes());
        if (wait > 0) {
            wakeAt(now, wait);
        }
        if (left != null && wait <= 0) {
            counters.leftovers.increment();
        }
        return wait > 0 ? null : left;
    }

    private void wakeAt(long now, long wait) {
        boolean sooner = alarm == null || now + wait < alarmNanos;
        if (sooner && !closed) {
            if (alarm != null) {
                alarm.cancel();
            }
            alarmNanos = now + wait;
            alarm = scheduler.after(wait, "lsm-quiet", this::alarm);
        }
    }

    private void alarm() {
        lock.lock();
        try {
            alarm = null;
        } finally {
            lock.unlock();
        }
        wake.run();
    }

    /** A memtable of so many bytes came into level 0. */
    void flushed(long memtableBytes) {
        quiet.flushed(clock.monotonicNanos(), 2 * memtableBytes >= options.memtableBytes());
    }

    /** Nothing is waited for any more. */
    void close() {
        lock.lock();
        try {
            closed = true;
            if (alarm != null) {
                alarm.cancel();
                alarm = null;
            }
        } finally {
            lock.unlock();
        }
    }

    private void run(Job job) {
        Compaction compaction = job.compaction;
        boolean good = false;
        try {
            CompactionSpan span = events.beginCompaction(compaction.upperLevel(), compaction.outputLevel(),
                    compaction.inputs().size(), compaction.inputBytes(), compaction.move());
            if (compaction.move()) {
                move(compaction);
                events.end(span, 0, 0);
            } else {
                List<TableMeta> made = rewrite(compaction, job.version);
                events.end(span, made.size(), TableMeta.bytes(made));
            }
            good = true;
        } finally {
            ended(job, good);
            job.version.release();
        }
    }

    private void ended(Job job, boolean good) {
        lock.lock();
        try {
            running.remove(job.compaction);
            if (job.manual != null) {
                job.manual.stepsUnderWay--;
                if (!good) {
                    job.manual.way.again(job.compaction);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void move(Compaction compaction) {
        List<TableMeta> moved = compaction.upper().stream().map(TableHandle::meta).toList();
        installer.install(compaction.edit(moved, nextNumber.get()), null);
        counters.moves.increment();
    }

    private List<TableMeta> rewrite(Compaction compaction, Version version) {
        boolean drains = compaction.upperLevel() == 0;
        long drained = 0;
        if (drains) {
            throttle.compactions().began(clock.monotonicNanos());
        }
        try {
            ParallelMerge merge = new ParallelMerge(scheduler, clock, options.compactions(), outputs.closing(), pace,
                    counters,
                    compaction, span -> MergeJob.compaction(compaction, version, span,
                            outputs.into(compaction.outputLevel()),
                            snapshots.sequences(), options.compactionFilter()));
            MergeJob.Result result = space.within(NAME, compaction.inputBytes(), () -> merge.run(outputs.store()));
            installer.install(
                    compaction.edit(result.tables(), nextNumber.get()).withValues(result.values(), List.of()), null);
            count(compaction, result);
            drained = compaction.upperBytes();
            return result.tables();
        } finally {
            if (drains) {
                throttle.compactions().ended(clock.monotonicNanos(), drained);
            }
        }
    }

    private void count(Compaction compaction, MergeJob.Result result) {
        int into = compaction.outputLevel();
        counters.compactions.increment();
        counters.compactionsInto[into].increment();
        counters.bytesInto[into].add(TableMeta.bytes(result.tables()));
        counters.compactionBytesRead.add(compaction.inputBytes());
        counters.shadowed.add(result.shadowed());
        counters.tombstonesDropped.add(result.tombstonesDropped());
        counters.filtered.add(result.filtered());
    }
}
