package io.nokv.lsm;

import io.nokv.base.error.NokvException;
import io.nokv.base.port.Clock;
import io.nokv.base.port.Ports;
import io.nokv.base.port.Promise;
import io.nokv.base.port.Scheduler;
import io.nokv.lsm.event.Events;
import io.nokv.lsm.event.ValueMoveSpan;
import io.nokv.lsm.point.KeyTails;
import io.nokv.lsm.point.PointLookup;
import io.nokv.lsm.table.TableStore;
import io.nokv.lsm.version.Version;
import io.nokv.lsm.vlog.GarbagePicker;
import io.nokv.lsm.vlog.MoveJob;
import io.nokv.lsm.vlog.ValueFileHandle;
import io.nokv.lsm.vlog.ValueFileMeta;
import io.nokv.lsm.vlog.ValueFileSet;
import io.nokv.lsm.vlog.ValueLog;
import io.nokv.lsm.vlog.ValuePointer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Moves what is alive out of value files with much garbage, and deletes files that no version names any more. Nobody waits
 * for it but who asked, and a full device only makes it try again later. Asking and counting are thread-safe; each kind of
 * step is taken by one flow at a time, and one step makes several moves at once.
 */
final class ValueCollector {
    private static final String NAME = "lsm-values";
    /** The longest wait after which a move looks whether it is still wanted. */
    private static final long LONGEST_PAUSE_NANOS = 50_000_000;
    private static final long PAUSE_WHEN_FULL_NANOS = 3_000_000_000L;

    /** Somebody wants no file to have more garbage than {@code share}. */
    private record Asked(double share, Promise<Void> done) {}

    private record Move(List<ValueFileHandle> from, Promise<MoveJob.Result> result, ValueMoveSpan span) {}

    private final Scheduler scheduler;
    private final Clock clock;
    private final WritePace pace;
    private final long stepBytes;
    private final Shared shared;
    private final TableStore tables;
    private final ValueLog log;
    private final KeyTails tails;
    private final AtomicLong nextNumber;
    private final GarbagePicker picker;
    private final int parallel;
    private final SpaceGuard space;
    private final Installer installer;
    private final Counters counters;
    private final Events events;
    private final ObsoleteValues obsolete;
    private final BooleanSupplier closing;
    private final Runnable wake;

    private final ReentrantLock lock = new ReentrantLock();
    private final List<Asked> asked = new ArrayList<>();
    /** Not null while the device is full. */
    private volatile Scheduler.Timer resting;

    ValueCollector(Ports ports, Shared shared, Recovery.Opened opened, EngineOptions options, SpaceGuard space,
            Installer installer, WritePace pace, Counters counters, Events events, ObsoleteValues obsolete,
            BooleanSupplier closing, Runnable wake) {
        this.scheduler = ports.scheduler();
        this.clock = ports.clock();
        this.pace = pace;
        this.stepBytes = options.compactions().stepBytes();
        this.shared = shared;
        this.tables = opened.tables();
        this.log = opened.values();
        this.tails = options.tables().shape().tails();
        this.nextNumber = opened.nextNumber();
        this.picker = new GarbagePicker(options.values().garbageShare(), options.values().fileBytes());
        this.parallel = options.values().parallelMoves();
        this.space = space;
        this.installer = installer;
        this.counters = counters;
        this.events = events;
        this.obsolete = obsolete;
        this.closing = closing;
        this.wake = wake;
    }

    boolean hasWork() {
        return resting == null
                && (isAsked() || !picker.pick(shared.current().version().values(), _ -> false).isEmpty());
    }

