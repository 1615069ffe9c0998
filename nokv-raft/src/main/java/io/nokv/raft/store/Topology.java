package io.nokv.raft.store;

import io.nokv.base.error.NokvException;
import io.nokv.base.port.Promise;
import io.nokv.raft.core.ProposeOutcome;
import io.nokv.raft.core.Replica;
import io.nokv.raft.core.TransferOutcome;
import io.nokv.raft.membership.ChangeOutcome;
import io.nokv.raft.membership.Membership;
import io.nokv.raft.membership.MembershipChange;
import io.nokv.raft.membership.MembershipChange.Step;
import io.nokv.raft.region.Peer;
import io.nokv.raft.region.Peer.Role;
import io.nokv.raft.region.RegionDescriptor;
import io.nokv.raft.region.RegionEpoch;
import io.nokv.raft.region.RegionHeader;
import io.nokv.raft.region.RegionRefusal;
import io.nokv.raft.store.ExecutionStatus.AdmissionClass;
import io.nokv.raft.store.ExecutionStatus.AdmissionReason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;

/** Changes of regions that somebody asks for. Thread-safe: each goes to the loop of its region. */
final class Topology {
    private final HostedStore store;

    Topology(HostedStore store) {
        this.store = store;
    }

    // ---- the first replicas --------------------------------------------------------------------------------------

    Promise<Void> bootstrap(RegionDescriptor region) {
        boolean votersOnly = region.peers().stream().allMatch(peer -> peer.role() == Role.VOTER);
        if (region.id() <= 0 || !region.epoch().equals(RegionEpoch.FIRST) || !votersOnly
                || region.peerOn(store.storeId()) == null) {
            throw NokvException.invalid("store " + store.storeId() + " cannot begin with " + region);
        }
        Promise<Void> done = store.promise();
        store.apply().step(() -> {
            ApplyFlow apply = store.apply();
            if (apply.regions().containsKey(region.id()) || store.tombstone(region.id()) != null) {
                done.complete(null);
                return;
            }
            for (AppliedRegion other : apply.regions().values()) {
                if (!other.region().range().intersect(region.range()).isEmpty()) {
                    done.fail(NokvException.invalid(region + " overlaps " + other.region()));
                    return;
                }
            }
            AppliedRegion machine = new AppliedRegion(store.adopt(region.id()), store.nextLife(),
                    RegionRecord.of(region), RegionRecord.FIRST);
            machine.recordChanged = true;
            apply.regions().put(region.id(), machine);
            apply.touch(machine);
            apply.afterwards(() -> store.open(machine, RegionRecord.FIRST, false, done));
        });
        return done;
    }

    // ---- on the loop of a region ---------------------------------------------------------------------------------

    /** Runs {@code what} where the region is led, or says why not. */
    private Promise<TopologyOutcome> ask(String name, RegionHeader header,
            BiConsumer<HostedRegion, Promise<TopologyOutcome>> what) {
        Promise<TopologyOutcome> promise = store.promise();
        promise.whenDone((outcome, failure) -> store.ledger().transition(name, header.regionId(),
                failure == null ? outcome : new TopologyOutcome.Unknown(failure.toString())));
        HostedRegion region = store.region(header.regionId());
        if (region == null) {
            refuse(promise, header.regionId(), new RegionRefusal.RegionNotFound(header.regionId()));
            return promise;
        }
        region.loop.request(() -> {
            RegionRefusal refusal = region.door().admission(header.epoch().version());
            if (refusal == null && !region.record().region().epoch().equals(header.epoch())) {
                refusal = new RegionRefusal.EpochMismatch(List.of(region.record().region()));
            }
            if (refusal != null) {
                refuse(promise, region.id, refusal);
                return;
            }
            store.ledger().admitted(AdmissionClass.TOPOLOGY, region.id, AdmissionReason.ACCEPTED);
            what.accept(region, promise);
        });
        return promise;
    }

    private void refuse(Promise<TopologyOutcome> promise, long regionId, RegionRefusal why) {
        store.ledger().admitted(AdmissionClass.TOPOLOGY, regionId, why);
        promise.complete(new TopologyOutcome.Refused(why));
    }

    private void reject(Promise<TopologyOutcome> promise, long regionId, String why) {
        store.ledger().admitted(AdmissionClass.TOPOLOGY, regionId, AdmissionReason.REJECTED);
        promise.complete(new TopologyOutcome.Rejected(why));
    }

