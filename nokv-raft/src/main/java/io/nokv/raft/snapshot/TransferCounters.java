package io.nokv.raft.snapshot;

import java.util.concurrent.atomic.LongAdder;

/** Counters behind {@link SnapshotTransferStats}. Thread-safe. */
final class TransferCounters {
    final LongAdder offersExpired = new LongAdder();
    final LongAdder fetchesDone = new LongAdder();
    final LongAdder fetchesFailed = new LongAdder();
    final LongAdder fetchesRefused = new LongAdder();
    final LongAdder piecesSent = new LongAdder();
    final LongAdder bytesSent = new LongAdder();
    final LongAdder piecesReceived = new LongAdder();
    final LongAdder bytesReceived = new LongAdder();
    final LongAdder piecesResumed = new LongAdder();
    final LongAdder piecesAskedAgain = new LongAdder();
    final LongAdder piecesUnwanted = new LongAdder();
    final LongAdder piecesDamaged = new LongAdder();
    final LongAdder asksDropped = new LongAdder();
    final LongAdder messagesRefused = new LongAdder();

    SnapshotTransferStats stats(int offers, int fetches) {
        return new SnapshotTransferStats(offers, offersExpired.sum(), fetches, fetchesDone.sum(), fetchesFailed.sum(),
                fetchesRefused.sum(), piecesSent.sum(), bytesSent.sum(), piecesReceived.sum(), bytesReceived.sum(),
                piecesResumed.sum(), piecesAskedAgain.sum(), piecesUnwanted.sum(), piecesDamaged.sum(),
                asksDropped.sum(), messagesRefused.sum());
    }
}
