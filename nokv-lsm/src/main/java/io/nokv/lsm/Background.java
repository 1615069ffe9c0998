package io.nokv.lsm;

import io.nokv.base.error.NokvException;
import io.nokv.base.port.Ports;
import io.nokv.base.port.Promise;
import io.nokv.base.port.Scheduler;
import io.nokv.lsm.SpaceShortage.Work;
import io.nokv.lsm.compact.LevelPicker;
import io.nokv.lsm.event.Events;
import io.nokv.lsm.table.TableMeta;
import io.nokv.lsm.table.TableStore;
import io.nokv.lsm.wal.WriteAheadLog;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Starts flows for flushes, compactions, deletions and the release of log segments when there is work and lets them go when
 * there is none. The heavy part of each runs as an offloaded job over immutable input; the flow installs its result. A failure ends the taking of
 * writes (the log names it) and all background work; reads go on. Only a full device is waited out: work that needs space
 * does not begin, or is undone, and is tried again until there is space, and writers are refused meanwhile. They are refused
 * in time for the log to have room for what it took on.
 */
final class Background {
    /** One kind of work; what runs is guarded by the lock. */
    private static final class Kind {
        final String name;
        /** Null for what takes no space. */
        final Work work;
        final int mostFlows;
        /** The next step, which must then be run, or null. Called under the lock. */
        final Supplier<Runnable> next;
        int flows;

        Kind(String name, Work work, int mostFlows, Supplier<Runnable> next) {
            this.name = name;
            this.work = work;
            this.mostFlows = mostFlows;
            this.next = next;
        }

        /** Of one flow, for what takes no space. @param step false when there was nothing to do */
        static Kind of(String name, BooleanSupplier hasWork, BooleanSupplier step) {
            return new Kind(name, null, 1, () -> hasWork.getAsBoolean() ? step::getAsBoolean : null);
        }
    }

    private final Scheduler scheduler;
    private final Shared shared;
    private final WriteAheadLog log;
    private final LevelPicker picker;
    private final Progress progress;
    private final SpaceGuard space;
    private final Installer installer;
    private final WriteGate gate;
    private final CompactionRunner compactions;
    private final ValueCollector values;
    private final Kind deletion;
    private final List<Kind> kinds;
    private final AtomicLong nextNumber;
    private final TableStore tables;

    private final ReentrantLock lock = new ReentrantLock();
    private volatile boolean closing;

    /** @param freeBytes what the device has left; whoever cannot tell answers Long.MAX_VALUE */
    Background(Ports ports, LongSupplier freeBytes, EngineOptions options, Shared shared, Recovery.Opened opened,
            SnapshotRegistry snapshots, Counters counters, Events events, ObsoleteTables obsolete,
            ObsoleteValues obsoleteValues) {
        EngineOptions.Levels levels = options.levels();
        this.scheduler = ports.scheduler();
        this.shared = shared;
        this.log = opened.log();
        this.nextNumber = opened.nextNumber();
        this.tables = opened.tables();
        this.picker = new LevelPicker(levels.compactAt(), Math.max(1, levels.slowBytes() / 2), levels.baseBytes(),
                levels.ratio());
        this.progress = new Progress(scheduler);
        this.space = new SpaceGuard(scheduler, freeBytes, 2 * options.log().bufferBytes(), progress);
        WriteThrottle throttle = new WriteThrottle(levels);
        WritePace pace = new WritePace(options.compactions(), levels);
        this.installer = new Installer(scheduler, shared, opened, picker, throttle, pace, obsolete::add,
                obsoleteValues::add);
        this.gate = new WriteGate(scheduler, ports.clock(), levels, shared, log, space, throttle, progress, counters,
                events);
        TableOutputs outputs = new TableOutputs(opened.tables(), opened.values(), options.tables(), opened.nextNumber(),
                () -> closing);
        this.compactions = new CompactionRunner(ports, options, shared, snapshots, picker, outputs, space, installer,
                throttle, pace, counters, events, this::wake);
        FlushPipeline flushes = new FlushPipeline(ports, shared, opened, snapshots, outputs, space, installer,
                compactions, throttle,
                pace, counters, events);
        TableDeleter deleter = new TableDeleter(obsolete, opened.tables(), counters, events);
        this.deletion = new Kind("lsm-delete", null, 1, deleter::take);
        LogRelease releasing = new LogRelease(log, installer, shared, counters);
        Kind release = Kind.of("lsm-log", releasing::hasWork, releasing::releaseOnce);
        this.values = new ValueCollector(ports, shared, opened, options, space, installer, pace, counters, events,
                obsoleteValues,
                () -> closing, this::wake);
        Kind valueDeletion = Kind.of("lsm-values-delete", values::hasObsolete, values::deleteOne);
        this.kinds = List.of(new Kind("lsm-flush", Work.FLUSH, 1, flushes::take),
                new Kind("lsm-compact", Work.COMPACTION, options.compactions().jobs(), compactions::take), deletion,
                release, Kind.of("lsm-values", values::hasWork, values::moveSome), valueDeletion);
        obsoleteValues.onArrival(() -> wake(valueDeletion));
        obsolete.onArrival(() -> wake(deletion));
        log.whenReleased(() -> wake(release));
        log.onRequest(_ -> {
            if (releasing.letGo()) {
                wake();
            }
        });
    }

