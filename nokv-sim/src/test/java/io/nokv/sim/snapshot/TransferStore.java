package io.nokv.sim.snapshot;

import io.nokv.base.error.NokvException;
import io.nokv.base.port.Net;
import io.nokv.base.port.Promise;
import io.nokv.base.vfs.Vfs;
import io.nokv.base.vfs.VfsFile;
import io.nokv.base.vfs.VfsIo;
import io.nokv.lsm.vfs.MemVfs;
import io.nokv.raft.snapshot.NetSnapshotTransfer;
import io.nokv.raft.snapshot.SnapshotTransferOptions;
import io.nokv.sim.disk.SimDisk;
import io.nokv.sim.world.SimNode;
import io.nokv.sim.world.World;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;

/** One store with nothing in it but a snapshot transfer; its disk outlives its processes. */
final class TransferStore {
    static final String DIRECTORY = "moving";
    private static final long STEP_NANOS = 1_000_000L;

    final long id;
    final SimDisk disk;
    private final World world;
    private final SnapshotTransferOptions options;
    private SimNode node;
    NetSnapshotTransfer transfer;

    TransferStore(World world, long id, SnapshotTransferOptions options) {
        this(world, id, options, new MemVfs());
    }

    TransferStore(World world, long id, SnapshotTransferOptions options, MemVfs bytes) {
        this.world = world;
        this.id = id;
        this.options = options;
        this.disk = new SimDisk(world, "s" + id, bytes);
    }

    /** Starts a process and waits until it is ready. */
    void start() {
        SimNode life = disk.boot("s" + id);
        Promise<NetSnapshotTransfer> ready = world.driver().scheduler().promise();
        life.scheduler().execute("open", () -> {
            NetSnapshotTransfer opened = NetSnapshotTransfer.open(id, world.net().of(life), life.ports(), options);
            world.net().of(life).listen(id, new Net.Inbox() {
                @Override
                public void received(long fromNode, byte[] message) {
                    opened.received(fromNode, message);
                }

                @Override
                public void disconnected(long other) {
                    // Whoever waits asks again.
                }
            });
            ready.complete(opened);
        });
        node = life;
        transfer = ready.await();
    }

    /** The power fails, and comes back. */
    void powerCycle() {
        disk.cutPower();
        start();
    }

    /** Only the process dies. */
    void restart() {
        node.kill();
        start();
    }

    /** Makes an export as an engine would, durable, and offers it. */
    byte[] offer(long region, Map<String, byte[]> files) {
        Promise<byte[]> offered = world.driver().scheduler().promise();
        node.scheduler().execute("export", () -> {
            Vfs vfs = node.ports().vfs();
            String directory = transfer.newDirectory(region);
            vfs.makeDirectories(directory);
            files.forEach((name, bytes) -> {
                try (VfsFile file = vfs.open(directory + "/" + name, Vfs.Mode.CREATE_NEW)) {
                    VfsIo.writeFully(file, 0, ByteBuffer.wrap(bytes));
                    file.sync();
                }
            });
            vfs.syncDir(directory);
            vfs.syncDir(DIRECTORY);
            offered.complete(transfer.offer(directory));
        });
        return offered.await();
    }

    /** How a fetch ended: a directory or a failure. */
    record Fetched(String directory, NokvException failure) {}

    /** Fetches and waits for at most {@code nanos}; null when it goes on. */
    Fetched fetch(long from, byte[] offer, long nanos) {
        Promise<String> result = transfer.fetch(from, offer);
        long end = world.nowNanos() + nanos;
        while (!result.isDone() && world.nowNanos() < end) {
            world.driver().scheduler().pause(STEP_NANOS);
        }
        if (!result.isDone()) {
            return null;
        }
        try {
            return new Fetched(result.await(), null);
        } catch (NokvException e) {
            return new Fetched(null, e);
        }
    }

    /** What is stored in {@code directory}. */
    Map<String, byte[]> files(String directory) {
        Map<String, byte[]> out = new TreeMap<>();
        for (String name : disk.bytes().list(directory)) {
            out.put(name, VfsIo.readAll(disk.bytes(), directory + "/" + name));
        }
        return out;
    }

    boolean isClean() {
        return disk.bytes().list(DIRECTORY).isEmpty();
    }
}
