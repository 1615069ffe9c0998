package io.nokv.raft.store;

import io.nokv.raft.archive.ArchivedRegion;
import io.nokv.raft.region.RegionDescriptor;

/** How far an import has come. */
public sealed interface ImportOutcome {
    /** All is well so far. */
    record More() implements ImportOutcome {}

    /**
     * The region is here, durable, and about to elect its only member.
     *
     * @param from what the archive says of itself
     */
    record Done(RegionDescriptor region, ArchivedRegion from) implements ImportOutcome {}

    /** Nothing happened: it cannot be brought here as things are. */
    record Rejected(String why) implements ImportOutcome {}

    /** Nothing happened: the archive is damaged, ends too early, or is none. */
    record Damaged(String why) implements ImportOutcome {}
}
