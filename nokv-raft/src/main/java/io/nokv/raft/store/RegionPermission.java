package io.nokv.raft.store;

import io.nokv.raft.region.RegionDescriptor;

/**
 * Holds as long as the state machine that it was given for is the one in the engine.
 *
 * @param life of that state machine
 */
record RegionPermission(HostedRegion owner, int life, RegionDescriptor region, long index) implements ReadPermission {
    @Override
    public boolean holds() {
        return owner.life() == life;
    }
}
