package io.nokv.kv.store;

import io.nokv.base.port.Promise;
import io.nokv.control.time.Timestamp;
import io.nokv.raft.log.RegionTicket;

/** A commit under way, in the order of timestamps. All but the timestamp is guarded by the sequencer's lock. */
public final class CommitSlot {
    final Timestamp commitTs;
    final byte[] annotation;

    /** Where it lies in the log; null until it has a place. */
    RegionTicket ticket;

    /** Whether nothing more is known to be needed: durable by its owner's word, or given up. */
    boolean settled;
    boolean abandoned;

    /** Whether this and every earlier commit is settled. */
    boolean reached;

    /** Settled when {@link #reached}; null until somebody waits. */
    Promise<Void> reachedPromise;

    CommitSlot(Timestamp commitTs, byte[] annotation) {
        this.commitTs = commitTs;
        this.annotation = annotation;
    }

    public Timestamp commitTs() {
        return commitTs;
    }
}
