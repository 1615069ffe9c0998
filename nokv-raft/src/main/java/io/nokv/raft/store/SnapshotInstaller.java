package io.nokv.raft.store;

import io.nokv.base.error.Invariant;
import io.nokv.base.error.NokvException;
import io.nokv.lsm.Family;
import io.nokv.lsm.Ingest;
import io.nokv.lsm.WriteBatch;
import io.nokv.raft.core.Message;
import io.nokv.raft.core.Restored;
import io.nokv.raft.core.Snapshot;
import io.nokv.raft.membership.Membership;
import io.nokv.raft.region.KeyRange;
import io.nokv.raft.region.RegionDescriptor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Brings a snapshot here: fetched beside everything, then, with the replica at rest, its rows and how far they go in one step
 * of the engine, then the replica starts on them as after a crash that came before its log began anew.
 */
final class SnapshotInstaller {
    private final HostedStore store;

    SnapshotInstaller(HostedStore store) {
        this.store = store;
    }

    /** {@code done} hears on the region's loop whether the snapshot was installed. */
    void install(HostedRegion region, long fromStore, Message.InstallSnapshot install, Consumer<Boolean> done) {
        SnapshotMaker.Data data = SnapshotMaker.Data.decode(install.snapshot().data());
        store.transfer().fetch(fromStore, data.offer()).whenDone((directory, failure) -> region.loop.post(() -> {
            if (failure != null) {
                store.counters().snapshotsFailed.increment();
                store.noted("fetch", region.id, failure);
                done.accept(false);
            } else {
                arrived(region, install, data, directory, done);
            }
        }));
    }

    /** On the loop: the replica rests from now on. */
    private void arrived(HostedRegion region, Message.InstallSnapshot install, SnapshotMaker.Data data,
            String directory,
            Consumer<Boolean> done) {
        boolean wanted = region.replica() == null
                ? region.state() == RegionStatus.State.WAITING
                : region.replica().committed() < install.snapshot().index();
        if (!wanted) {
            store.transfer().discard(directory);
            done.accept(true);
            return;
        }
        region.opening(store.nextLife());
        store.apply().step(() -> {
            List<AppliedRegion> merged = takesOver(region, data.record());
            if (!isWelcome(region, install.to(), data.record(), merged)) {
                store.counters().snapshotsRefused.increment();
                store.transfer().discard(directory);
                back(region);
                region.loop.post(() -> done.accept(false));
                return;
            }
            // From here on nobody else can have the range.
            AppliedRegion before = store.apply().regions().get(region.id);
            if (before != null) {
                before.ended = true;
            }
            for (AppliedRegion source : merged) {
                source.ended = true;
                store.apply().regions().remove(source.id);
                store.bury(source.id, tombstone(source));
            }
            AppliedRegion machine = new AppliedRegion(region, store.nextLife(), data.record(),
                    new StoreKeys.Applied(install.snapshot().index(), install.snapshot().term()));
            machine.arriving = true;
            store.apply().regions().put(region.id, machine);
            store.scheduler().execute("raft-install",
                    () -> ingest(machine, before, merged, install, directory, done));
        });
    }

    /** The replica goes on as it was. On the apply flow. */
    private void back(HostedRegion region) {
        AppliedRegion before = store.apply().regions().get(region.id);
        if (before == null) {
            region.loop.post(() -> store.forget(region));
            return;
        }
        AppliedRegion again = new AppliedRegion(region, store.nextLife(), before.record,
                new StoreKeys.Applied(before.index, before.term));
        before.ended = true;
        store.apply().regions().put(region.id, again);
        store.open(again, new StoreKeys.Applied(again.index, again.term), false, null);
    }

    /**
     * The regions here that the snapshot shows to be parts of its region. All replicas of a region are frozen before it is taken
     * over, so one that is not frozen for it has merely not heard of a split.
     */
    private List<AppliedRegion> takesOver(HostedRegion region, RegionRecord record) {
        List<AppliedRegion> out = new ArrayList<>();
        for (AppliedRegion other : store.apply().regions().values()) {
            if (other.id != region.id && !other.arriving && overlap(other.region(), record.region())
                    && other.record.frozen() != null
                    && other.record.frozen().targetId() == region.id
                    && other.region().epoch().version() < record.region().epoch().version()) {
                out.add(other);
            }
        }
        return out;
    }

    private static Tombstone tombstone(AppliedRegion merged) {
        return new Tombstone(merged.owner.peerId(), true, merged.region());
    }

    private boolean isWelcome(HostedRegion region, long peer, RegionRecord record,
            List<AppliedRegion> merged) {
        Tombstone tombstone = store.tombstone(region.id);
        AppliedRegion before = store.apply().regions().get(region.id);
        if (tombstone != null && !tombstone.admits(peer, record.region().epoch().confVersion())
                || before != null && before.ended && before.owner.state() == RegionStatus.State.STOPPED
                || before != null && isFrozenAlike(before.record, record)
                || record.region().peerOn(store.storeId()) == null) {
            return false;
        }
        for (AppliedRegion other : store.apply().regions().values()) {
            if (other.id != region.id && !merged.contains(other) && overlap(other.region(), record.region())) {
                return false;
            }
        }
        return true;
    }

