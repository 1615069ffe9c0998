/**
 * The log of a region: {@link io.nokv.raft.log.RegionLog} gives a write set its place, makes it visible to later
 * evaluations on this leader, and lets the caller wait for durability afterwards. {@link io.nokv.raft.log.RegionStore}
 * hosts the regions of one engine and admits requests; {@link io.nokv.raft.log.ApplyObserver} is how the layer above
 * hears of write sets.
 *
 * <p>Invariants: the entries of a region become visible in index order; an entry and the region's applied index are one
 * engine batch; an entry whose request was routed with another epoch than the region has when it gets its place is
 * refused. Waiting happens only in {@link io.nokv.raft.log.FlowMutex} and at tickets, through promises, so all of it
 * runs as coroutines as well as on threads.
 */
package io.nokv.raft.log;
