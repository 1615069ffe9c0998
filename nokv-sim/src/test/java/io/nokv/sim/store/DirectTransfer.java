package io.nokv.sim.store;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.port.Promise;
import io.nokv.base.vfs.Vfs;
import io.nokv.base.vfs.VfsFile;
import io.nokv.raft.store.SnapshotTransfer;
import io.nokv.sim.world.SimEntropy;
import io.nokv.sim.world.SimNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Copies exports from disk to disk, past the network; some never come. For stores of one simulated cluster. */
final class DirectTransfer implements SnapshotTransfer {
    private final StoreCluster cluster;
    private final SimNode node;
    private final Vfs vfs;
    private final SimEntropy random;
    private final long life;
    private long count;

    DirectTransfer(StoreCluster cluster, SimNode node, Vfs vfs) {
        this.cluster = cluster;
        this.node = node;
        this.vfs = vfs;
        this.random = node.entropy().fork("transfer");
        this.life = node.life();
        vfs.makeDirectories("snapshots");
    }

    @Override
    public String newDirectory(long regionId) {
        return "snapshots/out-" + life + "-" + regionId + "-" + ++count;
    }

    @Override
    public byte[] offer(String directory) {
        return new ByteWriter().bytes(directory.getBytes(StandardCharsets.UTF_8)).toBytes();
    }

    @Override
    public void release(byte[] offer) {
        String directory = directory(offer);
        node.scheduler().execute("release", () -> delete(directory));
    }

    private static String directory(byte[] offer) {
        return new String(new ByteReader(offer).bytes(), StandardCharsets.UTF_8);
    }

    @Override
    public Promise<String> fetch(long fromStore, byte[] offer) {
        Promise<String> done = node.scheduler().promise();
        String to = "snapshots/in-" + life + "-" + ++count;
        node.scheduler().after(random.around(20_000_000), "fetch", () -> {
            StoreMachine from = cluster.machine(fromStore);
            Vfs source = from.bytes();
            try {
                if (!from.isUp() || random.chance(0.1) || !source.exists(directory(offer))) {
                    throw new NokvException(FailureCode.FILE_NOT_FOUND, "no such offer");
                }
                vfs.makeDirectories(to);
                for (String name : source.list(directory(offer))) {
                    copy(source, directory(offer) + "/" + name, to + "/" + name);
                }
                vfs.syncDir(to);
                done.complete(to);
            } catch (NokvException e) {
                done.fail(e);
            }
        });
        return done;
    }

    private void copy(Vfs source, String from, String to) {
        ByteBuffer bytes = ByteBuffer.allocate((int) source.size(from));
        try (VfsFile in = source.open(from, Vfs.Mode.READ)) {
            while (bytes.hasRemaining() && in.read(bytes.position(), bytes) > 0) {
                // Reads may be short.
            }
        }
        bytes.flip();
        try (VfsFile out = vfs.open(to, Vfs.Mode.CREATE_NEW)) {
            while (bytes.hasRemaining()) {
                out.write(bytes.position(), bytes);
            }
            out.sync();
        }
    }

    private void delete(String directory) {
        if (vfs.exists(directory)) {
            vfs.list(directory).forEach(name -> vfs.delete(directory + "/" + name));
            vfs.delete(directory);
        }
    }

    @Override
    public void discard(String directory) {
        node.scheduler().execute("discard", () -> delete(directory));
    }

    @Override
    public void received(long fromStore, byte[] message) {
        throw new AssertionError("nobody sends that here");
    }

    @Override
    public void close() {}
}
