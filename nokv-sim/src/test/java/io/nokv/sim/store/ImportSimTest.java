package io.nokv.sim.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.port.Promise;
import io.nokv.lsm.Engine;
import io.nokv.lsm.EngineOptions;
import io.nokv.lsm.Family;
import io.nokv.raft.core.ReplicaOptions;
import io.nokv.raft.region.KeyRange;
import io.nokv.raft.region.Peer;
import io.nokv.raft.region.RegionDescriptor;
import io.nokv.raft.region.RegionEpoch;
import io.nokv.raft.snapshot.NetSnapshotTransfer;
import io.nokv.raft.snapshot.SnapshotTransferOptions;
import io.nokv.raft.storage.RaftLogOptions;
import io.nokv.raft.storage.RaftLogs;
import io.nokv.raft.store.ApplyObserver;
import io.nokv.raft.store.ExportOutcome;
import io.nokv.raft.store.ImportOutcome;
import io.nokv.raft.store.ProposalOutcome;
import io.nokv.raft.store.RaftStore;
import io.nokv.raft.store.RaftStoreOptions;
import io.nokv.raft.store.RaftStoreSetup;
import io.nokv.raft.store.RegionExport;
import io.nokv.raft.store.RegionImport;
import io.nokv.raft.store.RegionStatus;
import io.nokv.sim.Seeds;
import io.nokv.sim.disk.Fault;
import io.nokv.sim.disk.FaultPlan;
import io.nokv.sim.disk.SimDisk;
import io.nokv.sim.world.SimEntropy;
import io.nokv.sim.world.SimNode;
import io.nokv.sim.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * A region from an archive is all there or not at all, whenever the power goes and whatever the disk refuses; and what was not
 * there can be brought again.
 */
class ImportSimTest {
    private static final KeyRange RANGE = new KeyRange(StoreCluster.bound(1), StoreCluster.bound(4));
    private static final long TICK_NANOS = 10_000_000L;

    /** One store on a disk of its own. */
    private static final class Machine {
        private final World world;
        private final long id;
        private final SimDisk disk;
        private SimNode node;
        private Engine engine;
        private RaftStore store;

        Machine(World world, long id) {
            this.world = world;
            this.id = id;
            this.disk = new SimDisk(world, "m" + id);
        }

        /** Null when the power went before it was over. */
        private <T> T run(Supplier<T> what) {
            Promise<Object[]> end = world.driver().scheduler().promise();
            disk.powerLost().whenDone((_, _) -> end.complete(null));
            node.scheduler().execute("run", () -> end.complete(new Object[]{what.get()}));
            Object[] got = end.await();
            @SuppressWarnings("unchecked")
            T result = got == null ? null : (T) got[0];
            return result;
        }

        void boot() {
            node = disk.boot("m" + id);
            SimNode life = node;
            assertNotNull(run(() -> {
                RaftLogs logs = new RaftLogs(RaftLogOptions.defaults(), life.scheduler());
                EngineOptions options = EngineOptions.tiny();
                engine = Engine.open("db", options.withLog(options.log().withConsumers(List.of(logs))), life.ports());
                store = RaftStore.open(new RaftStoreSetup(id, engine, logs, world.net().of(life), life.ports(),
                        RaftStoreOptions.defaults().withTicks(TICK_NANOS,
                                ReplicaOptions.defaults().withPromise(10 * TICK_NANOS, 1_000)),
                        new RegisterApplier(), ApplyObserver.NONE,
                        NetSnapshotTransfer.open(id, world.net().of(life), life.ports(),
                                SnapshotTransferOptions.of("moving")),
                        _ -> {
                            throw new AssertionError("no ids are needed");
                        }));
                return store;
            }));
        }

        boolean leads(long region) {
            RegionStatus status = store.status(region);
            return status != null && status.isLeader();
        }

        /** Puts {@code value}; false when it was refused. */
        boolean put(long region, int register, long value, long operation) {
            ProposalOutcome outcome = run(() -> store.propose(store.status(region).region().header(),
                    new RegisterCall.Put(register, value).encode(operation)).await());
            return outcome instanceof ProposalOutcome.Applied;
        }

        long value(int register) {
            return run(() -> RegisterApplier
                    .value(engine.get(Family.DEFAULT, RegisterApplier.valueKey(register), null)));
        }
    }

