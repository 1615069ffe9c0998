package io.nokv.raft.store;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.port.Promise;
import io.nokv.base.vfs.Vfs;
import io.nokv.raft.archive.ArchiveWriter;
import io.nokv.raft.archive.ArchivedRegion;
import io.nokv.raft.region.RegionDescriptor;
import io.nokv.raft.region.RegionHeader;
import io.nokv.raft.region.RegionRefusal;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Regions as archives, out and in. A few at a time. Thread-safe. */
final class Archives {
    private static final int AT_ONCE = 4;
    private static final int PORTION_BYTES = 256 << 10;

    private final HostedStore store;
    private final AtomicInteger underWay = new AtomicInteger();

    Archives(HostedStore store) {
        this.store = store;
    }

    /** False when too much is under way; else {@link #over} is to be called once. */
    boolean begins() {
        if (underWay.incrementAndGet() <= AT_ONCE) {
            return true;
        }
        underWay.decrementAndGet();
        store.counters().overloaded.increment();
        return false;
    }

    void over() {
        underWay.decrementAndGet();
    }

    Vfs vfs() {
        return store.vfs();
    }

    // ---- out -----------------------------------------------------------------------------------------------------

    /** Everything acknowledged before this call is in what is exported: a read says from when on the engine shows that. */
    Promise<ExportOutcome> export(RegionHeader header) {
        Promise<ExportOutcome> promise = store.promise();
        if (!begins()) {
            promise.complete(new ExportOutcome.Refused(new RegionRefusal.Overloaded(header.regionId(), "exports")));
            return promise;
        }
        promise.whenDone((outcome, _) -> {
            if (!(outcome instanceof ExportOutcome.Begun)) {
                over();
            }
        });
        store.read(header, ReadMode.READ_INDEX).whenDone((outcome, failure) -> {
            switch (outcome) {
                case null -> promise.fail(failure);
                case ReadOutcome.Refused(RegionRefusal why) -> promise.complete(new ExportOutcome.Refused(why));
                case ReadOutcome.Permitted _ -> store.snapshots().enqueue(() -> export(header, promise));
            }
        });
        return promise;
    }

    /** On a flow of its own. */
    private void export(RegionHeader header, Promise<ExportOutcome> promise) {
        try {
            SnapshotMaker.Exported made = store.snapshots().export(header.regionId());
            RegionRefusal refusal = refusal(made.record(), header);
            if (refusal != null) {
                store.transfer().discard(made.directory());
                promise.complete(new ExportOutcome.Refused(refusal));
                return;
            }
            store.counters().snapshotsMade.increment();
            promise.complete(new ExportOutcome.Begun(new Outgoing(made.directory(),
                    new ArchivedRegion(made.record().region(), made.at().index(), made.at().term()))));
        } catch (NokvException e) {
            store.counters().snapshotsFailed.increment();
            if (e.code() == FailureCode.CANCELLED && store.region(header.regionId()) == null) {
                promise.complete(new ExportOutcome.Refused(new RegionRefusal.RegionNotFound(header.regionId())));
            } else {
                promise.fail(e);
            }
        } catch (RuntimeException e) {
            promise.fail(e);
        }
    }

    /** It may have changed since it could be read. */
    private static RegionRefusal refusal(RegionRecord record, RegionHeader header) {
        if (record.frozen() != null) {
            return new RegionRefusal.Frozen(header.regionId());
        }
        return record.region().epoch().version() == header.epoch().version()
                ? null
                : new RegionRefusal.EpochMismatch(List.of(record.region()));
    }

    /** Reads on a flow of its own, one portion at a time. */
    private final class Outgoing implements RegionExport {
        private final String directory;
        private final ArchivedRegion region;
        private final AtomicBoolean closed = new AtomicBoolean();
        private ArchiveWriter writer;

        Outgoing(String directory, ArchivedRegion region) {
            this.directory = directory;
            this.region = region;
        }

        @Override
        public ArchivedRegion region() {
            return region;
        }

        @Override
        public Promise<byte[]> next() {
            Promise<byte[]> portion = store.scheduler().promise();
            store.scheduler().execute("raft-archive", () -> {
                try {
                    if (closed.get() || store.isClosed()) {
                        throw new NokvException(FailureCode.CLOSED, "the export was closed");
                    }
                    if (writer == null) {
                        writer = new ArchiveWriter(vfs(), directory, region, PORTION_BYTES);
                    }
                    portion.complete(writer.next());
                } catch (RuntimeException e) {
                    portion.fail(e);
                } finally {
                    if (closed.get()) {
                        end();
                    }
                }
            });
            return portion;
        }

        private void end() {
            if (writer != null) {
                writer.close();
            }
        }

        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                store.scheduler().execute("raft-archive", this::end);
                store.transfer().discard(directory);
                over();
            }
        }
    }

    // ---- in ------------------------------------------------------------------------------------------------------

    /** OVERLOADED when too much is under way. */
    RegionImport begin(long regionId, long peerId) {
        if (regionId <= 0 || peerId <= 0) {
            throw NokvException.invalid("region " + regionId + " with peer " + peerId + " cannot be");
        }
        if (!begins()) {
            throw new NokvException(FailureCode.OVERLOADED, "too much is being imported or exported already");
        }
        return new Intake(store, this, regionId, peerId);
    }

    /** Why a region of {@code id} cannot come to have {@code descriptor}'s range here; null when it can. On the apply flow. */
    static String problem(HostedStore store, RegionDescriptor descriptor) {
        if (store.apply().regions().containsKey(descriptor.id()) || store.region(descriptor.id()) != null) {
            return "region " + descriptor.id() + " is here already";
        }
        if (store.tombstone(descriptor.id()) != null) {
            return "region " + descriptor.id() + " was here before; ids are not used again";
        }
        for (AppliedRegion other : store.apply().regions().values()) {
            if (!other.region().range().intersect(descriptor.range()).isEmpty()) {
                return descriptor.range() + " overlaps " + other.region();
            }
        }
        return null;
    }
}
