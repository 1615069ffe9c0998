package io.nokv.raft.snapshot;

import io.nokv.base.error.NokvException;

/**
 * How snapshots travel. {@link #of} has the usual values; change single ones by the {@code with} methods.
 *
 * @param directory of the engine's file system, for nothing else; made when it is missing
 * @param chunkBytes files travel in pieces of this size, 512 B to 16 MiB
 * @param window pieces of one fetch that may be under way, 1 to 1,024
 * @param maxFetches fetches at a time, at least 1
 * @param bytesPerSecond pieces sent, all offers together, and pieces asked for, all fetches together; 0: unlimited
 * @param askAgainNanos a piece that did not come in this time is asked for again; more when pieces take long to come
 * @param silenceNanos a fetch that hears nothing for so long fails with TIMEOUT
 * @param offerIdleNanos an offer that nobody asks for so long is withdrawn
 * @param keepPartialNanos what was fetched in part, or was not discarded, is kept for so long for a further attempt
 * @param spareBytes a fetch that would leave less free than this on the device fails with NO_SPACE
 */
public record SnapshotTransferOptions(String directory, int chunkBytes, int window, int maxFetches, long bytesPerSecond,
        long askAgainNanos, long silenceNanos, long offerIdleNanos, long keepPartialNanos, long spareBytes) {
    private static final long SECOND = 1_000_000_000L;

    /** INVALID_ARGUMENT naming what cannot be. */
    public SnapshotTransferOptions {
        if (directory == null || directory.isEmpty()) {
            throw NokvException.invalid("snapshots on their way need a directory of their own");
        }
        inRange("chunkBytes", chunkBytes, 512, 16 << 20);
        inRange("window", window, 1, 1_024);
        inRange("maxFetches", maxFetches, 1, 1_024);
        inRange("bytesPerSecond", bytesPerSecond, 0, Long.MAX_VALUE);
        inRange("askAgainNanos", askAgainNanos, 1, 3_600 * SECOND);
        inRange("silenceNanos", silenceNanos, 1, 3_600 * SECOND);
        inRange("offerIdleNanos", offerIdleNanos, 1, Long.MAX_VALUE);
        inRange("keepPartialNanos", keepPartialNanos, 0, Long.MAX_VALUE);
        inRange("spareBytes", spareBytes, 0, Long.MAX_VALUE);
    }

    private static void inRange(String what, long value, long least, long most) {
        if (value < least || value > most) {
            throw NokvException
                    .invalid(what + " of a snapshot transfer is " + least + " to " + most + ", not " + value);
        }
    }

    /** Pieces of 256 KiB, 8 at a time, 4 fetches, no limit of speed, 30 s of silence, an hour for what is unfinished. */
    public static SnapshotTransferOptions of(String directory) {
        return new SnapshotTransferOptions(directory, 256 << 10, 8, 4, 0, SECOND, 30 * SECOND, 600 * SECOND,
                3_600 * SECOND, 64 << 20);
    }

    public SnapshotTransferOptions withPieces(int newChunkBytes, int newWindow) {
        return new SnapshotTransferOptions(directory, newChunkBytes, newWindow, maxFetches, bytesPerSecond,
                askAgainNanos, silenceNanos, offerIdleNanos, keepPartialNanos, spareBytes);
    }

    public SnapshotTransferOptions withBounds(int newMaxFetches, long newBytesPerSecond, long newSpareBytes) {
        return new SnapshotTransferOptions(directory, chunkBytes, window, newMaxFetches, newBytesPerSecond,
                askAgainNanos, silenceNanos, offerIdleNanos, keepPartialNanos, newSpareBytes);
    }

    public SnapshotTransferOptions withTimes(long newAskAgainNanos, long newSilenceNanos, long newOfferIdleNanos,
            long newKeepPartialNanos) {
        return new SnapshotTransferOptions(directory, chunkBytes, window, maxFetches, bytesPerSecond, newAskAgainNanos,
                newSilenceNanos, newOfferIdleNanos, newKeepPartialNanos, spareBytes);
    }
}
