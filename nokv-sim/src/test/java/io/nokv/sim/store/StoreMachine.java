package io.nokv.sim.store;

import io.nokv.base.port.Promise;
import io.nokv.base.vfs.Vfs;
import io.nokv.lsm.Engine;
import io.nokv.lsm.EngineOptions;
import io.nokv.lsm.Family;
import io.nokv.lsm.wal.LogLimits;
import io.nokv.raft.snapshot.NetSnapshotTransfer;
import io.nokv.raft.snapshot.SnapshotTransferOptions;
import io.nokv.raft.storage.RaftLogOptions;
import io.nokv.raft.storage.RaftLogs;
import io.nokv.raft.store.RaftStore;
import io.nokv.raft.store.RaftStoreSetup;
import io.nokv.raft.store.SnapshotTransfer;
import io.nokv.sim.disk.DiskCall;
import io.nokv.sim.disk.Fault;
import io.nokv.sim.disk.FaultPlan;
import io.nokv.sim.disk.SimDisk;
import io.nokv.sim.world.SimEntropy;
import io.nokv.sim.world.SimNode;

/** One machine: a disk that loses what was not synced, an engine on it, and a region store over that. */
final class StoreMachine {
    private static final long SEGMENT_BYTES = 64 << 10;

    private final long id;
    private final StoreCluster cluster;
    private final SimDisk disk;
    private final SimEntropy random;
    private final RaftLogOptions logOptions;
    private SimNode node;
    private Engine engine;
    private RaftStore store;
    private long pausedUntilNanos;

    StoreMachine(long id, StoreCluster cluster) {
        this.id = id;
        this.cluster = cluster;
        this.disk = new SimDisk(cluster.world(), "s" + id);
        this.random = cluster.world().entropy("machine " + id);
        this.logOptions = new RaftLogOptions(random.chance(0.5) ? random.between(0, 3_000) : 1 << 20, 1 << 20);
    }

    long id() {
        return id;
    }

    /** Whether its process runs; it may still be opening what it has. */
    boolean isOn() {
        return node != null;
    }

    /** Whether it takes part. */
    boolean isUp() {
        return store != null;
    }

    RaftStore store() {
        return store;
    }

    Engine engine() {
        return engine;
    }

    SimNode node() {
        return node;
    }

    /** What is on its disk, whether it runs or not. */
    Vfs bytes() {
        return disk.bytes();
    }

    /** Settles when it takes part. */
    Promise<Void> start() {
        SimNode life = disk.boot("s" + id);
        node = life;
        Promise<Void> up = cluster.world().driver().scheduler().promise();
        life.scheduler().execute("start", () -> {
            LogLimits limits = new LogLimits(2 * SEGMENT_BYTES, 64 * SEGMENT_BYTES, 10_000_000_000L, 1_000_000_000L,
                    600_000_000_000L);
            RaftLogs logs = new RaftLogs(logOptions, life.scheduler());
            EngineOptions options = EngineOptions.tiny().withMemtableBytes(256 << 10)
                    .withTail(Family.DEFAULT, 1).withTail(Family.WRITE, 8)
                    .withLog(new EngineOptions.Log(SEGMENT_BYTES, 8 << 20, limits, java.util.List.of(logs)));
            Vfs vfs = life.ports().vfs();
            Engine opened = Engine.open("db", options, life.ports());
            engine = opened;
            RaftStore hosted = cluster.open(new RaftStoreSetup(id, opened, logs, cluster.world().net().of(life),
                    life.ports(), cluster.options(), new RegisterApplier(), cluster.watch(id),
                    transfer(life, vfs), cluster.ids(life)));
            store = hosted;
            up.complete(null);
        });
        return up;
    }

    /** Half of the worlds have the real one, over the same network as everything else. */
    private SnapshotTransfer transfer(SimNode life, Vfs vfs) {
        if (cluster.world().entropy("transfer").chance(0.5)) {
            return new DirectTransfer(cluster, life, vfs);
        }
        return NetSnapshotTransfer.open(id, cluster.world().net().of(life), life.ports(),
                SnapshotTransferOptions.of("moving").withPieces(512, 4).withBounds(4, 0, 0)
                        .withTimes(50_000_000L, 2_000_000_000L, 20_000_000_000L, 20_000_000_000L));
    }

    /** What was not synced is lost, in part or wholly; now and then only the process dies. */
    void crash() {
        if (node == null) {
            return;
        }
        if (random.chance(0.7)) {
            disk.cutPower();
        } else {
            node.kill();
        }
        node = null;
        engine = null;
        store = null;
        pausedUntilNanos = 0;
    }

    /** Its process stands still for {@code nanos}, unless it is gone before. */
    void pause(long nanos) {
        SimNode life = node;
        if (life == null) {
            return;
        }
        pausedUntilNanos = Math.max(pausedUntilNanos, cluster.world().nowNanos() + nanos);
        life.freeze();
        cluster.world().driver().scheduler().after(nanos, "thaw", () -> {
            if (cluster.world().nowNanos() >= pausedUntilNanos) {
                life.thaw();
            }
        });
    }

    /** Its process goes on, if it stands still. */
    void goOn() {
        if (node != null) {
            node.thaw();
        }
    }

    /** How many times longer a sync takes than it usually does. */
    void slow(long times) {
        disk.plan(new FaultPlan().nth(1, true, call -> call.op() == DiskCall.Op.SYNC,
                new Fault.Stall(times * cluster.syncNanos())));
    }

    void drift(long ppm) {
        cluster.world().clock("s" + id).drift(ppm);
    }
}
