package io.nokv.raft.store;

import io.nokv.raft.region.RegionRefusal;

/** Whether the engine of a store may be read for a region. */
public sealed interface ReadOutcome {
    /** Yes, from now on; see {@link ReadPermission}. */
    record Permitted(ReadPermission permission) implements ReadOutcome {}

    /** No; ask again, perhaps somewhere else. */
    record Refused(RegionRefusal why) implements ReadOutcome {}
}
