package io.nokv.raft.store;

import io.nokv.raft.region.RegionDescriptor;

/** A region's state machine as the apply flow has it; used by that flow alone, except for what is final. */
final class AppliedRegion {
    final long id;
    final HostedRegion owner;
    /** Which life of the owner's replica hands entries in. */
    final int life;
    RegionRecord record;
    long index;
    long term;
    /** Its rows are on their way: it has its range already, and nothing else of it counts. */
    boolean arriving;
    /** The batch being put together has something of it. */
    boolean inBatch;
    /** The record differs from what is stored. */
    boolean recordChanged;
    /** Something failed, or its end was applied: it takes no more entries. */
    boolean ended;
    /** Bytes of entries since the last batch. */
    long bytes;

    AppliedRegion(HostedRegion owner, int life, RegionRecord record, StoreKeys.Applied applied) {
        this.id = owner.id;
        this.owner = owner;
        this.life = life;
        this.record = record;
        this.index = applied.index();
        this.term = applied.term();
    }

    RegionDescriptor region() {
        return record.region();
    }

    void change(RegionRecord to) {
        record = to;
        recordChanged = true;
    }
}
