package io.nokv.raft.admin;

import io.nokv.base.port.Ports;
import io.nokv.base.port.Promise;
import io.nokv.base.system.SystemClock;
import io.nokv.base.system.SystemEntropy;
import io.nokv.base.system.ThreadScheduler;
import io.nokv.lsm.Engine;
import io.nokv.lsm.EngineOptions;
import io.nokv.lsm.Family;
import io.nokv.lsm.WriteBatch;
import io.nokv.lsm.vfs.MemVfs;
import io.nokv.raft.core.ReplicaOptions;
import io.nokv.raft.region.RegionDescriptor;
import io.nokv.raft.snapshot.NetSnapshotTransfer;
import io.nokv.raft.snapshot.SnapshotTransferOptions;
import io.nokv.raft.storage.RaftLogOptions;
import io.nokv.raft.storage.RaftLogs;
import io.nokv.raft.store.Applier;
import io.nokv.raft.store.ApplyObserver;
import io.nokv.raft.store.ApplyReader;
import io.nokv.raft.store.Ids;
import io.nokv.raft.store.RaftStore;
import io.nokv.raft.store.RaftStoreOptions;
import io.nokv.raft.store.RaftStoreSetup;
import io.nokv.raft.transport.GrpcNet;
import io.nokv.raft.transport.GrpcNetOptions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** A whole store as production puts it together: engine (in memory), real network, snapshots, regions, admin service. */
final class TestStore implements AutoCloseable {
    /** A command is a key of eight bytes and its value; the answer is the value before. */
    private static final class Puts implements Applier {
        @Override
        public Set<Family> families() {
            return Set.of(Family.DEFAULT);
        }

        @Override
        public byte[] apply(RegionDescriptor region, long term, long index, byte[] command, WriteBatch into,
                ApplyReader reader) {
            byte[] key = Arrays.copyOf(command, 8);
            into.put(Family.DEFAULT, key, Arrays.copyOfRange(command, 8, command.length));
            return reader.get(Family.DEFAULT, key);
        }
    }

    final long id;
    final Engine engine;
    final MemVfs vfs;
    final GrpcNet net;
    final NetSnapshotTransfer transfer;
    final RaftStore store;
    private final ThreadScheduler scheduler = new ThreadScheduler(1);

    /** @param addresses of all stores; this one adds its own */
    TestStore(long id, Map<Long, String> addresses, AtomicLong ids) {
        this(id, addresses, ids, new MemVfs());
    }

    /** @param vfs what another one left, perhaps */
    TestStore(long id, Map<Long, String> addresses, AtomicLong ids, MemVfs vfs) {
        this.id = id;
        this.vfs = vfs;
        Ports ports = new Ports(new SystemClock(), new SystemEntropy(), scheduler, vfs);
        RaftLogs logs = new RaftLogs(RaftLogOptions.defaults(), scheduler);
        EngineOptions options = EngineOptions.tiny();
        engine = Engine.open("db", options.withLog(options.log().withConsumers(List.of(logs))), ports);
        AtomicReference<RaftStore> opened = new AtomicReference<>();
        net = GrpcNet.start(id, GrpcNetOptions.of("admin test"), addresses::get, ports.clock(), ports.entropy(),
                RaftAdminService.of(opened::get));
        addresses.put(id, "127.0.0.1:" + net.port());
        transfer = NetSnapshotTransfer.open(id, net, ports, SnapshotTransferOptions.of("moving").withPieces(4_096, 4));
        Ids fromCounter = count -> {
            Promise<long[]> taken = scheduler.promise();
            long[] out = new long[count];
            Arrays.setAll(out, _ -> ids.incrementAndGet());
            taken.complete(out);
            return taken;
        };
        store = RaftStore.open(new RaftStoreSetup(id, engine, logs, net, ports,
                RaftStoreOptions.defaults().withTicks(20_000_000L,
                        ReplicaOptions.defaults().withPromise(200_000_000L, 1_000))
                        .withLogCuts(new RaftStoreOptions.LogCuts(50, 1 << 20, 10)),
                new Puts(), ApplyObserver.NONE, transfer, fromCounter));
        opened.set(store);
    }

    @Override
    public void close() {
        store.close();
        transfer.close();
        net.close();
        engine.close();
        scheduler.close();
    }
}