    /**
     * A frozen region has all that counts, and may be taken over at any moment: nothing is brought here then. Once it is turned
     * back, a snapshot shows that.
     */
    private static boolean isFrozenAlike(RegionRecord here, RegionRecord there) {
        return here.frozen() != null && there.frozen() != null && here.frozen().atIndex() == there.frozen().atIndex();
    }

    private static boolean overlap(RegionDescriptor one, RegionDescriptor other) {
        return !one.range().intersect(other.range()).isEmpty();
    }

    /** On a flow of its own; waits. */
    private void ingest(AppliedRegion machine, AppliedRegion before, List<AppliedRegion> merged,
            Message.InstallSnapshot install,
            String directory, Consumer<Boolean> done) {
        HostedRegion region = machine.owner;
        Snapshot snapshot = install.snapshot();
        try {
            RegionRecord record = machine.record;
            Invariant.check(record.membership().equals(snapshot.membership()), "a snapshot has one membership", record);
            if (!store.rules().snapshotBringsItsMembership() && before != null) {
                Membership old = before.record.membership();
                record = record.with(record.region().withPeers(before.region().peers(), record.region().epoch()), old);
                machine.record = record;
            }
            WriteBatch beside = new WriteBatch().put(Family.LOCAL, StoreKeys.record(region.id), record.encode()).put(
                    Family.LOCAL, StoreKeys.applied(region.id),
                    new StoreKeys.Applied(machine.index, machine.term).encode());
            for (AppliedRegion source : merged) {
                beside.delete(Family.LOCAL, StoreKeys.record(source.id))
                        .delete(Family.LOCAL, StoreKeys.applied(source.id))
                        .put(Family.LOCAL, StoreKeys.tombstone(source.id), tombstone(source).encode());
            }
            try {
                store.engine().ingest(directory, Ingest.LINKED.replacing(), beside);
            } catch (NokvException e) {
                if (!merged.isEmpty()) {
                    throw e;
                }
                refusedByTheEngine(machine, before, e, done);
                return;
            } finally {
                store.transfer().discard(directory);
            }
            store.apply().step(() -> machine.arriving = false);
            clear(before, record.region().range());
            store.counters().snapshotsInstalled.increment();
            store.observer().replaced(record.region(), machine.index);
            merged.forEach(source -> store.left(source.owner, tombstone(source)));
            Restored restored = store.logs().restore(region.id, machine.index, machine.term, record.membership());
            region.loop.post(() -> {
                region.open(machine, restored, before == null, false);
                done.accept(true);
                // It is nothing new any more, and so is acknowledged.
                if (region.replica() != null) {
                    region.replica().receive(install, region.now());
                    region.loop.touch(region);
                }
            });
        } catch (RuntimeException | Error e) {
            store.stopped(region, e);
            region.loop.post(() -> done.accept(false));
        }
    }

    /** Nothing has happened: the replica goes on as it was. */
    private void refusedByTheEngine(AppliedRegion machine, AppliedRegion before, NokvException why,
            Consumer<Boolean> done) {
        HostedRegion region = machine.owner;
        store.counters().snapshotsFailed.increment();
        store.noted("install", region.id, why);
        store.apply().step(() -> {
            machine.ended = true;
            if (before == null) {
                store.apply().regions().remove(region.id);
            } else {
                store.apply().regions().put(region.id, before);
            }
            back(region);
            region.loop.post(() -> done.accept(false));
        });
    }

    /**
     * Deletes what the replica had and the snapshot is not about, but for what other regions have there by now. After a crash
     * before this it is dead weight, which nobody reads: a region comes by a split of what is here, or in place of all that is here.
     */
    private void clear(AppliedRegion before, KeyRange now) {
        if (before == null) {
            return;
        }
        store.apply().step(() -> {
            List<KeyRange> rest = without(before.region().range(), now);
            for (AppliedRegion other : store.apply().regions().values()) {
                rest = rest.stream().flatMap(range -> without(range, other.region().range()).stream()).toList();
            }
            for (KeyRange range : rest) {
                store.applier().families().stream().sorted()
                        .forEach(family -> store.apply().batch().deleteRange(family, range.from(), range.to()));
            }
        });
    }

    /** What {@code all} has and {@code taken} does not. */
    private static List<KeyRange> without(KeyRange all, KeyRange taken) {
        List<KeyRange> out = new ArrayList<>();
        if (all.intersect(taken).isEmpty()) {
            out.add(all);
            return out;
        }
        if (Arrays.compareUnsigned(all.from(), taken.from()) < 0) {
            out.add(new KeyRange(all.from(), taken.from()));
        }
        if (taken.to() != null && (all.to() == null || Arrays.compareUnsigned(taken.to(), all.to()) < 0)) {
            out.add(new KeyRange(taken.to(), all.to()));
        }
        return out;
    }
}
