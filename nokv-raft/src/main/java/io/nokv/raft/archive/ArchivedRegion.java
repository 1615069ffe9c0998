package io.nokv.raft.archive;

import io.nokv.raft.region.RegionDescriptor;

/**
 * What an archive says of itself.
 *
 * @param region as it was: range, epoch, and who held it then
 * @param index of the last entry whose effects are in the rows
 * @param term of that entry
 */
public record ArchivedRegion(RegionDescriptor region, long index, long term) {}
