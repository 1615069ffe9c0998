/**
 * The region store: one process's replicas of many regions. Start at {@link io.nokv.raft.store.RaftStore}; what it needs of
 * others are the ports {@link io.nokv.raft.store.Applier}, {@link io.nokv.raft.store.ApplyObserver}, {@link
 * io.nokv.raft.store.SnapshotTransfer} and {@link io.nokv.raft.store.Ids}.
 *
 * <p>Behind it: {@code HostedStore} (what all share), {@code EventLoop} (drives replicas), {@code HostedRegion} (one region, owner of
 * its replica) with its parts {@code RegionDoor}, {@code LeasedReads}, {@code Requests}, {@code RegionLife}, {@code MergeDriver}, {@code Newcomer}, {@code
 * SnapshotSource}, {@code AutoSplit} and {@code LogCutter}, {@code AutoMerge}, {@code ApplyFlow} and {@code EntryApplier} (what entries do), {@code LogSync}, {@code Backpressure},
 * {@code
 * StoreInbox} and {@code Outbox}, {@code SnapshotMaker} and {@code SnapshotInstaller}, {@code Archives} and {@code Intake} (a region as a file), {@code StoreHeart}, {@code Comeback}.
 *
 * <p>In family LOCAL, beside the keys of {@link io.nokv.raft.log}:
 *
 * <pre>
 * 'R' u64:regionId   u8:format(1) u8:isFrozen bytes:descriptor membership
 *                    [varint:targetId varint:version varint:confVersion varint:atIndex]
 *                    varint:refusals (varint:sourceId varint:version)*
 * 'A' u64:regionId   varint:index varint:term
 * 'T' u64:regionId   u8:format(1) varint:peerId u8:merged bytes:descriptor
 * </pre>
 *
 * <p>Invariants:
 * <ul>
 * <li>What an entry does, how far the region is applied, and what the region is are one engine batch; so are all regions that an
 * entry changes.
 * <li>Ranges of regions with a state machine on one store do not overlap; the apply flow alone adds and removes them.
 * <li>An entry counts only under the epoch it was proposed for; everything that ends an epoch changes it.
 * <li>A proposer hears of the entry at its index and term, of no other.
 * <li>A replica that is not of the present {@code life} of its region has no say: late reports of it are dropped.
 * <li>What is hosted after a restart is what the records say.
 * </ul>
 *
 * <p>Threads: loops never wait; each region belongs to one loop. One apply flow, which may wait for the engine. Everything
 * else that takes long has a flow of its own. Locks are short and over memory. docs/raft.md says more.
 */
package io.nokv.raft.store;
