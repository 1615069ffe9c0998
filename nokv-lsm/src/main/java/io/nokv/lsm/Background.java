package io.nokv.lsm;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.port.Clock;
import io.nokv.base.port.Ports;
import io.nokv.base.port.Promise;
import io.nokv.base.port.Scheduler;
import io.nokv.lsm.SpaceShortage.Work;
import io.nokv.lsm.compact.Compaction;
import io.nokv.lsm.compact.LevelPicker;
import io.nokv.lsm.compact.MergeJob;
import io.nokv.lsm.event.CompactionSpan;
import io.nokv.lsm.event.Events;
import io.nokv.lsm.event.FlushSpan;
import io.nokv.lsm.event.StallReason;
import io.nokv.lsm.event.StallSpan;
import io.nokv.lsm.memtable.Memtable;
import io.nokv.lsm.table.Compression;
import io.nokv.lsm.table.TableMeta;
import io.nokv.lsm.table.TableStore;
import io.nokv.lsm.version.Manifest;
import io.nokv.lsm.version.TableHandle;
import io.nokv.lsm.version.Version;
import io.nokv.lsm.version.VersionEdit;
import io.nokv.lsm.wal.WriteAheadLog;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Flushes, compactions and deletions: one flow of each kind at a time, started when there is work, gone when there is
 * none. The heavy part of each runs as an offloaded job over immutable input; the flow installs its result. A failure ends
 * the taking of writes (the log names it) and all background work; reads go on. Only a full device is waited out: work
 * that needs space does not begin, or is undone, and is tried again until there is space, and writers are refused
 * meanwhile. They are refused in time for the log to have room for what it took on.
 */
final class Background {
    private final Scheduler scheduler;
    private final EngineOptions options;
    private final Shared shared;
    private final WriteAheadLog log;
    private final TableStore tables;
    private final Manifest manifest;
    private final SnapshotRegistry snapshots;
    private final Counters counters;
    private final Events events;
    private final AtomicLong nextNumber;
    private final LevelPicker picker;
    private final Progress progress;
    private final SpaceShortage shortage;
    private final LongSupplier freeBytes;
    /** What writers and jobs leave free, for the log and the manifest. */
    private final long reservedBytes;
    /** What running jobs may still write. */
    private final AtomicLong promisedBytes = new AtomicLong();
    private final AtomicLong bytesSinceLook = new AtomicLong(Long.MAX_VALUE / 2);
    private final Clock clock;
    private final WriteThrottle throttle;
    /** Held while the manifest is written and the version it describes is installed. */
    private final FlowLock installing;
    private VersionEdit.LogMark logMark;

    private final ReentrantLock lock = new ReentrantLock();
    private boolean flushing;
    private boolean compacting;
    private boolean deleting;
    private volatile boolean closing;
    private final ArrayDeque<Manual> manual = new ArrayDeque<>();
    private final ObsoleteTables obsolete;

    /** A compaction somebody asked for. */
    private record Manual(Family family, Range range, long writtenSince, Promise<Void> done) {}

    /** @param freeBytes what the device has left; whoever cannot tell answers Long.MAX_VALUE */
    Background(Ports ports, LongSupplier freeBytes, EngineOptions options, Shared shared, Recovery.Opened opened,
            SnapshotRegistry snapshots, Counters counters, Events events, ObsoleteTables obsolete) {
        this.scheduler = ports.scheduler();
        this.clock = ports.clock();
        this.freeBytes = freeBytes;
        this.reservedBytes = 2 * options.log().bufferBytes();
        this.shortage = new SpaceShortage(scheduler);
        this.options = options;
        this.shared = shared;
        this.log = opened.log();
        this.tables = opened.tables();
        this.manifest = opened.manifest();
        this.snapshots = snapshots;
        this.counters = counters;
        this.events = events;
        this.nextNumber = opened.nextNumber();
        this.logMark = opened.mark();
        EngineOptions.Levels levels = options.levels();
        this.picker = new LevelPicker(levels.compactAt(), levels.baseBytes(), levels.ratio());
        this.progress = new Progress(scheduler);
        this.installing = new FlowLock(scheduler);
        this.throttle = new WriteThrottle(levels);
        throttle.installed(shared.current().version(), picker.targets(shared.current().version()));
        this.obsolete = obsolete;
        obsolete.onArrival(this::wake);
    }

    LevelPicker picker() {
        return picker;
    }

    long manifestBytes() {
        return manifest.bytes();
    }

    /** Starts flows for the work there is. Cheap when there is none. */
    void wake() {
        boolean flush;
        boolean compact;
        boolean delete;
        lock.lock();
        try {
            boolean may = !closing && log.failure() == null;
            flush = may && !flushing && !shortage.rests(Work.FLUSH) && !shared.current().waiting().isEmpty();
            compact = may && !compacting && !shortage.rests(Work.COMPACTION)
                    && (!manual.isEmpty() || picker.pick(shared.current().version()) != null);
            delete = may && !deleting && !obsolete.isEmpty();
            flushing |= flush;
            compacting |= compact;
            deleting |= delete;
        } finally {
            lock.unlock();
        }
        if (flush) {
            scheduler.execute("lsm-flush", () -> runUntilDone(Work.FLUSH, this::flushOne, () -> flushing = false));
        }
        if (compact) {
            scheduler.execute("lsm-compact",
                    () -> runUntilDone(Work.COMPACTION, this::compactOne, () -> compacting = false));
        }
        if (delete) {
            scheduler.execute("lsm-delete", () -> runUntilDone(null, this::deleteOne, () -> deleting = false));
        }
    }

