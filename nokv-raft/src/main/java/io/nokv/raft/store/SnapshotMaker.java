package io.nokv.raft.store;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.lsm.Engine;
import io.nokv.lsm.Family;
import io.nokv.lsm.Range;
import io.nokv.raft.core.Snapshot;
import io.nokv.raft.region.KeyRange;
import io.nokv.raft.region.RegionEpoch;
import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Exports regions for other stores: rows, and how far the region was applied, as of one moment of the engine. A few at a
 * time, the rest queue. Thread-safe.
 */
final class SnapshotMaker {
    private static final int AT_ONCE = 2;

    /**
     * @param epoch of the region then
     * @param offer names the rows to who fetches them
     */
    record Made(Snapshot snapshot, RegionEpoch epoch, byte[] offer) {}

    /** What a snapshot's data are: bytes:record bytes:offer. */
    record Data(RegionRecord record, byte[] offer) {
        byte[] encode() {
            return new ByteWriter().bytes(record.encode()).bytes(offer).toBytes();
        }

        static Data decode(byte[] bytes) {
            ByteReader in = new ByteReader(bytes);
            Data data = new Data(RegionRecord.decode(in.bytes()), in.bytes());
            in.end();
            return data;
        }
    }

    private final HostedStore store;
    /** Guards the fields below; memory only. */
    private final ReentrantLock guard = new ReentrantLock();
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private int running;

    SnapshotMaker(HostedStore store) {
        this.store = store;
    }

    /** {@code done} hears on the region's loop what came of it; null when nothing did. */
    void make(HostedRegion region, Consumer<Made> done) {
        Runnable work = () -> {
            Made made = null;
            try {
                made = offer(export(region.id));
                store.counters().snapshotsMade.increment();
            } catch (RuntimeException | Error e) {
                store.noted("snapshot", region.id, e);
            }
            Made result = made;
            region.loop.post(() -> done.accept(result));
        };
        enqueue(work);
    }

    /** {@code work}, which exports something, runs on a flow of its own when there are not too many others. */
    void enqueue(Runnable export) {
        Runnable work = () -> {
            try {
                export.run();
            } finally {
                next();
            }
        };
        guard.lock();
        try {
            if (running >= AT_ONCE) {
                waiting.add(work);
                return;
            }
            running++;
        } finally {
            guard.unlock();
        }
        store.scheduler().execute("raft-snapshot", work);
    }

    private void next() {
        Runnable work;
        guard.lock();
        try {
            work = waiting.poll();
            if (work == null) {
                running--;
            }
        } finally {
            guard.unlock();
        }
        if (work != null) {
            store.scheduler().execute("raft-snapshot", work);
        }
    }

    /**
     * The rows of a region in a directory of their own, and what they are.
     *
     * @param at the last entry that is in them
     */
    record Exported(String directory, RegionRecord record, StoreKeys.Applied at) {}

    /**
     * Exports a region and waits for it; CANCELLED when it is not here. The batch that applies an entry has its index, so that one
     * look at the engine sees rows and index that belong together.
     */
    Exported export(long regionId) {
        Engine engine = store.engine();
        try (io.nokv.lsm.Snapshot view = engine.snapshot("raft snapshot of region " + regionId)) {
            byte[] record = engine.get(Family.LOCAL, StoreKeys.record(regionId), view);
            byte[] applied = engine.get(Family.LOCAL, StoreKeys.applied(regionId), view);
            if (record == null || applied == null) {
                throw new NokvException(FailureCode.CANCELLED, "region " + regionId + " is not here any more");
            }
            RegionRecord as = RegionRecord.decode(record);
            String directory = store.transfer().newDirectory(regionId);
            engine.export(directory, store.applier().families(), range(as.region().range()), view);
            return new Exported(directory, as, StoreKeys.Applied.decode(applied));
        }
    }

    private Made offer(Exported made) {
        byte[] offer = store.transfer().offer(made.directory);
        return new Made(new Snapshot(made.at.index(), made.at.term(), made.record.membership(),
                new Data(made.record, offer).encode()), made.record.region().epoch(), offer);
    }

    static Range range(KeyRange of) {
        return new Range(of.from(), of.to());
    }
}
