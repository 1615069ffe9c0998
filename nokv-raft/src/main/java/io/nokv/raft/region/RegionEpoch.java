package io.nokv.raft.region;

/**
 * Counts the changes of a region; both start at 1 and only grow.
 *
 * @param version changes of the range (split, merge)
 * @param confVersion changes of the members
 */
public record RegionEpoch(long version, long confVersion) {
    public static final RegionEpoch FIRST = new RegionEpoch(1, 1);

    public RegionEpoch withNextVersion() {
        return new RegionEpoch(version + 1, confVersion);
    }

    public RegionEpoch withNextConfVersion() {
        return new RegionEpoch(version, confVersion + 1);
    }
}