    private interface Step {
        /** False when there was nothing to do. */
        boolean run();
    }

    /** @param work null for what takes no space */
    private void runUntilDone(Work work, Step step, Runnable ended) {
        try {
            boolean more = true;
            while (more && !closing && log.failure() == null) {
                more = step.run();
                if (work != null && shortage.over(work)) {
                    progress.signal();
                }
            }
        } catch (NoSpace e) {
            shortage.met(work, e.full, this::wake);
        } catch (RuntimeException | Error e) {
            if (!closing) {
                log.fail(e);
            }
        }
        lock.lock();
        try {
            ended.run();
        } finally {
            lock.unlock();
        }
        progress.signal();
        wake();
    }

    private boolean flushOne() {
        List<ReadState.Full> waiting = shared.current().waiting();
        if (waiting.isEmpty()) {
            return false;
        }
        ReadState.Full oldest = waiting.getLast();
        FlushSpan span = events.beginFlush();
        long firstSegment = log.awaitRotation(oldest.nextSegment());
        long[] held = snapshots.sequences();
        MergeJob job = MergeJob.flush(oldest.memtable(), output(0), held);
        MergeJob.Result result = run("lsm-flush", job, oldest.memtable().bytes());
        List<VersionEdit.Added> added = result.tables().stream().map(t -> new VersionEdit.Added(0, t)).toList();
        install(new VersionEdit(added, List.of(),
                new VersionEdit.LogMark(firstSegment, oldest.lastSequence()), nextNumber.get()), oldest);
        counters.flushes.increment();
        counters.flushedBytes.add(bytes(result.tables()));
        counters.bytesInto[0].add(bytes(result.tables()));
        counters.shadowed.add(result.shadowed());
        long nanos = events.end(span, oldest.memtable().entries(), bytes(result.tables()));
        throttle.flushed(oldest.memtable().bytes(), nanos);
        harmless(() -> log.forget(firstSegment));
        progress.signal();
        wake();
        return true;
    }

    /** A job found no space and left nothing behind. The manifest is another matter: what fails there ends writing. */
    private static final class NoSpace extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient NokvException full;

