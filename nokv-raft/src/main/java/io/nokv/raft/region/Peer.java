package io.nokv.raft.region;

/** One replica of a region: {@code id} is unique in the cluster and never used again. */
public record Peer(long id, long storeId) {}
