package io.nokv.benchmark.raft;

import io.nokv.base.codec.ByteWriter;
import io.nokv.base.port.Ports;
import io.nokv.base.port.Promise;
import io.nokv.base.port.Scheduler;
import io.nokv.base.system.SystemClock;
import io.nokv.base.system.SystemEntropy;
import io.nokv.base.system.ThreadScheduler;
import io.nokv.benchmark.group.Group;
import io.nokv.benchmark.group.Pause;
import io.nokv.lsm.Engine;
import io.nokv.lsm.EngineOptions;
import io.nokv.lsm.Family;
import io.nokv.lsm.WriteBatch;
import io.nokv.lsm.vfs.RealVfs;
import io.nokv.raft.region.KeyRange;
import io.nokv.raft.region.Peer;
import io.nokv.raft.region.RegionDescriptor;
import io.nokv.raft.region.RegionEpoch;
import io.nokv.raft.region.RegionHeader;
import io.nokv.raft.snapshot.NetSnapshotTransfer;
import io.nokv.raft.snapshot.SnapshotTransferOptions;
import io.nokv.raft.storage.RaftLogOptions;
import io.nokv.raft.storage.RaftLogs;
import io.nokv.raft.store.Applier;
import io.nokv.raft.store.ApplyObserver;
import io.nokv.raft.store.ApplyReader;
import io.nokv.raft.store.ProposalOutcome;
import io.nokv.raft.store.RaftStore;
import io.nokv.raft.store.RaftStoreOptions;
import io.nokv.raft.store.RaftStoreSetup;
import io.nokv.raft.store.ReadMode;
import io.nokv.raft.store.ReadOutcome;
import io.nokv.raft.store.RegionStatus;
import io.nokv.raft.transport.GrpcNet;
import io.nokv.raft.transport.GrpcNetOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Three stores of ours over gRPC on loopback, each with an engine in a directory of its own. A command puts its bytes under one of
 * 4,096 keys of its region. Clients call the leader of a region in its own process.
 */
final class NokvGroup implements Group {
    private static final int STORES = 3;
    private static final int KEYS = 4_096;

    private final List<Store> stores = new ArrayList<>();
    private final List<RegionHeader> regions = new ArrayList<>();

    /** @param regionCount whose leaders are spread over the stores; clients are spread over the regions */
    NokvGroup(Path directory, int regionCount) throws IOException {
        for (int id = 1; id <= STORES; id++) {
            stores.add(new Store(id, Files.createDirectories(directory.resolve("s" + id))));
        }
        for (int i = 0; i < regionCount; i++) {
            List<Peer> peers = new ArrayList<>();
            for (int store = 1; store <= STORES; store++) {
                peers.add(new Peer(10L * (i + 1) + store, store));
            }
            KeyRange range = new KeyRange(i == 0 ? new byte[0] : prefix(i),
                    i + 1 == regionCount ? null : prefix(i + 1));
            RegionDescriptor region = new RegionDescriptor(i + 1L, range, RegionEpoch.FIRST, peers);
            regions.add(region.header());
            for (Store store : stores) {
                store.raft.bootstrap(region).await();
            }
        }
        for (int i = 0; i < regionCount; i++) {
            settle(i);
        }
    }

    /** Leaders end up on the stores in turn. */
    private void settle(int region) {
        long wanted = 1 + region % STORES;
        for (Store leader = leaderOf(region); leader.id != wanted; leader = leaderOf(region)) {
            leader.raft.transferLeader(regions.get(region), wanted).await();
            Pause.millis(100);
        }
    }

    private Store leaderOf(int region) {
        while (true) {
            for (Store store : stores) {
                RegionStatus status = store.raft.status(region + 1L);
                if (status != null && status.isLeader()) {
                    return store;
                }
            }
            Pause.millis(20);
        }
    }

    private static byte[] prefix(int region) {
        return new ByteWriter(2).u16(region).toBytes();
    }

    /** One process in small: what a store is made of. */
    private final class Store {
        private final long id;
        private final ThreadScheduler scheduler = new ThreadScheduler();
        private final GrpcNet net;
        private final Engine engine;
        private final NetSnapshotTransfer transfer;
        private final RaftStore raft;

        Store(long id, Path directory) {
            this.id = id;
            Ports ports = new Ports(new SystemClock(), new SystemEntropy(), scheduler, new RealVfs(directory));
            this.net = GrpcNet.start(id, GrpcNetOptions.of("benchmark"), other -> address((int) other), ports.clock(),
                    ports.entropy());
            RaftLogs logs = new RaftLogs(RaftLogOptions.defaults(), scheduler);
            EngineOptions.Log log = new EngineOptions.Log(16 << 20, 8 << 20);
            EngineOptions options = EngineOptions.defaults()
                    .withLog(log.withConsumers(List.of(logs)));
            this.engine = Engine.open("engine", options, ports);
            this.transfer = NetSnapshotTransfer.open(id, net, ports, SnapshotTransferOptions.of("engine/transfer"));
            this.raft = RaftStore.open(new RaftStoreSetup(id, engine, logs, net, ports,
                    RaftStoreOptions.defaults().withSleepTicks(0), new Puts(), ApplyObserver.NONE, transfer,
                    count -> failing(scheduler)));
        }

        void close() {
            raft.close();
            transfer.close();
            net.close();
            engine.close();
            scheduler.close();
        }
    }

    private static Promise<long[]> failing(Scheduler scheduler) {
        Promise<long[]> none = scheduler.promise();
        none.fail(new IllegalStateException("regions do not split here"));
        return none;
    }

    /** Null until the store is there; it is asked again. */
    private String address(int store) {
        return stores.size() < store ? null : "127.0.0.1:" + stores.get(store - 1).net.port();
    }

    /** Region, key and value are parts of the command. */
    private static final class Puts implements Applier {
        @Override
        public Set<Family> families() {
            return Set.of(Family.DEFAULT);
        }

        @Override
        public byte[] apply(RegionDescriptor region, long term, long index, byte[] command, WriteBatch into,
                ApplyReader reader) {
            into.put(Family.DEFAULT, Arrays.copyOf(command, 4), Arrays.copyOfRange(command, 4, command.length));
            return null;
        }
    }

    @Override
    public Client client(int number) {
        int region = number % regions.size();
        RegionHeader header = regions.get(region);
        byte[] prefix = prefix(region);
        Store[] leader = {leaderOf(region)};
        return new Client() {
            @Override
            public void write(byte[] command) {
                int key = (command[2] & 0xFF) << 8 | command[3] & 0xFF;
                command[0] = prefix[0];
                command[1] = prefix[1];
                command[2] = (byte) (key % KEYS >> 8);
                for (ProposalOutcome outcome = ask(
                        command); !(outcome instanceof ProposalOutcome.Applied); outcome = ask(
                                command)) {
                    Pause.millis(1);
                    leader[0] = leaderOf(region);
                }
            }

            private ProposalOutcome ask(byte[] command) {
                return leader[0].raft.propose(header, command).await();
            }

            @Override
            public void read() {
                while (!(leader[0].raft.read(header, ReadMode.LEASE).await() instanceof ReadOutcome.Permitted)) {
                    Pause.millis(1);
                    leader[0] = leaderOf(region);
                }
                leader[0].engine.get(Family.DEFAULT, prefix, null);
            }
        };
    }

    @Override
    public boolean reads() {
        return true;
    }

    @Override
    public void close() {
        stores.forEach(Store::close);
    }
}
