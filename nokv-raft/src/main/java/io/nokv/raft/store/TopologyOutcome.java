package io.nokv.raft.store;

import io.nokv.raft.region.RegionDescriptor;
import io.nokv.raft.region.RegionRefusal;
import java.util.List;

/** How a change of regions ended. */
public sealed interface TopologyOutcome {
    /** @param regions as they are now, the one that was named first, if it still is */
    record Done(List<RegionDescriptor> regions) implements TopologyOutcome {}

    /** Nothing happened; ask again with a better route, or later. */
    record Refused(RegionRefusal why) implements TopologyOutcome {}

    /** Nothing happened, and nothing would if it were asked again as things are. */
    record Rejected(String why) implements TopologyOutcome {}

    /** It may have happened, or may yet. */
    record Unknown(String why) implements TopologyOutcome {}
}