    /** The entry's outcome becomes that of the change; {@code ids} are the regions to be shown. */
    private Promise<ProposalOutcome> entry(HostedRegion region, Promise<TopologyOutcome> promise, List<Long> ids) {
        Promise<ProposalOutcome> entry = store.scheduler().promise();
        entry.whenDone((outcome, failure) -> promise.complete(switch (outcome) {
            case null -> new TopologyOutcome.Unknown(failure.toString());
            case ProposalOutcome.Applied _ -> new TopologyOutcome.Done(shown(ids));
            case ProposalOutcome.Refused(RegionRefusal why) -> new TopologyOutcome.Refused(why);
            case ProposalOutcome.Unknown(String why) -> new TopologyOutcome.Unknown(why);
        }));
        return entry;
    }

    /** The regions as of what is applied. Entries' outcomes come on the apply flow. */
    private List<RegionDescriptor> shown(List<Long> ids) {
        return ids.stream().map(store.apply().regions()::get).filter(region -> region != null)
                .map(AppliedRegion::region).toList();
    }

    // ---- split ---------------------------------------------------------------------------------------------------

    Promise<TopologyOutcome> split(RegionHeader header, List<byte[]> keys) {
        return ask("split", header, (region, promise) -> {
            RegionDescriptor now = region.record().region();
            String problem = splitProblem(now, keys, region.record());
            if (problem != null) {
                reject(promise, region.id, problem);
                return;
            }
            int each = 1 + now.peers().size();
            store.ids().take(keys.size() * each).whenDone((ids, failure) -> {
                if (failure != null) {
                    reject(promise, region.id, "no ids for new regions: " + failure);
                } else {
                    region.loop.post(() -> split(region, now.epoch(), keys, ids, each, promise));
                }
            });
        });
    }

    private static String splitProblem(RegionDescriptor region, List<byte[]> keys, RegionRecord record) {
        if (keys.isEmpty() || keys.size() > Command.MAX_CHILDREN) {
            return "a split is at 1 to " + Command.MAX_CHILDREN + " keys";
        }
        byte[] before = region.range().from();
        for (byte[] key : keys) {
            if (!region.range().contains(key) || Arrays.compareUnsigned(before, key) >= 0) {
                return "split keys ascend within " + region.range();
            }
            before = key;
        }
        return record.membership().isJoint() ? "its members are changing" : null;
    }

    private void split(HostedRegion region, RegionEpoch epoch, List<byte[]> keys, long[] ids, int each,
            Promise<TopologyOutcome> promise) {
        List<Command.Child> children = new ArrayList<>();
        List<Long> shown = new ArrayList<>(List.of(region.id));
        for (int i = 0; i < keys.size(); i++) {
            int at = i * each;
            children.add(new Command.Child(keys.get(i), ids[at], Arrays.copyOfRange(ids, at + 1, at + each)));
            shown.add(ids[at]);
        }
        propose(region, epoch, new Command.Split(epoch, children), promise, shown);
    }

    /** Proposes {@code command} if the region is still of {@code epoch}. */
    private void propose(HostedRegion region, RegionEpoch epoch, Command command, Promise<TopologyOutcome> promise,
            List<Long> shown) {
        RegionRefusal refusal = region.door().admission(epoch.version());
        if (refusal == null) {
            refusal = region.door().propose(command, entry(region, promise, shown));
        }
        if (refusal != null) {
            refuse(promise, region.id, refusal);
        }
    }

    // ---- merge ---------------------------------------------------------------------------------------------------

    Promise<TopologyOutcome> merge(RegionHeader header, long targetId) {
        return ask("merge", header, (region, promise) -> {
            HostedRegion target = store.region(targetId);
            RegionRecord other = target == null ? null : target.record();
            String problem = MergeDriver.problem(region.record(), other);
            if (problem == null && region.replica().hasChangeUnderWay()) {
                problem = "its members are changing";
            }
            if (problem != null) {
                reject(promise, region.id, problem);
                return;
            }
            Promise<ProposalOutcome> entry = store.scheduler().promise();
            entry.whenDone((outcome, failure) -> {
                switch (outcome) {
                    case null -> promise.complete(new TopologyOutcome.Unknown(failure.toString()));
                    case ProposalOutcome.Applied _ -> region.loop.post(() -> region.merge().await(promise));
                    case ProposalOutcome.Refused(RegionRefusal why) ->
                        promise.complete(new TopologyOutcome.Refused(why));
                    case ProposalOutcome.Unknown(String why) -> promise.complete(new TopologyOutcome.Unknown(why));
                }
            });
            RegionRefusal refusal = region.door()
                    .propose(new Command.Prepare(header.epoch(), targetId, other.region().epoch()), entry);
            if (refusal != null) {
                refuse(promise, region.id, refusal);
            } else {
                region.merge().prepared();
            }
        });
    }

    // ---- members -------------------------------------------------------------------------------------------------

