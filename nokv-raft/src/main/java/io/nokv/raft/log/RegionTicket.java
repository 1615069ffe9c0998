package io.nokv.raft.log;

/** An entry that has its place in a region's log: later evaluations on this leader see its effects. */
public interface RegionTicket {
    /** The place in the region's log; from 1, without gaps. */
    long index();

    /** Orders entries of all regions of one store: smaller sequences are durable whenever larger ones are. */
    long sequence();

    /** Waits until the entry can no longer be lost. Throws when that cannot be known. */
    void awaitDurable();
}
