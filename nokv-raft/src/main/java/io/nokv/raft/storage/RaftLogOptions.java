package io.nokv.raft.storage;

import io.nokv.base.error.NokvException;

/**
 * How much the logs of a store take.
 *
 * @param cacheBytes entries kept in memory, as {@link io.nokv.raft.core.Entry#bytes} counts; what is not durable is kept beside
 * @param imageBytes a region with more in its log is not written anew to make room
 */
public record RaftLogOptions(long cacheBytes, long imageBytes) {
    public RaftLogOptions {
        if (cacheBytes < 0 || imageBytes < 0) {
            throw NokvException.invalid("no logs can be kept in " + cacheBytes + " bytes with images of " + imageBytes);
        }
    }

    /**
     * 4 MiB of entries, images of up to 1 MiB: what members that are a moment behind and the applier ask for. More would outlive
     * collections of the heap, each of which then copies it.
     */
    public static RaftLogOptions defaults() {
        return new RaftLogOptions(4 << 20, 1 << 20);
    }
}
