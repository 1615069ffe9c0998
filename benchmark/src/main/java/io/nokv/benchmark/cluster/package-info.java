/**
 * Region stores as real processes on loopback: {@link io.nokv.benchmark.cluster.RaftStoreProcess} is one,
 * {@link io.nokv.benchmark.cluster.RaftNode} what is in it, {@link io.nokv.benchmark.cluster.StoreClients} how to use several. What
 * they replicate is {@link io.nokv.benchmark.cluster.BranchApplier}: a bank and rings, whose invariants any reader can check.
 */
package io.nokv.benchmark.cluster;
