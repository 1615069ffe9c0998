package io.nokv.raft.snapshot;

/**
 * What a store's snapshot transfer counts, since opening unless said otherwise.
 *
 * @param offers that others may fetch, at present
 * @param offersExpired withdrawn because nobody asked for them
 * @param fetches going on, at present
 * @param fetchesDone that ended well
 * @param fetchesFailed that did not
 * @param fetchesRefused because too many were going on
 * @param piecesSent to other stores
 * @param bytesSent in these
 * @param piecesReceived and kept
 * @param bytesReceived in these
 * @param piecesResumed found on the disk by a fetch that went on
 * @param piecesAskedAgain because they did not come in time
 * @param piecesUnwanted that came twice or too late
 * @param piecesDamaged that did not match their checksum
 * @param asksDropped because too many waited
 * @param messagesRefused that made no sense
 */
public record SnapshotTransferStats(int offers, long offersExpired, int fetches, long fetchesDone, long fetchesFailed,
        long fetchesRefused, long piecesSent, long bytesSent, long piecesReceived, long bytesReceived,
        long piecesResumed, long piecesAskedAgain, long piecesUnwanted, long piecesDamaged, long asksDropped,
        long messagesRefused) {}
