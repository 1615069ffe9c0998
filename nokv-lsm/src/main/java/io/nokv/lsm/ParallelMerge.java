package io.nokv.lsm;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.port.Clock;
import io.nokv.base.port.Promise;
import io.nokv.base.port.Scheduler;
import io.nokv.lsm.compact.Compaction;
import io.nokv.lsm.compact.KeySpan;
import io.nokv.lsm.compact.MergeJob;
import io.nokv.lsm.table.TableMeta;
import io.nokv.lsm.table.TableStore;
import io.nokv.lsm.vlog.ValueFileMeta;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * One rewrite, cut into parts that are merged at once, each by a flow that offloads one step after the other: a flush or another
 * rewrite waits for a step, never for a whole part. Between steps a part waits as the pace says. All parts come to an end before
 * the rewrite does; when one fails, what all of them wrote is taken back.
 */
final class ParallelMerge {
    private static final String NAME = "lsm-compact";
    /** The longest wait after which a part looks whether it is still wanted. */
    private static final long LONGEST_PAUSE_NANOS = 50_000_000;

    private final Scheduler scheduler;
    private final Clock clock;
    private final EngineOptions.Compactions options;
    private final BooleanSupplier closing;
    private final WritePace pace;
    private final Counters counters;
    private final Compaction compaction;
    private final Function<KeySpan, MergeJob> jobs;
    /** Whether a part failed: then the others need not go on. */
    private volatile boolean failed;

    /** @param jobs makes the job that merges a part */
    ParallelMerge(Scheduler scheduler, Clock clock, EngineOptions.Compactions options, BooleanSupplier closing,
            WritePace pace, Counters counters, Compaction compaction, Function<KeySpan, MergeJob> jobs) {
        this.scheduler = scheduler;
        this.clock = clock;
        this.options = options;
        this.closing = closing;
        this.pace = pace;
        this.counters = counters;
        this.compaction = compaction;
        this.jobs = jobs;
    }

    /** Waits for all parts. Their tables are synced, names too. */
    MergeJob.Result run(TableStore store) {
        List<KeySpan> spans = options.parts() == 1
                ? List.of(KeySpan.ALL)
                : scheduler.offload(NAME, () -> compaction.parts(store, options.parts(), options.partBytes())).await();
        List<MergeJob> parts = spans.stream().map(jobs).toList();
        counters.compactionParts.add(parts.size());
        boolean good = false;
        try {
            mergeAll(parts);
            MergeJob.Result result = sum(parts);
            if (!result.tables().isEmpty()) {
                scheduler.offload(NAME, () -> {
                    MergeJob.syncNames(store);
                    return null;
                }).await();
            }
            good = true;
            return result;
        } finally {
            if (!good) {
                parts.forEach(MergeJob::discard);
            }
        }
    }

    private void mergeAll(List<MergeJob> parts) {
        List<Promise<RuntimeException>> others = new ArrayList<>();
        for (MergeJob part : parts.subList(1, parts.size())) {
            Promise<RuntimeException> ended = scheduler.promise();
            others.add(ended);
            scheduler.execute(NAME, () -> ended.complete(merge(part)));
        }
        RuntimeException failure = merge(parts.getFirst());
        for (Promise<RuntimeException> other : others) {
            failure = graver(failure, other.await());
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** Merges one part; answers what went wrong, or null. */
    private RuntimeException merge(MergeJob part) {
        try {
            long written = 0;
            while (!scheduler.offload(NAME, () -> part.step(options.stepBytes())).await()) {
                long now = part.bytesWritten();
                waitFor(pace.wrote(clock.monotonicNanos(), now - written));
                written = now;
                checkWanted();
            }
            pace.wrote(clock.monotonicNanos(), part.bytesWritten() - written);
            return null;
        } catch (RuntimeException e) {
            failed = true;
            return e;
        } catch (Error e) {
            failed = true;
            return new IllegalStateException("a rewrite ended: " + e, e);
        }
    }

    private void waitFor(long nanos) {
        long left = nanos;
        while (left > 0) {
            checkWanted();
            long pause = Math.min(left, LONGEST_PAUSE_NANOS);
            scheduler.pause(pause);
            counters.compactionPausedNanos.add(pause);
            left -= pause;
        }
    }

    private void checkWanted() {
        if (failed || closing.getAsBoolean()) {
            throw new NokvException(FailureCode.CANCELLED, "the rewrite is not wanted any more");
        }
    }

    /** Of two, the one that says more: a part that was cancelled because of another says nothing, a full device passes. */
    private static RuntimeException graver(RuntimeException a, RuntimeException b) {
        return weight(b) > weight(a) ? b : a;
    }

    private static int weight(RuntimeException failure) {
        return switch (failure) {
            case null -> 0;
            case NokvException e when e.code() == FailureCode.CANCELLED -> 1;
            case NokvException e when e.code() == FailureCode.NO_SPACE -> 2;
            default -> 3;
        };
    }

    private static MergeJob.Result sum(List<MergeJob> parts) {
        List<TableMeta> tables = new ArrayList<>();
        List<ValueFileMeta> values = new ArrayList<>();
        long read = 0;
        long shadowed = 0;
        long tombstonesDropped = 0;
        long filtered = 0;
        for (MergeJob part : parts) {
            MergeJob.Result result = part.result();
            tables.addAll(result.tables());
            values.addAll(result.values());
            read += result.entriesRead();
            shadowed += result.shadowed();
            tombstonesDropped += result.tombstonesDropped();
            filtered += result.filtered();
        }
        return new MergeJob.Result(tables, values, read, shadowed, tombstonesDropped, filtered);
    }
}
