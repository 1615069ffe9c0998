package io.nokv.sim.raft;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.lsm.Engine;
import io.nokv.lsm.EngineOptions;
import io.nokv.lsm.Family;
import io.nokv.lsm.WriteBatch;
import io.nokv.lsm.vfs.MemVfs;
import io.nokv.lsm.wal.LogLimits;
import io.nokv.raft.core.Entry;
import io.nokv.raft.core.Ready;
import io.nokv.raft.core.Restored;
import io.nokv.raft.membership.Membership;
import io.nokv.raft.storage.RaftLogOptions;
import io.nokv.raft.storage.RaftLogs;
import io.nokv.raft.wire.EntryCodec;
import io.nokv.sim.disk.DiskCall;
import io.nokv.sim.disk.Fault;
import io.nokv.sim.disk.FaultPlan;
import io.nokv.sim.disk.SimDisk;
import io.nokv.sim.world.SimEntropy;
import io.nokv.sim.world.SimNode;
import io.nokv.sim.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What one machine keeps, as production does: an engine on a disk that loses what was not synced, the replica's log in the
 * engine's log, and the state machine, now and then, as a row of the engine. Methods that wait say so.
 */
final class RaftDisk {
    private static final long REGION = 1;
    private static final byte[] MACHINE = {'m'};
    private static final long SEGMENT_BYTES = 64 << 10;

    private final SimDisk disk;
    private final SimEntropy random;
    private final Membership founders;
    private final long syncNanos;
    private final RaftLogOptions logOptions;
    private Engine engine;
    private RaftLogs logs;
    private RegisterMachine checkpoint;

    RaftDisk(World world, String name, Membership founders, long syncNanos) {
        this.disk = new SimDisk(world, name);
        this.random = world.entropy("disk of " + name);
        this.founders = founders;
        this.syncNanos = syncNanos;
        this.logOptions = new RaftLogOptions(random.chance(0.5) ? random.between(0, 3_000) : 1 << 20, 1 << 20);
    }

    SimNode boot(String process) {
        return disk.boot(process);
    }

    /** How many times longer a sync takes than it usually does. */
    void slow(long times) {
        disk.plan(new FaultPlan().nth(1, true, call -> call.op() == DiskCall.Op.SYNC,
                new Fault.Stall(times * syncNanos)));
    }

    /** What was not synced is lost, in part or wholly; now and then only the process dies. */
    void crash(SimNode node) {
        if (random.chance(0.8)) {
            disk.cutPower();
        } else {
            node.kill();
        }
        engine = null;
        logs = null;
    }

    /**
     * Flips bits of what is stored, as rust on the disk would. The newest segment of the log is spared: a record at its very end
     * that does not check cannot be told from one that was never synced, so nothing can be promised about it.
     */
    void rot() {
        MemVfs bytes = disk.bytes();
        List<String> files = new ArrayList<>(
                bytes.list("db").stream().filter(name -> bytes.size("db/" + name) > 0).toList());
        files.stream().filter(name -> name.endsWith(".wal")).max(String::compareTo).ifPresent(files::remove);
        List<String> logs = files.stream().filter(name -> name.endsWith(".wal")).toList();
        for (int i = 0; i < 3 && !files.isEmpty(); i++) {
            List<String> among = logs.isEmpty() || random.chance(0.3) ? files : logs;
            String path = "db/" + among.get(random.nextInt(among.size()));
            bytes.damage(path, random.between(0, bytes.size(path) - 1), 1 << random.nextInt(8));
        }
    }

    /**
     * Opens what is there; waits. {@code fetched} is called when entries that were not at hand are, {@code failed} when they
     * cannot be read.
     */
    Restored open(SimNode node, Runnable fetched, Consumer<RuntimeException> failed) {
        LogLimits limits = new LogLimits(2 * SEGMENT_BYTES, 64 * SEGMENT_BYTES, 10_000_000_000L, 1_000_000_000L,
                600_000_000_000L);
        RaftLogs opening = new RaftLogs(logOptions, node.scheduler());
        EngineOptions options = EngineOptions.tiny().withMemtableBytes(256 << 10)
                .withLog(new EngineOptions.Log(SEGMENT_BYTES, 8 << 20, limits, List.of(opening)));
        Engine opened = Engine.open("db", options, node.ports());
        opening.open(opened, new RaftLogs.Listener() {
            @Override
            public void fetched(long region) {
                fetched.run();
            }

            @Override
            public void compactionWanted(long region) {
                // It checkpoints and compacts all the time.
            }

            @Override
            public void failed(long region, RuntimeException cause) {
                failed.accept(cause);
            }
        });
        byte[] stored = opened.get(Family.LOCAL, MACHINE, null);
        checkpoint = stored == null
                ? new RegisterMachine(founders)
                : RegisterMachine.of(EntryCodec.snapshot(new ByteReader(stored)));
        Restored restored = opening.restore(REGION, checkpoint.applied(), checkpoint.term(), checkpoint.membership());
        engine = opened;
        logs = opening;
        return restored;
    }

    /** The state machine as it was last written; durable when the log is up to there. */
    RegisterMachine checkpoint() {
        return checkpoint;
    }

    /** Writes {@code machine}, which nobody changes any more, unless a later one was; may wait. */
    void checkpoint(RegisterMachine machine) {
        if (machine.applied() > checkpoint.applied()) {
            ByteWriter out = new ByteWriter();
            EntryCodec.put(out, machine.snapshot());
            engine.submit(new WriteBatch().put(Family.LOCAL, MACHINE, out.toBytes()));
            checkpoint = machine;
        }
    }

    /** Writes {@code ready}; a snapshot's state machine goes before it. May wait; what is written is not durable yet. */
    long write(Ready ready) {
        if (ready.snapshot() != null) {
            checkpoint(RegisterMachine.of(ready.snapshot()));
        }
        return logs.write(List.of(new RaftLogs.Turn(REGION, ready)));
    }

    /** Waits until everything up to {@code position} is durable. */
    void awaitDurable(long position) {
        logs.awaitDurable(position);
    }

    void compact(long index, long term) {
        logs.compact(REGION, index, term);
    }

    List<Entry> read(long from, long to, long maxBytes) {
        return logs.entries(REGION, from, to, maxBytes);
    }
}