    private static void until(World world, String what, Supplier<Boolean> holds) {
        long end = world.nowNanos() + 20_000_000_000L;
        while (!holds.get()) {
            assertTrue(world.nowNanos() < end, what);
            world.driver().scheduler().pause(20_000_000);
        }
    }

    private static List<byte[]> archive(World world, long[] values) {
        Machine from = new Machine(world, 1);
        from.boot();
        from.run(() -> from.store
                .bootstrap(new RegionDescriptor(7, RANGE, RegionEpoch.FIRST, List.of(new Peer(8, 1)))).await());
        until(world, "the first leads", () -> from.leads(7));
        long operation = 0;
        for (int register = 1; register < values.length; register++) {
            for (int n = 0; n < 8; n++) {
                long number = ++operation;
                int at = register;
                until(world, "it is written", () -> from.put(7, at, values[at] * 10 + number % 10, number));
                values[at] = values[at] * 10 + number % 10;
            }
        }
        return from.run(() -> {
            RegionExport export = ((ExportOutcome.Begun) from.store
                    .exportRegion(from.store.status(7).region().header()).await()).export();
            List<byte[]> portions = new ArrayList<>();
            for (byte[] next = export.next().await(); next != null; next = export.next().await()) {
                portions.add(next);
            }
            export.close();
            return portions;
        });
    }

    /** Null when the power went. */
    private static ImportOutcome bring(Machine to, List<byte[]> archive) {
        return to.run(() -> {
            try {
                RegionImport taking = to.store.importRegion(50, 51);
                for (byte[] portion : archive) {
                    ImportOutcome outcome = taking.take(portion).await();
                    if (!(outcome instanceof ImportOutcome.More)) {
                        return outcome;
                    }
                }
                return taking.finish().await();
            } catch (io.nokv.base.error.NokvException e) {
                return new ImportOutcome.Rejected(e.toString());
            }
        });
    }

    @Test
    void aPowerCutLeavesAllOrNothing() {
        int[] seen = new int[3];
        Seeds.run(ImportSimTest.class, "aPowerCutLeavesAllOrNothing", 60, (seed, replay) -> {
            World world = new World(seed, replay);
            SimEntropy random = world.entropy("story");
            world.run(() -> {
                long[] values = new long[4];
                List<byte[]> archive = archive(world, values);
                Machine probe = new Machine(world, 3);
                probe.boot();
                long before = probe.disk.calls();
                assertTrue(bring(probe, archive) instanceof ImportOutcome.Done, "nothing is in its way");
                long calls = probe.disk.calls() - before;

                Machine to = new Machine(world, 2);
                to.boot();
                boolean cut = random.chance(0.7);
                to.disk.plan(new FaultPlan().atCall(to.disk.calls() + random.between(1, calls),
                        cut
                                ? new Fault.PowerCut(random.chance(0.5))
                                : new Fault.Refuse(io.nokv.base.error.FailureCode.NO_SPACE)));
                ImportOutcome outcome = bring(to, archive);
                to.disk.plan(FaultPlan.none());
                boolean acknowledged = outcome instanceof ImportOutcome.Done;
                if (outcome == null) {
                    seen[0]++;
                    to.boot();
                } else {
                    // An engine that was refused something may have stopped writing.
                    to.disk.cutPower();
                    to.boot();
                }
                boolean there = to.run(() -> to.store.status(50) != null);
                seen[there ? 1 : 2]++;
                assertTrue(there || !acknowledged, "what was acknowledged is there");
                if (!there) {
                    for (int register = 1; register < values.length; register++) {
                        assertEquals(0, to.value(register), "nothing of it is there");
                    }
                    until(world, "nothing is left of it",
                            () -> to.run(() -> to.node.ports().vfs().list("moving").isEmpty()));
                }
                // Whoever did not hear asks again.
                ImportOutcome again = bring(to, archive);
                assertTrue(there ? again instanceof ImportOutcome.Rejected : again instanceof ImportOutcome.Done,
                        () -> there + ": " + again);
                until(world, "it leads", () -> to.leads(50));
                for (int register = 1; register < values.length; register++) {
                    assertEquals(values[register], to.value(register));
                }
                until(world, "it takes writes", () -> to.put(50, 2, 1, 1_000_000));
            });
        });
        System.out.println("imports: " + seen[0] + " power cuts, " + seen[1] + " there, " + seen[2] + " not");
    }
}
