package io.nokv.raft.log;

import io.nokv.raft.region.RegionRefusal;

/** How an append ended. */
public sealed interface AppendOutcome {
    record Appended(RegionTicket ticket) implements AppendOutcome {}

    /** The region is not what the caller evaluated against; nothing was written. */
    record Refused(RegionRefusal why) implements AppendOutcome {}
}
