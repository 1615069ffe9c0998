package io.nokv.raft.store;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What a store counts; {@link RaftStoreStats} says what each means. Thread-safe. */
final class Counters {
    final LongAdder proposals = new LongAdder();
    final LongAdder applied = new LongAdder();
    final LongAdder applyBatches = new LongAdder();
    final LongAdder syncs = new LongAdder();
    final LongAdder turns = new LongAdder();
    final LongAdder readies = new LongAdder();
    final LongAdder reads = new LongAdder();
    final LongAdder messagesIn = new LongAdder();
    final LongAdder messagesOut = new LongAdder();
    final LongAdder framesOut = new LongAdder();
    final LongAdder droppedIn = new LongAdder();
    final LongAdder droppedUnknown = new LongAdder();
    final LongAdder overloaded = new LongAdder();
    final LongAdder timedOut = new LongAdder();
    final AtomicLong applyBacklogBytes = new AtomicLong();
    final LongAdder applyPauses = new LongAdder();
    final LongAdder logFull = new LongAdder();
    final LongAdder snapshotsMade = new LongAdder();
    final LongAdder snapshotsInstalled = new LongAdder();
    final LongAdder snapshotsRefused = new LongAdder();
    final LongAdder snapshotsFailed = new LongAdder();
    final LongAdder splits = new LongAdder();
    final LongAdder merges = new LongAdder();
    final LongAdder rollbacks = new LongAdder();
    final LongAdder autoSplits = new LongAdder();
    final LongAdder autoMerges = new LongAdder();
    final LongAdder removed = new LongAdder();
    final LongAdder hibernations = new LongAdder();
    final LongAdder wakes = new LongAdder();
    final LongAdder listenersFailed = new LongAdder();

    RaftStoreStats stats(int regions, int leading, int awake) {
        return new RaftStoreStats(regions, leading, awake, proposals.sum(), applied.sum(), applyBatches.sum(),
                syncs.sum(), turns.sum(),
                readies.sum(), reads.sum(), messagesIn.sum(), messagesOut.sum(), framesOut.sum(), droppedIn.sum(),
                droppedUnknown.sum(), overloaded.sum(), timedOut.sum(), applyBacklogBytes.get(), applyPauses.sum(),
                logFull.sum(), snapshotsMade.sum(), snapshotsInstalled.sum(), snapshotsRefused.sum(),
                snapshotsFailed.sum(), splits.sum(), merges.sum(), rollbacks.sum(), autoSplits.sum(), autoMerges.sum(),
                removed.sum(), hibernations.sum(),
                wakes.sum(), listenersFailed.sum());
    }
}
