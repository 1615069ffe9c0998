package io.nokv.raft.store;

import io.nokv.base.port.Promise;
import io.nokv.raft.region.Peer;
import io.nokv.raft.region.Peer.Role;
import io.nokv.raft.region.RegionDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Brings the merge of a frozen region to its end, on whichever store leads it, and answers for a region that is to take over
 * another. Used by the region's loop alone; what is remembered here may be lost at any moment, for it is asked again.
 *
 * <pre>
 * source's log   prepare: frozen, on every replica in turn
 * source leader  asks all stores until each has that on its disk; then tells who leads the target
 * target's log   commit, which counts only if the target is of the epoch that prepare named
 *                on every store in turn: one range, one region; the source is gone
 *
 * too late?      source leader tells who leads the target
 * target's log   refuse, which counts only under that epoch, and ends it: commit cannot count any more
 * source's log   rollback
 * </pre>
 */
final class MergeDriver {
    private static final int TICKS_BETWEEN_ASKS = 3;

    private final HostedRegion region;
    private final HostedStore store;
    /** Stores whose replica is frozen on disk. */
    private final TreeSet<Long> frozen = new TreeSet<>();
    /** Stores that have not taken the region over, and cannot under the old epoch any more. */
    private final TreeSet<Long> refused = new TreeSet<>();
    private final List<Promise<TopologyOutcome>> waiting = new ArrayList<>(0);
    private long atIndex;
    private long preparedIndex;
    private int ticks;

    MergeDriver(HostedRegion region, HostedStore store) {
        this.region = region;
        this.store = store;
    }

    // ---- the source ----------------------------------------------------------------------------------------------

    /** Why {@code source} cannot become a part of {@code target}; null when it can. */
    static String problem(RegionRecord source, RegionRecord target) {
        if (target == null) {
            return "the target is not on this store";
        }
        if (EntryApplier.union(source.region().range(), target.region().range()) == null) {
            return target.region().range() + " does not lie beside " + source.region().range();
        }
        if (source.frozen() != null || target.frozen() != null) {
            return "one of them is being merged already";
        }
        return haveSameVoters(source.region(), target.region())
                ? null
                : "they must have their voters, and no others, on the same stores";
    }

    static boolean haveSameVoters(RegionDescriptor one, RegionDescriptor other) {
        return stores(one).equals(stores(other)) && allVote(one) && allVote(other);
    }

    static boolean allVote(RegionDescriptor of) {
        return of.peers().stream().allMatch(peer -> peer.role() == Role.VOTER);
    }

    static TreeSet<Long> stores(RegionDescriptor of) {
        TreeSet<Long> out = new TreeSet<>();
        for (Peer peer : of.peers()) {
            out.add(peer.storeId());
        }
        return out;
    }

    /** An entry that freezes the region is the last in its log: until it is applied, the members must not change. */
    void prepared() {
        preparedIndex = region.replica().lastIndex();
    }

    /** Whether such an entry may be on its way. */
    boolean isPreparing() {
        return preparedIndex > region.replica().applied();
    }

    /** {@code promise} hears when it is merged, or goes on by itself. */
    void await(Promise<TopologyOutcome> promise) {
        if (region.replica() == null) {
            promise.complete(new TopologyOutcome.Unknown("the replica left the store"));
        } else {
            waiting.add(promise);
        }
    }

    /** The region is different from what it was. */
    void changed() {
        RegionRecord.Frozen now = region.record().frozen();
        if (now == null) {
            settle(new TopologyOutcome.Rejected("the merge was turned back"));
        }
        if (now == null || now.atIndex() != atIndex) {
            atIndex = now == null ? 0 : now.atIndex();
            frozen.clear();
            refused.clear();
            ticks = 0;
        }
    }

    /** The region is gone. */
    void ended(Tombstone tombstone) {
        RegionRecord record = region.record();
        if (tombstone.merged() && record != null && record.frozen() != null) {
            HostedRegion target = store.region(record.frozen().targetId());
            settle(new TopologyOutcome.Done(target == null || target.record() == null
                    ? List.of()
                    : List.of(target.record().region())));
        } else {
            settle(new TopologyOutcome.Unknown("the replica left the store"));
        }
    }

    void settle(TopologyOutcome outcome) {
        waiting.forEach(promise -> promise.complete(outcome));
        waiting.clear();
    }