        private NoSpace(NokvException full) {
            super(full);
            this.full = full;
        }
    }

    /** Waits for the job, which does not begin unless there is room for {@code bytes}; nobody else is given that room. */
    private MergeJob.Result run(String name, MergeJob job, long bytes) {
        promisedBytes.addAndGet(bytes);
        try {
            requireFree(name);
            return scheduler.offload(name, job::run).await();
        } catch (NokvException e) {
            throw e.code() == FailureCode.NO_SPACE ? new NoSpace(e) : e;
        } finally {
            promisedBytes.addAndGet(-bytes);
        }
    }

    /** NO_SPACE unless there is room for the reserve and for what jobs may write. */
    private void requireFree(String purpose) {
        long free = freeBytes.getAsLong();
        long needed = reservedBytes + promisedBytes.get();
        if (free < needed) {
            throw new NokvException(FailureCode.NO_SPACE,
                    "no space for " + purpose + ": " + free + " bytes are free, " + needed + " are needed");
        }
    }

    private static long bytes(List<TableMeta> tables) {
        return tables.stream().mapToLong(TableMeta::bytes).sum();
    }

    private MergeJob.Output output(int level) {
        Compression compression = level == Version.LEVELS - 1
                ? options.tables().lowestCompression()
                : options.tables().compression();
        return new MergeJob.Output(tables, compression, options.tables().tableBytes(), nextNumber::getAndIncrement,
                () -> closing);
    }

    /** Makes the edit durable, then shows the version it leads to. */
    private void install(VersionEdit edit, ReadState.Full flushed) {
        installing.enter();
        try {
            Version before = shared.current().version();
            Version next = before.apply(edit, obsolete::add);
            VersionEdit.LogMark mark = edit.log() == null ? logMark : edit.log();
            manifest.append(edit, () -> new VersionEdit(next.asAdded(), List.of(), mark, nextNumber.get()),
                    nextNumber::getAndIncrement);
            logMark = mark;
            shared.install(next, flushed);
            throttle.installed(next, picker.targets(next));
            before.release();
        } finally {
            installing.exit();
        }
    }

    private boolean compactOne() {
        Version version = shared.hold().version();
        try {
            Compaction compaction = choose(version);
            if (compaction == null) {
                return false;
            }
            int into = compaction.outputLevel();
            CompactionSpan span = events.beginCompaction(compaction.upperLevel(), into, compaction.inputs().size(),
                    compaction.inputBytes(), compaction.move());
            if (compaction.move()) {
                install(compaction.edit(compaction.upper().stream().map(TableHandle::meta).toList(),
                        nextNumber.get()), null);
                counters.moves.increment();
                events.end(span, 0, 0);
            } else {
                MergeJob job = MergeJob.compaction(compaction, version, output(into), snapshots.sequences(),
                        options.compactionFilter());
                MergeJob.Result result = run("lsm-compact", job, compaction.inputBytes());
                install(compaction.edit(result.tables(), nextNumber.get()), null);
                counters.compactions.increment();
                counters.compactionsInto[into].increment();
                counters.bytesInto[into].add(bytes(result.tables()));
                counters.compactionBytesRead.add(compaction.inputBytes());
                counters.shadowed.add(result.shadowed());
                counters.tombstonesDropped.add(result.tombstonesDropped());
                counters.filtered.add(result.filtered());
                long nanos = events.end(span, result.tables().size(), bytes(result.tables()));
                if (compaction.upperLevel() == 0) {
                    throttle.compacted(bytes(compaction.upper().stream().map(TableHandle::meta).toList()), nanos);
                }
            }
        } finally {
            version.release();
        }
        progress.signal();
        return true;
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

    private boolean deleteOne() {
        TableMeta table = obsolete.poll();
        if (table == null) {
            return false;
        }
        harmless(() -> {
            tables.delete(table.number());
            events.tableDeleted(table.number());
        });
        return true;
    }

    /** Runs what only frees space: when it fails, the next opening does it. */
    private void harmless(Runnable deletion) {
        try {
            deletion.run();
        } catch (NokvException _) {
            counters.failedDeletions.increment();
        }
    }

    /** Waits until no memtable that holds batches up to {@code sequence} is left. */
    void awaitFlushed(long sequence) {
        wake();
        progress.await(() -> {
            List<ReadState.Full> waiting = shared.current().waiting();
            if (waiting.isEmpty() || waiting.getLast().lastSequence() > sequence) {
                return true;
            }
            log.check();
            shortage.check();
            return false;
        });
    }

    /** Rewrites what tables hold of {@code range} down to its lowest level, and waits. */
    void compact(Family family, Range range) {
        Manual asked = new Manual(family, range, nextNumber.get(), scheduler.promise());
        lock.lock();
        try {
            manual.add(asked);
        } finally {
            lock.unlock();
        }
        wake();
        progress.await(() -> {
            if (!asked.done.isDone()) {
                log.check();
                shared.checkOpen();
                shortage.check();
            }
            return asked.done.isDone();
        });
    }

    /**
     * Makes a writer wait for as much as background work lags behind. NO_SPACE while the device is full.
     *
     * @param bytes of the batch
     * @param operations in it
     * @param ownBooks whether it is the few bytes of {@link Family#LOCAL} by which the layers above keep their own books:
     *        they go on, for as long as the log has room, so that reads can
     */
    void awaitRoom(long bytes, int operations, boolean ownBooks) {
        if (!ownBooks) {
            requireSpace(bytes);
        } else if (shortage.refusal() != null) {
            return;
        }
        if (isFull()) {
            counters.stopped.increment();
            StallSpan span = events.beginStall();
            progress.await(() -> {
                log.check();
                shared.checkOpen();
                if (!ownBooks) {
                    shortage.check();
                }
                return !isFull() || ownBooks && shortage.refusal() != null;
            });
            events.end(span, StallReason.STOPPED);
        }
        long inMemtable = bytes + (long) Memtable.ENTRY_OVERHEAD_BYTES * operations;
        long wait = throttle.admit(clock.monotonicNanos(), inMemtable, shared.current().waiting().size());
        if (wait > 0) {
            counters.slowed.increment();
            StallSpan span = events.beginStall();
            scheduler.pause(wait);
            events.end(span, StallReason.SLOWED);
        }
    }

    /** Looks at the device once in a while: between two looks writers take at most a part of the reserve. */
    private void requireSpace(long bytes) {
        shortage.check();
        if (bytesSinceLook.addAndGet(bytes) > reservedBytes / 8) {
            bytesSinceLook.set(0);
            lookForSpace();
            shortage.check();
        }
    }

    private void lookForSpace() {
        try {
            requireFree("writes");
            if (shortage.over(Work.WRITES)) {
                progress.signal();
            }
        } catch (NokvException full) {
            shortage.met(Work.WRITES, full, this::lookForSpace);
        }
    }

    /** Why no writes are taken at present, or null. */
    NokvException spaceShortage() {
        return shortage.refusal();
    }

    private boolean isFull() {
        ReadState state = shared.current();
        return state.waiting().size() >= options.levels().immutableMemtables()
                || state.version().level(0).size() >= options.levels().stopAt();
    }

    /** Stops all work and waits for the flows to end; the manifest is closed afterwards. */
    void close() {
        closing = true;
        shortage.close();
        progress.signal();
        progress.await(() -> {
            lock.lock();
            try {
                return !flushing && !compacting && !deleting;
            } finally {
                lock.unlock();
            }
        });
        manifest.close();
    }
}
