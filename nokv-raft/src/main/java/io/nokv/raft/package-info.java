/**
 * Regions and the log behind each of them. A region is a range of keys whose writes are ordered by one log; it has an
 * epoch that changes with its range and its members, and every request names the epoch it was routed with.
 *
 * <p>Start at {@link io.nokv.raft.region.RegionDescriptor} (what a region is), {@link io.nokv.raft.log.RegionLog} (the
 * port that orders write sets and makes them durable) and {@link io.nokv.raft.log.RegionStore} (the regions of one
 * engine). The regions here are local: they have one peer and apply directly to the engine. This layer knows write
 * sets; it never learns what a transaction is.
 */
package io.nokv.raft;