    void tick() {
        RegionRecord record = region.record();
        if (record.frozen() == null || !region.isLeader()) {
            return;
        }
        if (ticks++ % TICKS_BETWEEN_ASKS != 0) {
            return;
        }
        boolean all = !store.rules().mergeWaitsForAllReplicas() || frozen.containsAll(stores(record.region()));
        if (ticks > store.options().topology().mergeTicks()) {
            tell(record, new Control.Refuse(record.frozen().targetId(), record.frozen().targetEpoch(), region.id,
                    record.frozen().atIndex()));
        } else if (all) {
            tell(record, new Control.TakeOver(record.frozen().targetId(), record.frozen().targetEpoch(),
                    record.frozen().atIndex(), record.region()));
        } else {
            tell(record, new Control.AskFrozen(region.id, record.frozen().atIndex()));
        }
    }

    private void tell(RegionRecord record, Control message) {
        TreeSet<Long> to = stores(record.region());
        HostedRegion target = store.region(record.frozen().targetId());
        if (target != null && target.record() != null) {
            to.addAll(stores(target.record().region()));
        }
        to.forEach(storeId -> store.tell(storeId, message));
    }

    void isFrozen(long fromStore, Control.IsFrozen answer) {
        if (answer.atIndex() == atIndex) {
            frozen.add(fromStore);
        }
    }

    void refused(long fromStore, Control.Refused answer) {
        RegionRecord record = region.record();
        if (region.replica() == null || record.frozen() == null || answer.atIndex() != record.frozen().atIndex()) {
            return;
        }
        refused.add(fromStore);
        if (region.isLeader() && (answer.certain() || refused.containsAll(stores(record.region())))) {
            region.door().propose(new Command.Rollback(record.region().epoch(), record.frozen().atIndex()),
                    store.scheduler().promise());
        }
    }

    // ---- every replica of the source -----------------------------------------------------------------------------

    /** Answers when what froze the region is on this disk. */
    static void answer(HostedStore store, long toStore, Control.AskFrozen ask) {
        store.apply().step(() -> {
            AppliedRegion here = store.apply().regions().get(ask.region());
            if (here == null || here.arriving || here.record.frozen() == null
                    || here.record.frozen().atIndex() != ask.atIndex()) {
                return;
            }
            long position = store.logs().mark();
            store.scheduler().execute("raft-frozen", () -> {
                store.logs().awaitDurable(position);
                store.tell(toStore, new Control.IsFrozen(ask.region(), ask.atIndex()));
            });
        });
    }

    // ---- the target ----------------------------------------------------------------------------------------------

    void takeOver(Control.TakeOver request) {
        RegionRecord now = region.record();
        if (region.isLeader() && now.frozen() == null && now.region().epoch().equals(request.epoch())
                && haveSameVoters(now.region(), request.source())) {
            region.door().propose(new Command.Commit(request.epoch(), request.source(), request.atIndex()),
                    store.scheduler().promise());
        }
    }

    void refuse(Control.Refuse request) {
        RegionRecord now = region.record();
        if (region.isLeader() && now.frozen() == null && now.region().epoch().equals(request.epoch())) {
            region.door().propose(new Command.Refuse(request.epoch(), request.sourceId()), store.scheduler().promise());
        }
    }

    /**
     * Says what this store knows of a merge that is to be turned back. A refusal in the target's log is certain. Where the target's epoch has
     * ended otherwise, the source is here still only if the target did not take it over <i>on this store</i>, or has skipped that
     * by a snapshot; the first store that applied a commit has lost the source, so all stores together know.
     */
    static void answer(HostedStore store, long toStore, Control.Refuse request) {
        store.apply().step(() -> {
            AppliedRegion source = store.apply().regions().get(request.sourceId());
            if (source == null || source.arriving || source.record.frozen() == null
                    || source.record.frozen().atIndex() != request.atIndex()) {
                return;
            }
            AppliedRegion target = store.apply().regions().get(request.region());
            boolean over = target == null || !target.region().epoch().equals(request.epoch());
            boolean certain = target != null && target.record.refusals()
                    .contains(new RegionRecord.Refusal(request.sourceId(), request.epoch().version()));
            if (certain || over) {
                store.tell(toStore, new Control.Refused(request.sourceId(), request.atIndex(), certain));
            }
        });
    }
}
