package io.nokv.raft.store;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.error.Invariant;
import io.nokv.lsm.Family;
import io.nokv.lsm.WriteBatch;
import io.nokv.raft.core.Entry;
import io.nokv.raft.membership.Membership;
import io.nokv.raft.membership.MembershipChange;
import io.nokv.raft.region.KeyRange;
import io.nokv.raft.region.Peer;
import io.nokv.raft.region.RegionDescriptor;
import io.nokv.raft.region.RegionEpoch;
import io.nokv.raft.region.RegionRefusal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/** What entries do to the regions of a store. Used by the apply flow alone. */
final class EntryApplier {
    private final HostedStore store;
    private final ApplyFlow flow;

    EntryApplier(HostedStore store, ApplyFlow flow) {
        this.store = store;
        this.flow = flow;
    }

    /** Puts the effects of {@code entry} into {@code batch} and into what the flow knows of regions. */
    ProposalOutcome apply(AppliedRegion region, Entry entry, Membership membership, WriteBatch batch,
            ApplyReader reader) {
        return switch (entry.kind()) {
            case EMPTY -> new ProposalOutcome.Applied(entry.index(), null);
            case CHANGE -> change(region, entry, membership);
            case COMMAND -> {
                Command command = Command.decode(entry.data());
                boolean thaws = command instanceof Command.Rollback;
                if (!command.isFor(region.region().epoch())) {
                    yield new ProposalOutcome.Refused(new RegionRefusal.EpochMismatch(List.of(region.region())));
                }
                if (region.record.frozen() != null && !thaws) {
                    yield new ProposalOutcome.Refused(new RegionRefusal.Frozen(region.id));
                }
                yield switch (command) {
                    case Command.Write write -> {
                        byte[] answer = store.applier().apply(region.region(), entry.term(), entry.index(),
                                write.command(), batch, reader);
                        flow.tookEffect(region.id, entry.term(), entry.index(), write.command());
                        yield new ProposalOutcome.Applied(entry.index(), answer);
                    }
                    case Command.Split split -> split(region, entry, split);
                    case Command.Prepare prepare -> prepare(region, entry, prepare);
                    case Command.Commit commit -> commit(region, entry, commit, batch);
                    case Command.Refuse refuse -> {
                        RegionDescriptor old = region.region();
                        region.change(region.record.refusing(old.withEpoch(old.epoch().withNextVersion()),
                                new RegionRecord.Refusal(refuse.sourceId(), refuse.epoch().version())));
                        yield new ProposalOutcome.Applied(entry.index(), null);
                    }
                    case Command.Rollback rollback -> rollback(region, entry, rollback);
                };
            }
        };
    }

    private static ProposalOutcome refused(AppliedRegion region) {
        return new ProposalOutcome.Refused(new RegionRefusal.EpochMismatch(List.of(region.region())));
    }

    // ---- members -------------------------------------------------------------------------------------------------

    /** @param membership afterwards; null when the change is refused, by everybody alike */
    private ProposalOutcome change(AppliedRegion region, Entry entry, Membership membership) {
        if (membership == null) {
            return refused(region);
        }
        TreeMap<Long, Long> stores = new TreeMap<>();
        region.region().peers().forEach(peer -> stores.put(peer.id(), peer.storeId()));
        ByteReader in = new ByteReader(entry.data());
        MembershipChange.decode(in);
        if (in.remaining() > 0) {
            Peers.readStores(in, stores);
        }
        List<Peer> peers = Peers.of(membership, id -> stores.getOrDefault(id, 0L));
        RegionDescriptor old = region.region();
        region.change(region.record.with(old.withPeers(peers, old.epoch().withNextConfVersion()), membership));
        return new ProposalOutcome.Applied(entry.index(), null);
    }

    // ---- split ---------------------------------------------------------------------------------------------------

