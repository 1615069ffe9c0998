package io.nokv.raft.store;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.port.Promise;
import io.nokv.lsm.Family;
import io.nokv.lsm.Ingest;
import io.nokv.lsm.WriteBatch;
import io.nokv.raft.archive.ArchiveReader;
import io.nokv.raft.archive.ArchiveUnpacker;
import io.nokv.raft.archive.ArchivedRegion;
import io.nokv.raft.core.Restored;
import io.nokv.raft.region.Peer;
import io.nokv.raft.region.RegionDescriptor;
import io.nokv.raft.region.RegionEpoch;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A region from an archive: unpacked beside everything, then rows, record and applied index in one step of the engine, as with a
 * snapshot. It begins with one member, this store, at the index and term of the archive and an epoch above its own. Each call
 * works on a flow of its own.
 */
final class Intake implements RegionImport {
    private enum Stage {
        TAKING, OVER
    }

    private final HostedStore store;
    private final Archives archives;
    private final long regionId;
    private final long peerId;
    private final String directory;
    private final ArchiveUnpacker files;
    private final ArchiveReader reader;
    private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.TAKING);
    private boolean admitted;

    Intake(HostedStore store, Archives archives, long regionId, long peerId) {
        this.store = store;
        this.archives = archives;
        this.regionId = regionId;
        this.peerId = peerId;
        this.directory = store.transfer().newDirectory(regionId);
        this.files = new ArchiveUnpacker(archives.vfs(), directory);
        this.reader = new ArchiveReader(files);
    }

    @Override
    public Promise<ImportOutcome> take(byte[] portion) {
        return work(() -> {
            String damage = damage(() -> reader.take(portion));
            if (damage != null) {
                return new ImportOutcome.Damaged(damage);
            }
            if (!admitted && reader.region() != null) {
                admitted = true;
                String problem = onApplyFlow(() -> Archives.problem(store, descriptor())).await();
                if (problem != null) {
                    return new ImportOutcome.Rejected(problem);
                }
            }
            return new ImportOutcome.More();
        });
    }

    @Override
    public Promise<ImportOutcome> finish() {
        Promise<ImportOutcome> result = work(() -> {
            String damage = damage(reader::finish);
            return damage == null ? bring() : new ImportOutcome.Damaged(damage);
        });
        result.whenDone((outcome, failure) -> store.ledger().transition("import", regionId, switch (outcome) {
            case null -> new TopologyOutcome.Unknown(failure.toString());
            case ImportOutcome.Done done -> new TopologyOutcome.Done(List.of(done.region()));
            case ImportOutcome.Rejected(String why) -> new TopologyOutcome.Rejected(why);
            case ImportOutcome.Damaged(String why) -> new TopologyOutcome.Rejected(why);
            case ImportOutcome.More _ -> new TopologyOutcome.Unknown("it is not over");
        }));
        return result;
    }

    @Override
    public void abandon() {
        if (stage.compareAndSet(Stage.TAKING, Stage.OVER)) {
            end();
        }
    }

    /** What is wrong with the archive, by what {@code read} says; null when nothing is. Other failures are thrown. */
    private static String damage(Runnable read) {
        try {
            read.run();
            return null;
        } catch (NokvException e) {
            if (e.code() == FailureCode.CORRUPTION || e.code() == FailureCode.UNSUPPORTED_VERSION) {
                return e.getMessage();
            }
            throw e;
        }
    }

    private interface Step {
        ImportOutcome run();
    }

    private Promise<ImportOutcome> work(Step step) {
        Promise<ImportOutcome> result = store.promise();
        store.scheduler().execute("raft-import", () -> {
            ImportOutcome outcome = null;
            RuntimeException failure = null;
            try {
                if (stage.get() == Stage.OVER || store.isClosed()) {
                    throw new NokvException(FailureCode.CLOSED, "the import is over");
                }
                outcome = step.run();
            } catch (RuntimeException e) {
                failure = e;
            }
            if (!(outcome instanceof ImportOutcome.More) && stage.compareAndSet(Stage.TAKING, Stage.OVER)) {
                end();
            }
            if (failure != null) {
                result.fail(failure);
            } else {
                result.complete(outcome);
            }
        });
        return result;
    }

    private void end() {
        store.scheduler().execute("raft-import", () -> {
            files.close();
            store.transfer().discard(directory);
        });
        archives.over();
    }

    private interface Question<T> {
        T ask();
    }

    private <T> Promise<T> onApplyFlow(Question<T> question) {
        Promise<T> answer = store.scheduler().promise();
        store.apply().step(() -> answer.complete(question.ask()));
        return answer;
    }

    /** What the region will be: routes from before the export are stale, whatever its id. */
    private RegionDescriptor descriptor() {
        RegionDescriptor was = reader.region().region();
        return new RegionDescriptor(regionId, was.range(),
                new RegionEpoch(was.epoch().version() + 1, was.epoch().confVersion() + 1),
                List.of(new Peer(peerId, store.storeId())));
    }

    /** All files are here, checked and durable. Waits. */
    private ImportOutcome bring() {
        ArchivedRegion from = reader.region();
        RegionRecord record = RegionRecord.of(descriptor());
        StoreKeys.Applied at = new StoreKeys.Applied(from.index(), from.term());
        AppliedRegion[] reserved = {null};
        String problem = onApplyFlow(() -> {
            String why = Archives.problem(store, record.region());
            if (why == null) {
                // From here on nobody else can have the range.
                reserved[0] = new AppliedRegion(store.adopt(regionId), store.nextLife(), record, at);
                reserved[0].arriving = true;
                store.apply().regions().put(regionId, reserved[0]);
            }
            return why;
        }).await();
        if (problem != null) {
            return new ImportOutcome.Rejected(problem);
        }
        AppliedRegion machine = reserved[0];
        HostedRegion region = machine.owner;
        region.loop.post(() -> region.opening(machine.life));
        try {
            store.engine().ingest(directory, Ingest.LINKED.replacing(),
                    new WriteBatch().put(Family.LOCAL, StoreKeys.record(regionId), record.encode())
                            .put(Family.LOCAL, StoreKeys.applied(regionId), at.encode()));
        } catch (RuntimeException e) {
            onApplyFlow(() -> {
                machine.ended = true;
                return store.apply().regions().remove(regionId);
            }).await();
            region.loop.post(() -> store.forget(region));
            throw e;
        }
        onApplyFlow(() -> machine.arriving = false).await();
        store.counters().snapshotsInstalled.increment();
        store.observer().replaced(record.region(), at.index());
        Restored restored = store.logs().restore(regionId, at.index(), at.term(), record.membership());
        Promise<Void> open = store.scheduler().promise();
        region.loop.post(() -> {
            region.open(machine, restored, true, true);
            open.complete(null);
        });
        open.await();
        return new ImportOutcome.Done(record.region(), from);
    }
}
