package io.nokv.raft.storage;

import java.util.List;

/**
 * What the logs of a store count, since opening unless said otherwise.
 *
 * @param regions at present
 * @param cachedBytes entries in memory at present
 * @param readies written
 * @param evictions records whose entries left memory
 * @param fetches records whose entries were read back from the log
 * @param images regions written anew to make room
 * @param imageBytes what these took
 * @param tooLarge how often a region was not written anew because of its size
 * @param oldest who keeps the oldest segments at present, oldest first, a few at most
 */
public record RaftLogStats(int regions, long cachedBytes, long readies, long evictions, long fetches, long images,
        long imageBytes, long tooLarge, List<Keeper> oldest) {
    /** A region and the oldest segment of the log that it needs. */
    public record Keeper(long region, long segment, long bytes) {}
}
