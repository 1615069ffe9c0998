package io.nokv.raft.store;

import io.nokv.lsm.Family;
import io.nokv.lsm.WriteBatch;
import io.nokv.raft.region.RegionDescriptor;
import java.util.Set;

/** Keeps the last command of a region as the row at its first key. */
final class Rows implements Applier {
    @Override
    public Set<Family> families() {
        return Set.of(Family.DEFAULT);
    }

    @Override
    public byte[] apply(RegionDescriptor region, long term, long index, byte[] command, WriteBatch into,
            ApplyReader reader) {
        into.put(Family.DEFAULT, region.range().from(), command);
        return null;
    }
}
