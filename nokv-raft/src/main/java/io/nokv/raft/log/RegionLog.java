package io.nokv.raft.log;

import io.nokv.lsm.WriteBatch;
import io.nokv.raft.region.RegionDescriptor;
import io.nokv.raft.region.RegionHeader;

/**
 * Orders the write sets of one region and makes them durable. The caller evaluated its request on this leader and
 * appends what is to be written; replicas apply exactly that. Thread-safe.
 */
public interface RegionLog {
    /** The region as of the last applied entry. */
    RegionDescriptor descriptor();

    /** The index of the last applied entry; 0 when there is none. */
    long appliedIndex();

    /**
     * Gives {@code writes} the next place. On return they are visible to later evaluations on this leader; wait for the
     * ticket before telling anybody else. Takes over {@code writes}. Throws when the engine takes no writes; then
     * nothing was written.
     */
    AppendOutcome append(RegionHeader header, WriteBatch writes);
}
