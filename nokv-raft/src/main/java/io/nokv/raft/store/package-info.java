/**
 * The region store: one process's replicas of many regions. Start at {@link io.nokv.raft.store.RaftStore}; what it needs of
 * others are the ports {@link io.nokv.raft.store.Applier}, {@link io.nokv.raft.store.ApplyObserver}, {@link
 * io.nokv.raft.store.SnapshotTransfer} and {@link io.nokv.raft.store.Ids}.
 */
package io.nokv.raft.store;