    private ProposalOutcome split(AppliedRegion parent, Entry entry, Command.Split split) {
        RegionDescriptor old = parent.region();
        if (parent.record.membership().isJoint() || !isPossible(old, split.children())) {
            return refused(parent);
        }
        RegionEpoch epoch = store.rules().splitChangesTheEpoch() ? old.epoch().withNextVersion() : old.epoch();
        List<AppliedRegion> children = new ArrayList<>();
        for (int i = 0; i < split.children().size(); i++) {
            Command.Child child = split.children().get(i);
            byte[] to = i + 1 < split.children().size() ? split.children().get(i + 1).from() : old.range().to();
            RegionRecord record = child(old, child, new KeyRange(child.from(), to),
                    new RegionEpoch(epoch.version(), RegionEpoch.FIRST.confVersion()));
            Invariant.check(!flow.regions().containsKey(child.regionId()), "a child is new", record.region());
            if (record.region().peerOn(store.storeId()) == null) {
                // This replica was removed before, and is about to learn of it.
                continue;
            }
            AppliedRegion applied = new AppliedRegion(store.adopt(child.regionId()), store.nextLife(), record,
                    RegionRecord.FIRST);
            applied.recordChanged = true;
            flow.regions().put(child.regionId(), applied);
            flow.touch(applied);
            children.add(applied);
        }
        KeyRange left = new KeyRange(old.range().from(), split.children().getFirst().from());
        parent.change(parent.record.with(old.withRange(left, epoch)));
        store.counters().splits.increment();
        flow.afterwards(() -> parent.owner.loop.post(() -> parent.owner.splitOff(children)));
        return new ProposalOutcome.Applied(entry.index(), null);
    }

    private static boolean isPossible(RegionDescriptor parent, List<Command.Child> children) {
        byte[] before = parent.range().from();
        for (Command.Child child : children) {
            if (!parent.range().contains(child.from()) || Arrays.compareUnsigned(before, child.from()) >= 0
                    || child.peerIds().length != parent.peers().size()) {
                return false;
            }
            before = child.from();
        }
        return !children.isEmpty();
    }

    private static RegionRecord child(RegionDescriptor parent, Command.Child child, KeyRange range, RegionEpoch epoch) {
        List<Peer> peers = new ArrayList<>();
        for (int i = 0; i < parent.peers().size(); i++) {
            Peer of = parent.peers().get(i);
            peers.add(new Peer(child.peerIds()[i], of.storeId(), of.role()));
        }
        return RegionRecord.of(new RegionDescriptor(child.regionId(), range, epoch, peers));
    }

    // ---- merge ---------------------------------------------------------------------------------------------------

    private ProposalOutcome prepare(AppliedRegion source, Entry entry, Command.Prepare prepare) {
        if (source.record.membership().isJoint()) {
            return refused(source);
        }
        RegionDescriptor old = source.region();
        source.change(source.record.with(old.withEpoch(old.epoch().withNextVersion()),
                new RegionRecord.Frozen(prepare.targetId(), prepare.targetEpoch(), entry.index())));
        return new ProposalOutcome.Applied(entry.index(), null);
    }

    private ProposalOutcome commit(AppliedRegion target, Entry entry, Command.Commit commit, WriteBatch batch) {
        RegionDescriptor source = commit.source();
        RegionDescriptor old = target.region();
        KeyRange union = union(old.range(), source.range());
        if (union == null) {
            return refused(target);
        }
        AppliedRegion gone = flow.regions().remove(source.id());
        Invariant.check(gone != null && !gone.arriving && gone.record.frozen() != null
                && gone.record.frozen().atIndex() == commit.atIndex() && gone.index >= commit.atIndex(),
                "whoever takes over a region has all of it", gone == null ? source : gone.record);
        gone.ended = true;
        Tombstone tombstone = new Tombstone(gone.owner.peerId(), true, source);
        batch.delete(Family.LOCAL, StoreKeys.record(source.id())).delete(Family.LOCAL, StoreKeys.applied(source.id()))
                .put(Family.LOCAL, StoreKeys.tombstone(source.id()), tombstone.encode());
        RegionEpoch epoch = new RegionEpoch(Math.max(old.epoch().version(), source.epoch().version()) + 1,
                old.epoch().confVersion());
        target.change(target.record.with(old.withRange(union, epoch)));
        store.bury(source.id(), tombstone);
        store.counters().merges.increment();
        flow.afterwards(() -> store.left(gone.owner, tombstone));
        return new ProposalOutcome.Applied(entry.index(), null);
    }

    /** Null when they do not lie side by side. */
    static KeyRange union(KeyRange one, KeyRange other) {
        if (one.to() != null && Arrays.equals(one.to(), other.from())) {
            return new KeyRange(one.from(), other.to());
        }
        return other.to() != null && Arrays.equals(other.to(), one.from())
                ? new KeyRange(other.from(), one.to())
                : null;
    }

    private ProposalOutcome rollback(AppliedRegion source, Entry entry, Command.Rollback rollback) {
        RegionRecord.Frozen frozen = source.record.frozen();
        if (frozen == null || frozen.atIndex() != rollback.atIndex()) {
            return refused(source);
        }
        RegionDescriptor old = source.region();
        source.change(source.record.with(old.withEpoch(old.epoch().withNextVersion()), (RegionRecord.Frozen) null));
        store.counters().rollbacks.increment();
        return new ProposalOutcome.Applied(entry.index(), null);
    }
}
