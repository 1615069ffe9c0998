package io.nokv.raft.store;

import io.nokv.raft.region.RegionRefusal;

/** Whether a region is exported. */
public sealed interface ExportOutcome {
    /** @param export the caller's to close */
    record Begun(RegionExport export) implements ExportOutcome {}

    /** Nothing happened; ask again with a better route, or later. */
    record Refused(RegionRefusal why) implements ExportOutcome {}
}
