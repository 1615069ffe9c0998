package io.nokv.raft.store;

import io.nokv.raft.region.RegionRefusal;

/** How a proposal ended. */
public sealed interface ProposalOutcome {
    /**
     * It was carried out here and on a quorum's logs.
     *
     * @param index its place in the log
     * @param answer of the {@link Applier}; null when that gave none
     */
    record Applied(long index, byte[] answer) implements ProposalOutcome {}

    /** It was not carried out and never will be. */
    record Refused(RegionRefusal why) implements ProposalOutcome {}

    /** It may have been carried out, may yet be, or may be lost. */
    record Unknown(String why) implements ProposalOutcome {}
}