    Promise<TopologyOutcome> changePeers(RegionHeader header, List<PeerChange> changes) {
        long coming = changes.stream().filter(change -> change instanceof PeerChange.AddLearner).count();
        return ask("change-peers", header, (region, promise) -> {
            if (coming == 0) {
                change(region, changes, new long[0], promise);
                return;
            }
            store.ids().take((int) coming).whenDone((ids, failure) -> {
                if (failure != null) {
                    reject(promise, region.id, "no ids for new peers: " + failure);
                } else {
                    region.loop.post(() -> {
                        RegionRefusal refusal = region.door().admission(header.epoch().version());
                        if (refusal != null) {
                            refuse(promise, region.id, refusal);
                        } else {
                            change(region, changes, ids, promise);
                        }
                    });
                }
            });
        });
    }

    private void change(HostedRegion region, List<PeerChange> changes, long[] ids, Promise<TopologyOutcome> promise) {
        RegionDescriptor now = region.record().region();
        List<Step> steps = new ArrayList<>();
        List<Peer> coming = new ArrayList<>();
        for (PeerChange change : changes) {
            Peer there = now.peerOn(change.storeId());
            if (change instanceof PeerChange.AddLearner == (there != null) || change.storeId() <= 0) {
                reject(promise, region.id,
                        "store " + change.storeId() + " has " + there + ", which does not go with " + change);
                return;
            }
            switch (change) {
                case PeerChange.AddLearner(long storeId) -> {
                    Peer peer = new Peer(ids[coming.size()], storeId, Role.LEARNER);
                    coming.add(peer);
                    steps.add(new Step.AddLearner(peer.id()));
                }
                case PeerChange.Promote _ -> {
                    long behind = region.replica().committed() - region.replica().match(there.id());
                    if (region.replica().match(there.id()) < region.replica().baseIndex()
                            || behind > store.options().log().keep() + 1_000) {
                        reject(promise, region.id,
                                "the replica on store " + there.storeId() + " lacks too much of the log");
                        return;
                    }
                    steps.add(new Step.AddVoter(there.id()));
                }
                case PeerChange.Demote _ -> steps.add(new Step.AddLearner(there.id()));
                case PeerChange.Remove _ -> steps.add(new Step.Remove(there.id()));
            }
        }
        if (steps.isEmpty()) {
            reject(promise, region.id, "nothing is to change");
            return;
        }
        MembershipChange change = steps.size() == 1
                ? new MembershipChange.Simple(steps.getFirst())
                : new MembershipChange.EnterJoint(steps, true);
        if (region.merge().isPreparing()) {
            refuse(promise, region.id, new RegionRefusal.Frozen(region.id));
            return;
        }
        if (!keepsAQuorum(region.replica(), change)) {
            reject(promise, region.id, "too many of those who would vote have nothing of the log yet");
            return;
        }
        region.lifeSigns().busy();
        ProposeOutcome outcome = region.replica().change(change, Peers.writeStores(coming));
        if (outcome instanceof ProposeOutcome.IllegalChange(var why)) {
            reject(promise, region.id, "the members cannot change so: " + why);
            return;
        }
        RegionRefusal refusal = region.door().taken(outcome, entry(region, promise, List.of(region.id)));
        region.loop.touch(region);
        if (refusal != null) {
            refuse(promise, region.id, refusal);
        }
    }

    /**
     * Whether those who have something of the region are enough to go on without this leader's help. A child of a split whose
     * store has not applied the split yet is a voter, but cannot vote before somebody sends it a snapshot.
     */
    private static boolean keepsAQuorum(Replica replica, MembershipChange change) {
        return switch (replica.membership().with(change)) {
            case ChangeOutcome.Refused _ -> true;
            case ChangeOutcome.Changed(Membership after) ->
                after.quorum().agreed(id -> replica.match(id) >= replica.baseIndex() ? 1 : 0) > 0;
        };
    }

    Promise<TopologyOutcome> transferLeader(RegionHeader header, long toStoreId) {
        return ask("transfer-leader", header, (region, promise) -> {
            RegionDescriptor now = region.record().region();
            Peer to = now.peerOn(toStoreId);
            region.lifeSigns().busy();
            TransferOutcome outcome = to == null ? null : region.replica().transfer(to.id());
            region.loop.touch(region);
            switch (outcome) {
                case null -> reject(promise, region.id, "store " + toStoreId + " has no replica");
                case TransferOutcome.Started _ -> promise.complete(new TopologyOutcome.Done(List.of(now)));
                case TransferOutcome.NotLeader _ -> refuse(promise, region.id, region.door().notLeader());
                case TransferOutcome.BadTarget _ ->
                    reject(promise, region.id, "the replica on store " + toStoreId + " does not vote or leads");
            }
        });
    }
}
