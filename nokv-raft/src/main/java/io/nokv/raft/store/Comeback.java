package io.nokv.raft.store;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.lsm.Cursor;
import io.nokv.lsm.Family;
import io.nokv.raft.core.Restored;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Brings back what a store hosted when it ended: from what it wrote itself, never from what somebody says it should host. A
 * region whose parts do not fit stays away and is named; the others come back. Nothing is applied before the state machines of all
 * are here: the first entry of one may take over another. Used once, before anybody else; waits.
 */
final class Comeback {
    private final HostedStore store;
    /** What loops are to do with the regions, once all of them are known. */
    private final List<Runnable> starts = new ArrayList<>();

    Comeback(HostedStore store) {
        this.store = store;
    }

    void run() {
        try (Cursor cursor = store.engine().cursor(Family.LOCAL, StoreKeys.TOMBSTONES, null)) {
            for (cursor.seekToFirst(); cursor.isValid(); cursor.next()) {
                store.bury(StoreKeys.region(cursor.key()), Tombstone.decode(cursor.value()));
            }
        }
        TreeSet<Long> logs = new TreeSet<>(store.logs().regions());
        try (Cursor cursor = store.engine().cursor(Family.LOCAL, StoreKeys.RECORDS, null)) {
            for (cursor.seekToFirst(); cursor.isValid(); cursor.next()) {
                long region = StoreKeys.region(cursor.key());
                logs.remove(region);
                try {
                    host(region, cursor.value());
                } catch (RuntimeException | Error e) {
                    degrade(region, cursor.value(), e);
                }
            }
        }
        for (long region : logs) {
            Tombstone tombstone = store.tombstone(region);
            if (store.logs().hasOnlyVoted(region) && (tombstone == null || !tombstone.merged())) {
                // It may come yet, and must not vote again as if it had not.
                continue;
            }
            if (tombstone == null) {
                store.ledger().degraded(region, "there is a log, but no region");
            } else {
                // A crash came between the tombstone and this.
                store.logs().remove(region);
            }
        }
        starts.forEach(Runnable::run);
    }

    /** {@code what} runs on the loop of {@code region} after {@link #run} has seen all regions. */
    private void later(HostedRegion region, Runnable what) {
        starts.add(() -> region.loop.post(what));
    }

    /** The region keeps its range, so that nobody else gets it, and says to everybody what is wrong. */
    private void degrade(long id, byte[] stored, Throwable why) {
        String reason = why instanceof NokvException ? why.getMessage() : why.toString();
        store.ledger().degraded(id, reason);
        HostedRegion lost = store.adopt(id);
        RegionRecord record;
        try {
            record = RegionRecord.decode(stored);
        } catch (NokvException _) {
            // Not even its range is known, nor which peer this was.
            later(lost, () -> lost.stop(reason));
            return;
        }
        AppliedRegion machine = new AppliedRegion(lost, store.nextLife(), record, RegionRecord.FIRST);
        machine.ended = true;
        store.apply().regions().put(id, machine);
        later(lost, () -> lost.degrade(record, reason));
    }

    private void host(long id, byte[] stored) {
        RegionRecord record = RegionRecord.decode(stored);
        byte[] applied = store.engine().get(Family.LOCAL, StoreKeys.applied(id), null);
        if (applied == null) {
            throw new NokvException(FailureCode.CORRUPTION, "nothing says how far region " + id + " is applied");
        }
        StoreKeys.Applied at = StoreKeys.Applied.decode(applied);
        HostedRegion region = store.adopt(id);
        AppliedRegion machine = new AppliedRegion(region, store.nextLife(), record, at);
        boolean fresh = !store.logs().has(id);
        Restored restored = store.logs().restore(id, at.index(), at.term(), record.membership());
        store.apply().regions().put(id, machine);
        if (record.region().peerOn(store.storeId()) == null) {
            // It learned of its removal, and no more.
            later(region, () -> store.leave(region, new Tombstone(0, false, record.region())));
            return;
        }
        later(region, () -> region.open(machine, restored, fresh, false));
    }
}
