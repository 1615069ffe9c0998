package io.nokv.lsm.thermos;

import io.nokv.lsm.Family;
import java.util.List;

/**
 * What is read and written most at present; the hottest first, at most {@link #SHOWN} of each kind.
 *
 * @param samples operations that were looked at, since opening
 * @param missed that should have been, and were not because another thread was in the way
 * @param delayedWrites writes that were held up, since opening
 * @param limited keys and prefixes whose writes are held up at present
 */
public record HotSpots(List<Spot> readKeys, List<Spot> readPrefixes, List<Spot> writtenKeys,
        List<Spot> writtenPrefixes, long samples, long missed, long delayedWrites, int limited) {
    public static final int SHOWN = 16;

    /**
     * A key or a prefix.
     *
     * @param key printable; cut when it is long
     * @param perSecond operations, lately
     * @param tooHighBy at most
     */
    public record Spot(Family family, String key, double perSecond, double tooHighBy) {}

    /** Nothing was watched. */
    public static final HotSpots NONE = new HotSpots(List.of(), List.of(), List.of(), List.of(), 0, 0, 0, 0);
}
