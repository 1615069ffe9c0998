package io.nokv.benchmark.raft;

import io.grpc.ServerServiceDefinition;
import io.nokv.base.port.Ports;
import io.nokv.base.port.Promise;
import io.nokv.base.system.SystemClock;
import io.nokv.base.system.SystemEntropy;
import io.nokv.base.system.ThreadScheduler;
import io.nokv.lsm.Engine;
import io.nokv.lsm.EngineOptions;
import io.nokv.lsm.vfs.RealVfs;
import io.nokv.raft.snapshot.NetSnapshotTransfer;
import io.nokv.raft.snapshot.SnapshotTransferOptions;
import io.nokv.raft.storage.RaftLogOptions;
import io.nokv.raft.storage.RaftLogs;
import io.nokv.raft.store.Applier;
import io.nokv.raft.store.ApplyObserver;
import io.nokv.raft.store.RaftStore;
import io.nokv.raft.store.RaftStoreOptions;
import io.nokv.raft.store.RaftStoreSetup;
import io.nokv.raft.transport.GrpcNet;
import io.nokv.raft.transport.GrpcNetOptions;
import io.nokv.raft.transport.StoreAddresses;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/** What a store is made of: disk, engine, network, snapshots, regions. Regions do not split by themselves. */
final class StoreNode implements AutoCloseable {
    private final long id;
    private final ThreadScheduler scheduler = new ThreadScheduler();
    private final AtomicLong lastId;
    private final Engine engine;
    private final GrpcNet net;
    private final NetSnapshotTransfer transfer;
    private volatile RaftStore raft;

    /**
     * Opens what is in {@code directory} and takes part.
     *
     * @param port at loopback; 0: any
     * @param services further ones at the same address, made for this node
     */
    StoreNode(long id, Path directory, int port, StoreAddresses addresses, RaftStoreOptions options, Applier applier,
            Function<StoreNode, List<ServerServiceDefinition>> services) {
        this.id = id;
        lastId = new AtomicLong(id << 52 | new SystemClock().wallMillis() << 12 & (1L << 52) - 1);
        Ports ports = new Ports(new SystemClock(), new SystemEntropy(), scheduler, new RealVfs(directory));
        RaftLogs logs = new RaftLogs(RaftLogOptions.defaults(), scheduler);
        EngineOptions.Log log = new EngineOptions.Log(16 << 20, 8 << 20);
        engine = Engine.open("engine", EngineOptions.defaults().withLog(log.withConsumers(List.of(logs))), ports);
        net = GrpcNet.start(id, GrpcNetOptions.of("benchmark").withAddress("127.0.0.1", port), addresses, ports.clock(),
                ports.entropy(), services.apply(this).toArray(ServerServiceDefinition[]::new));
        transfer = NetSnapshotTransfer.open(id, net, ports, SnapshotTransferOptions.of("engine/transfer"));
        RaftStoreOptions.Topology still = new RaftStoreOptions.Topology(0, 0, options.topology().mergeTicks());
        raft = RaftStore.open(new RaftStoreSetup(id, engine, logs, net, ports, options.withTopology(still), applier,
                ApplyObserver.NONE, transfer, this::take));
    }

    /** Ids that no other store gives: its number, the time of its start, a counter. */
    private Promise<long[]> take(int count) {
        long[] out = new long[count];
        for (int i = 0; i < count; i++) {
            out[i] = lastId.incrementAndGet();
        }
        return scheduler.completed(out);
    }

    long id() {
        return id;
    }

    /** Null while it is being opened. */
    RaftStore raft() {
        return raft;
    }

    ThreadScheduler scheduler() {
        return scheduler;
    }

    Engine engine() {
        return engine;
    }

    int port() {
        return net.port();
    }

    @Override
    public void close() {
        raft.close();
        transfer.close();
        net.close();
        engine.close();
        scheduler.close();
    }
}