    private boolean isAsked() {
        lock.lock();
        try {
            return !asked.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Asks for every file with more garbage than {@code share} to be rewritten; fails with NO_SPACE on a full device. */
    Promise<Void> ask(double share) {
        Asked wish = new Asked(share, scheduler.promise());
        lock.lock();
        try {
            asked.add(wish);
        } finally {
            lock.unlock();
        }
        return wish.done;
    }

    /** Makes as many moves as may be made at once; false when there is none to make. */
    boolean moveSome() {
        if (resting != null) {
            return false;
        }
        Version version = shared.hold().version();
        try {
            List<Move> moves = begin(version);
            NokvException full = null;
            Throwable failure = null;
            for (Move move : moves) {
                try {
                    finish(move);
                } catch (SpaceGuard.NoSpace e) {
                    full = e.full();
                } catch (RuntimeException | Error e) {
                    failure = e;
                }
            }
            if (failure instanceof Error e) {
                throw e;
            } else if (failure instanceof RuntimeException e) {
                throw e;
            }
            if (full != null) {
                rest(full);
            }
            return full == null && !moves.isEmpty();
        } finally {
            version.release();
        }
    }

    private List<Move> begin(Version version) {
        ValueFileSet set = version.values();
        Set<Long> busy = new TreeSet<>();
        List<Move> moves = new ArrayList<>();
        while (moves.size() < parallel) {
            List<ValueFileHandle> from = choose(set, busy);
            if (from.isEmpty()) {
                break;
            }
            from.forEach(file -> busy.add(file.meta().number()));
            MoveJob job = new MoveJob(log, set, from, (family, key, sequence, origin, offset) -> isLive(version,
                    PointLookup.exact(family, tails, key, sequence), origin, offset), nextNumber::getAndIncrement,
                    closing);
            long bytes = from.stream().mapToLong(file -> set.liveBytes(file.meta())).sum();
            Promise<MoveJob.Result> result = scheduler.promise();
            moves.add(new Move(from, result, events.beginValueMove(from.size())));
            scheduler.execute(NAME, () -> carryOut(job, bytes, result));
        }
        return moves;
    }

    /** On a flow of its own: as rewrites of tables do, a move lets others have its thread after each step, and keeps the pace. */
    private void carryOut(MoveJob job, long bytes, Promise<MoveJob.Result> result) {
        try {
            result.complete(space.within(NAME, bytes, () -> takeSteps(job)));
        } catch (RuntimeException | Error e) {
            result.fail(e);
        }
    }

    private MoveJob.Result takeSteps(MoveJob job) {
        boolean good = false;
        try {
            long moved = 0;
            while (!scheduler.offload(NAME, () -> job.step(stepBytes)).await()) {
                long wait = pace.wrote(clock.monotonicNanos(), job.movedBytes() - moved);
                moved = job.movedBytes();
                for (; wait > 0 && !closing.getAsBoolean(); wait -= LONGEST_PAUSE_NANOS) {
                    scheduler.pause(Math.min(wait, LONGEST_PAUSE_NANOS));
                }
            }
            good = true;
            return job.result();
        } finally {
            if (!good) {
                job.discard();
            }
        }
    }

    /** What was asked for goes first. */
    private List<ValueFileHandle> choose(ValueFileSet set, Set<Long> busy) {
        lock.lock();
        try {
            while (!asked.isEmpty()) {
                List<ValueFileHandle> from = picker.worst(set, busy::contains, asked.getFirst().share);
                if (!from.isEmpty() || !busy.isEmpty()) {
                    return from;
                }
                asked.removeFirst().done.complete(null);
            }
        } finally {
            lock.unlock();
        }
        return picker.pick(set, busy::contains);
    }

    /** The newest entry of the key, not newer than the value, is the one with this pointer. */
    private boolean isLive(Version version, PointLookup lookup, long origin, long offset) {
        version.find(tables, lookup);
        if (!lookup.isFound() || lookup.kind() != EntryKind.POINTER) {
            return false;
        }
        ValuePointer pointer = ValuePointer.decode(lookup.valueArray(), lookup.valueOffset(), lookup.valueLength());
        return pointer.origin() == origin && pointer.offset() == offset;
    }

    private void finish(Move move) {
        MoveJob.Result result = move.result.await();
        List<Long> emptied = move.from.stream().map(file -> file.meta().number()).toList();
        installer.moveValues(emptied, result.file());
        counters.valueMoves.increment();
        counters.valuesMoved.add(result.values());
        counters.valueBytesMoved.add(result.bytes());
        events.end(move.span, result.values(), result.bytes());
    }

    /** Those who wait are told; the rest is tried again after a pause. */
    private void rest(NokvException full) {
        List<Asked> disappointed;
        lock.lock();
        try {
            disappointed = List.copyOf(asked);
            asked.clear();
        } finally {
            lock.unlock();
        }
        disappointed.forEach(wish -> wish.done.fail(full));
        if (!closing.getAsBoolean()) {
            resting = scheduler.after(PAUSE_WHEN_FULL_NANOS, NAME, () -> {
                resting = null;
                wake.run();
            });
        }
    }

    boolean hasObsolete() {
        return !obsolete.isEmpty();
    }

    /** Deletes a file that no version names any more; false when there is none. What fails is left to the next opening. */
    boolean deleteOne() {
        ValueFileMeta file = obsolete.poll();
        if (file == null) {
            return false;
        }
        try {
            log.delete(file.number());
        } catch (NokvException _) {
            counters.failedDeletions.increment();
        }
        return true;
    }

    /** Nothing is tried again. */
    void close() {
        Scheduler.Timer timer = resting;
        if (timer != null) {
            timer.cancel();
        }
    }
}
