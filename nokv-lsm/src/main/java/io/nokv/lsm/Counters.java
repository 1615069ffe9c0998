package io.nokv.lsm;

import io.nokv.lsm.event.StripedCounter;
import io.nokv.lsm.version.Version;
import java.util.concurrent.atomic.LongAdder;

/** The engine's own counters; the log and the tables have theirs. */
final class Counters {
    final StripedCounter batches = new StripedCounter();
    final StripedCounter gets = new StripedCounter();
    final StripedCounter cursors = new StripedCounter();
    final LongAdder slowed = new LongAdder();
    final LongAdder stopped = new LongAdder();
    final LongAdder flushes = new LongAdder();
    final LongAdder flushedBytes = new LongAdder();
    final LongAdder compactions = new LongAdder();
    final LongAdder compactionParts = new LongAdder();
    final LongAdder compactionPausedNanos = new LongAdder();
    final LongAdder moves = new LongAdder();
    final LongAdder leftovers = new LongAdder();
    final LongAdder compactionBytesRead = new LongAdder();
    final LongAdder shadowed = new LongAdder();
    final LongAdder valueMoves = new LongAdder();
    final LongAdder valuesMoved = new LongAdder();
    final LongAdder valueBytesMoved = new LongAdder();
    final LongAdder tombstonesDropped = new LongAdder();
    final LongAdder failedDeletions = new LongAdder();
    final LongAdder checkpoints = new LongAdder();
    final LongAdder exports = new LongAdder();
    final LongAdder exportedBytes = new LongAdder();
    final LongAdder ingests = new LongAdder();
    final LongAdder ingestedBytes = new LongAdder();
    final LongAdder filtered = new LongAdder();
    final LongAdder[] compactionsInto = new LongAdder[Version.LEVELS];
    final LongAdder[] bytesInto = new LongAdder[Version.LEVELS];

    Counters() {
        for (int level = 0; level < Version.LEVELS; level++) {
            compactionsInto[level] = new LongAdder();
            bytesInto[level] = new LongAdder();
        }
    }
}
