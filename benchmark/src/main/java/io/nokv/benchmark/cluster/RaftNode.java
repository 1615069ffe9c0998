package io.nokv.benchmark.cluster;

import io.nokv.base.port.Ports;
import io.nokv.base.system.SystemClock;
import io.nokv.base.system.SystemEntropy;
import io.nokv.base.system.ThreadScheduler;
import io.nokv.lsm.Engine;
import io.nokv.lsm.EngineOptions;
import io.nokv.lsm.vfs.RealVfs;
import io.nokv.raft.admin.RaftAdminService;
import io.nokv.raft.snapshot.NetSnapshotTransfer;
import io.nokv.raft.snapshot.SnapshotTransferOptions;
import io.nokv.raft.storage.RaftLogOptions;
import io.nokv.raft.storage.RaftLogs;
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

/** A whole store as a process has it: disk, engine, network, snapshots, regions, and doors for operators and clients. */
public final class RaftNode implements AutoCloseable {
    private static final String CLUSTER = "benchmark";

    private final ThreadScheduler scheduler = new ThreadScheduler();
    private final FillingVfs disk;
    private final Engine engine;
    private final GrpcNet net;
    private final NetSnapshotTransfer transfer;
    private volatile RaftStore store;

    /**
     * Opens what is in {@code directory} and takes part.
     *
     * @param id of the store, 1 to 1,000
     * @param port to listen on at loopback
     */
    public RaftNode(long id, Path directory, int port, StoreAddresses addresses, RaftStoreOptions options) {
        disk = new FillingVfs(new RealVfs(directory));
        Ports ports = new Ports(new SystemClock(), new SystemEntropy(), scheduler, disk);
        RaftLogs logs = new RaftLogs(RaftLogOptions.defaults(), scheduler);
        EngineOptions engineOptions = EngineOptions.defaults();
        engine = Engine.open("db", engineOptions.withLog(engineOptions.log().withConsumers(List.of(logs))), ports);
        net = GrpcNet.start(id, GrpcNetOptions.of(CLUSTER).withAddress("127.0.0.1", port), addresses, ports.clock(),
                ports.entropy(), RaftAdminService.of(this::store), StoreService.of(this));
        transfer = NetSnapshotTransfer.open(id, net, ports, SnapshotTransferOptions.of("moving"));
        store = RaftStore.open(new RaftStoreSetup(id, engine, logs, net, ports, options, new BranchApplier(),
                ApplyObserver.NONE, transfer, new OwnIds(id)));
    }

    /** Ids that no other store gives: its number, the time of its start, a counter. */
    private final class OwnIds implements io.nokv.raft.store.Ids {
        private final AtomicLong last;

        OwnIds(long store) {
            last = new AtomicLong(store << 52 | new SystemClock().wallMillis() << 12 & (1L << 52) - 1);
        }

        @Override
        public io.nokv.base.port.Promise<long[]> take(int count) {
            long[] out = new long[count];
            for (int i = 0; i < count; i++) {
                out[i] = last.incrementAndGet();
            }
            return scheduler.completed(out);
        }
    }

    /** Null while it is being opened. */
    public RaftStore store() {
        return store;
    }

    public Engine engine() {
        return engine;
    }

    public GrpcNet net() {
        return net;
    }

    ThreadScheduler scheduler() {
        return scheduler;
    }

    FillingVfs disk() {
        return disk;
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