    LevelPicker picker() {
        return picker;
    }

    /** See {@link Installer#holdSettled}. */
    Installer.Settled holdSettled() {
        return installer.holdSettled();
    }

    /** See {@link Installer#adopt}. */
    long adopt(IngestRecord ingested, WriteBatch beside) {
        return installer.adopt(ingested, beside, tables);
    }

    /** A file number nobody else is given. */
    long newNumber() {
        return nextNumber.getAndIncrement();
    }

    int compactionsUnderWay() {
        return compactions.underWay();
    }

    /** See {@link Installer#verifyManifest}. */
    long verifyManifest() {
        return installer.verifyManifest();
    }

    long manifestBytes() {
        return installer.manifestBytes();
    }

    /** Starts flows for the work there is. Cheap when there is none. */
    void wake() {
        kinds.forEach(this::wake);
    }

    private void wake(Kind kind) {
        while (true) {
            Runnable step;
            lock.lock();
            try {
                step = kind.flows < kind.mostFlows ? next(kind) : null;
                kind.flows += step == null ? 0 : 1;
            } finally {
                lock.unlock();
            }
            if (step == null) {
                return;
            }
            scheduler.execute(kind.name, () -> run(kind, step));
        }
    }

    /** Called under the lock. */
    private Runnable next(Kind kind) {
        boolean may = !closing && log.failure() == null && !(kind.work != null && space.rests(kind.work));
        return may ? kind.next.get() : null;
    }

    /** Takes step after step until there is nothing left to do. */
    private void run(Kind kind, Runnable first) {
        Runnable step = first;
        while (step != null) {
            boolean good = take(kind, step);
            lock.lock();
            try {
                step = good ? next(kind) : null;
                kind.flows -= step == null ? 1 : 0;
            } finally {
                lock.unlock();
            }
            progress.signal();
            log.roomChanged();
            wake();
        }
    }

    /** False when the step failed. */
    private boolean take(Kind kind, Runnable step) {
        try {
            step.run();
            if (kind.work != null) {
                space.goesOn(kind.work);
            }
            return true;
        } catch (SpaceGuard.NoSpace e) {
            space.met(kind.work, e, () -> {
                wake();
                nothingToTry(kind);
            });
        } catch (RuntimeException | Error e) {
            if (!closing) {
                log.fail(e);
            }
        }
        return false;
    }

    /** What found no space is not to be done any more: nobody need wait for it. */
    private void nothingToTry(Kind kind) {
        boolean idle;
        lock.lock();
        try {
            idle = kind.flows == 0 && !space.rests(kind.work);
        } finally {
            lock.unlock();
        }
        if (idle) {
            space.goesOn(kind.work);
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
            space.check();
            return false;
        });
    }

    /** Rewrites what tables hold of {@code range} down to its lowest level, and waits. */
    void compact(Family family, Range range) {
        Promise<Void> done = compactions.ask(family, range);
        done.whenDone((_, _) -> progress.signal());
        wake();
        progress.await(() -> {
            if (!done.isDone()) {
                log.check();
                shared.checkOpen();
                space.check();
            }
            return done.isDone();
        });
    }

    /** See {@link Engine#collectValues}. */
    void collectValues(double share) {
        Promise<Void> done = values.ask(share);
        wake();
        progress.await(() -> {
            if (!done.isDone()) {
                log.check();
                shared.checkOpen();
            }
            return done.isDone();
        });
        done.await();
    }

    /** See {@link WriteGate#awaitRoom}. */
    void awaitRoom(long bytes, int operations, boolean ownBooks, boolean freesLog) {
        gate.awaitRoom(bytes, operations, ownBooks, freesLog);
    }

    /** Why no writes are taken at present, or null. */
    NokvException spaceShortage() {
        return space.refusal();
    }

    /** Stops all work and waits for the flows to end; the manifest is closed afterwards. */
    void close() {
        closing = true;
        space.close();
        values.close();
        compactions.close();
        progress.signal();
        log.roomChanged();
        progress.await(() -> {
            lock.lock();
            try {
                return kinds.stream().noneMatch(kind -> kind.flows > 0);
            } finally {
                lock.unlock();
            }
        });
        installer.close();
    }
}
