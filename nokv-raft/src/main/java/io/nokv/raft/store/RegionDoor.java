package io.nokv.raft.store;

import io.nokv.base.port.Promise;
import io.nokv.raft.core.ProposeOutcome;
import io.nokv.raft.core.ReadAdmission;
import io.nokv.raft.core.Replica;
import io.nokv.raft.region.RegionDescriptor;
import io.nokv.raft.region.RegionRefusal;
import java.util.List;

/** Where requests come to a region: says what may be asked of its replica, and asks it. Used by the region's loop alone. */
final class RegionDoor {
    private final HostedRegion region;
    private final HostedStore store;

    RegionDoor(HostedRegion region, HostedStore store) {
        this.region = region;
        this.store = store;
    }

    /** Null when a request routed by {@code version} may be asked of the replica. */
    RegionRefusal admission(long version) {
        if (region.replica() == null) {
            return region.state() == RegionStatus.State.STOPPED
                    ? region.degraded()
                    : new RegionRefusal.RegionNotFound(region.id);
        }
        RegionRecord record = region.record();
        RegionDescriptor now = record.region();
        if (now.epoch().version() != version) {
            return new RegionRefusal.EpochMismatch(List.of(now));
        }
        if (record.frozen() != null) {
            return new RegionRefusal.Frozen(region.id);
        }
        return region.isLeader() ? null : notLeader();
    }

    RegionRefusal notLeader() {
        return new RegionRefusal.NotLeader(region.id, region.isLeader() ? 0 : region.leaderStore());
    }

    private RegionRefusal overloaded(String what) {
        store.counters().overloaded.increment();
        return new RegionRefusal.Overloaded(region.id, what);
    }

    void propose(long version, byte[] command, Promise<ProposalOutcome> promise) {
        region.autoSplit().asked(1);
        RegionRefusal refusal = admission(version);
        if (refusal == null) {
            refusal = propose(new Command.Write(version, command), promise);
        }
        if (refusal != null) {
            promise.complete(new ProposalOutcome.Refused(refusal));
        }
    }

    /** Null when {@code command} is in the log; then {@code promise} will be settled. */
    RegionRefusal propose(Command command, Promise<ProposalOutcome> promise) {
        region.lifeSigns().busy();
        RegionRefusal refusal = taken(region.replica().propose(List.of(command.encode())), promise);
        region.loop.touch(region);
        return refusal;
    }

    /** What is said to a proposal that the replica answers with {@code outcome}. */
    RegionRefusal taken(ProposeOutcome outcome, Promise<ProposalOutcome> promise) {
        return switch (outcome) {
            case ProposeOutcome.Accepted(long term, long index, _) -> {
                region.requests().proposed(new Requests.Proposal(index, term,
                        region.loop.ticks() + store.options().limits().proposalTicks(), promise));
                store.counters().proposals.increment();
                yield null;
            }
            case ProposeOutcome.NotLeader _ -> notLeader();
            case ProposeOutcome.Transferring(long target) ->
                new RegionRefusal.NotLeader(region.id, region.storeOf(target));
            case ProposeOutcome.Overloaded _ -> overloaded("proposals under way");
            case ProposeOutcome.ChangeUnderWay _ -> overloaded("changes of members under way");
            case ProposeOutcome.IllegalChange _ -> new RegionRefusal.EpochMismatch(List.of(region.record().region()));
        };
    }

    void read(long version, ReadMode mode, Promise<ReadOutcome> promise) {
        RegionRefusal refusal = admission(version);
        if (refusal != null) {
            promise.complete(new ReadOutcome.Refused(refusal));
            return;
        }
        region.autoSplit().asked(1);
        region.lifeSigns().busy();
        Replica replica = region.replica();
        Requests requests = region.requests();
        Requests.Read read = new Requests.Read(version, promise);
        long context = requests.asked(read);
        ReadAdmission admission = replica.read(context, mode == ReadMode.LEASE, region.now());
        if (!(admission instanceof ReadAdmission.Pending)) {
            requests.forget(context);
        }
        switch (admission) {
            case ReadAdmission.Now(long index) -> requests.waitFor(index, read);
            case ReadAdmission.Pending _ -> {
            }
            case ReadAdmission.NotLeader _ -> promise.complete(new ReadOutcome.Refused(notLeader()));
            case ReadAdmission.Overloaded _ -> promise.complete(new ReadOutcome.Refused(overloaded("waiting reads")));
        }
        region.loop.touch(region);
    }
}
