/**
 * What a region is, as plain data: {@link io.nokv.raft.region.RegionDescriptor}, the
 * {@link io.nokv.raft.region.RegionEpoch} that fences requests routed with an outdated idea of it, and
 * {@link io.nokv.raft.region.RegionRefusal}, the answers of a store that is not the right place to ask. Everything is
 * immutable.
 */
package io.nokv.raft.region;
