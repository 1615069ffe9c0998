package io.nokv.raft.region;

/** Names the region a request was routed to, as its sender knew it. */
public record RegionHeader(long regionId, RegionEpoch epoch) {}
