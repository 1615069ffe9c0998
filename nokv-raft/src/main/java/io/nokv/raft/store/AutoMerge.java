package io.nokv.raft.store;

import io.nokv.base.error.NokvException;
import io.nokv.lsm.Family;
import io.nokv.lsm.Range;
import io.nokv.raft.region.Peer;
import io.nokv.raft.region.Peer.Role;
import io.nokv.raft.region.RegionDescriptor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Brings small neighbours together again. Looks at all regions of the store in the order of their keys, now and then, and does at most one thing:
 * asks that a region which is led here become a part of the one to its left, or brings it nearer to that.
 *
 * <p>Two are merged when together they have no more than {@code mergeBytes} of rows, few requests, and have had their ranges and
 * leaders for {@code quietTicks}. What was split or merged, or changed its leader, begins to count anew, so what load or size
 * has split is not merged at once, and what was merged is not split: a region that splits by size has twice as much in it, one that splits by load four
 * times as many requests.
 *
 * <p>Of several small ones side by side the rightmost goes first: one that is about to take over another would refuse to be taken
 * over. The leaders come together first, so that one store knows what both are asked.
 *
 * <p>Thread-safe: ticks come from one flow, each look has a flow of its own, and there is one at a time. It reads what regions publish;
 * whatever it asks for is checked again where it is done.
 */
final class AutoMerge {
    /** Looks while a region grows quiet. */
    private static final int LOOKS = 4;
    /** Of the requests that would split a region, both together may have one part in so many. */
    private static final int LOAD_SHARE = 4;

    private final HostedStore store;
    private int ticks;
    private volatile boolean looking;

    AutoMerge(HostedStore store) {
        this.store = store;
    }

    /** Called once a tick by one flow. */
    void tick() {
        RaftStoreOptions.Topology topology = store.options().topology();
        if (topology.mergeBytes() == 0 || ++ticks < Math.max(1, topology.quietTicks() / LOOKS) || looking) {
            return;
        }
        ticks = 0;
        if (!store.rules().regionsChangeByThemselves()) {
            return;
        }
        looking = true;
        store.scheduler().execute("raft-merge-look", () -> {
            try {
                look();
            } catch (NokvException e) {
                store.noted("merge", 0, e);
            } finally {
                looking = false;
            }
        });
    }

    private void look() {
        List<HostedRegion> all = new ArrayList<>();
        for (HostedRegion region : store.hosted()) {
            if (region.record() != null && region.state() == RegionStatus.State.SERVING) {
                all.add(region);
            }
        }
        all.sort((one, other) -> Arrays.compareUnsigned(from(one), from(other)));
        TreeMap<Long, Long> sizes = new TreeMap<>();
        boolean goesFirst = false;
        for (int i = all.size() - 1; i > 0; i--) {
            HostedRegion left = all.get(i - 1);
            HostedRegion right = all.get(i);
            boolean fit = fit(left, right, sizes);
            if (fit && !goesFirst && right.status().isLeader() && bringTogether(left, right)) {
                return;
            }
            goesFirst = fit;
        }
    }

    private static byte[] from(HostedRegion region) {
        return region.record().region().range().from();
    }

    /** Whether both would be better one. */
    private boolean fit(HostedRegion left, HostedRegion right, TreeMap<Long, Long> sizes) {
        RegionRecord one = left.record();
        RegionRecord other = right.record();
        byte[] end = one.region().range().to();
        if (end == null || !Arrays.equals(end, other.region().range().from()) || one.frozen() != null
                || other.frozen() != null || !isSteady(left) || !isSteady(right)) {
            return false;
        }
        long limit = AutoSplit.tooMany(store.options());
        long requests = left.autoSplit().recentRequests() + right.autoSplit().recentRequests();
        if (limit > 0 && requests * LOAD_SHARE > limit) {
            return false;
        }
        long most = store.options().topology().mergeBytes();
        return size(left, sizes) <= most && size(left, sizes) + size(right, sizes) <= most;
    }

    private boolean isSteady(HostedRegion region) {
        return region.now() - region.lifeSigns().steadySinceNanos() >= store.options().topology().quietTicks()
                * store.options().tickNanos();
    }

    private long size(HostedRegion region, TreeMap<Long, Long> sizes) {
        return sizes.computeIfAbsent(region.id, _ -> {
            Range range = SnapshotMaker.range(region.record().region().range());
            long bytes = 0;
            for (Family family : store.applier().families().stream().sorted().toList()) {
                bytes += store.engine().approximateBytes(family, range);
            }
            return bytes;
        });
    }

    /** Does the next thing; false when there is nothing to be done. {@code right} is led here. */
    private boolean bringTogether(HostedRegion left, HostedRegion right) {
        RegionDescriptor target = left.record().region();
        RegionDescriptor source = right.record().region();
        if (!MergeDriver.haveSameVoters(source, target)) {
            List<PeerChange> changes = store.options().topology().mergeMoves() ? moves(source, target) : List.of();
            if (!changes.isEmpty()) {
                store.changePeers(source.header(), changes);
            }
            return !changes.isEmpty();
        }
        RegionStatus status = left.status();
        if (!status.isLeader()) {
            if (status.leaderStoreId() == 0 || source.peerOn(status.leaderStoreId()) == null) {
                return false;
            }
            store.transferLeader(source.header(), status.leaderStoreId());
            return true;
        }
        store.counters().autoMerges.increment();
        store.merge(source.header(), target.id());
        return true;
    }

    /** What brings the members of {@code source} nearer to where those of {@code target} are: first who is missing, then all at once. */
    private static List<PeerChange> moves(RegionDescriptor source, RegionDescriptor target) {
        List<PeerChange> out = new ArrayList<>();
        boolean joint = source.peers().stream()
                .anyMatch(peer -> peer.role() != Role.VOTER && peer.role() != Role.LEARNER);
        if (joint || !MergeDriver.allVote(target)) {
            return out;
        }
        TreeSet<Long> wanted = MergeDriver.stores(target);
        TreeSet<Long> missing = new TreeSet<>(wanted);
        missing.removeAll(MergeDriver.stores(source));
        if (!missing.isEmpty()) {
            out.add(new PeerChange.AddLearner(missing.first()));
            return out;
        }
        for (Peer peer : source.peers()) {
            if (!wanted.contains(peer.storeId())) {
                out.add(new PeerChange.Remove(peer.storeId()));
            } else if (peer.role() == Role.LEARNER) {
                out.add(new PeerChange.Promote(peer.storeId()));
            }
        }
        return out;
    }
}
