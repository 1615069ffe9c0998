package io.nokv.benchmark.raft;

import io.nokv.base.codec.ByteWriter;
import io.nokv.benchmark.group.Group;
import io.nokv.benchmark.group.Pause;
import io.nokv.lsm.Family;
import io.nokv.lsm.WriteBatch;
import io.nokv.raft.region.KeyRange;
import io.nokv.raft.region.Peer;
import io.nokv.raft.region.RegionDescriptor;
import io.nokv.raft.region.RegionEpoch;
import io.nokv.raft.region.RegionHeader;
import io.nokv.raft.store.Applier;
import io.nokv.raft.store.ApplyReader;
import io.nokv.raft.store.ProposalOutcome;
import io.nokv.raft.store.RaftStoreOptions;
import io.nokv.raft.store.RaftStoreStats;
import io.nokv.raft.store.ReadMode;
import io.nokv.raft.store.ReadOutcome;
import io.nokv.raft.store.RegionStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Three stores of ours over gRPC on loopback, each with an engine in a directory of its own. Clients call the leader of a region in
 * its own process.
 */
final class NokvGroup implements Group {
    private static final int STORES = 3;
    private static final int KEYS = 4_096;

    private final List<StoreNode> stores = new ArrayList<>();
    private final List<RegionHeader> regions = new ArrayList<>();

    /**
     * @param regionCount whose leaders are spread over the stores; clients are spread over the regions
     * @param machine what commands do
     */
    private NokvGroup(Path directory, int regionCount, Applier machine) throws IOException {
        for (int id = 1; id <= STORES; id++) {
            stores.add(new StoreNode(id, Files.createDirectories(directory.resolve("s" + id)), 0,
                    other -> address((int) other), RaftStoreOptions.defaults().withSleepTicks(0), machine,
                    _ -> List.of()));
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
            for (StoreNode store : stores) {
                store.raft().bootstrap(region).await();
            }
        }
        for (int i = 0; i < regionCount; i++) {
            settle(i);
        }
    }

    /** Commands put their bytes under one of 4,096 keys of their region, into the engine. */
    static NokvGroup ofRows(Path directory, int regionCount) throws IOException {
        return new NokvGroup(directory, regionCount, new Puts());
    }

    /** Commands are counted and no more, as by the state machines of the peers; how far they are applied goes into the engine. */
    static NokvGroup ofCounts(Path directory) throws IOException {
        return new NokvGroup(directory, 1, new Counts());
    }

    /** Leaders end up on the stores in turn. */
    private void settle(int region) {
        long wanted = 1 + region % STORES;
        for (StoreNode leader = leaderOf(region); leader.id() != wanted; leader = leaderOf(region)) {
            leader.raft().transferLeader(regions.get(region), wanted).await();
            Pause.millis(100);
        }
    }

    private StoreNode leaderOf(int region) {
        while (true) {
            for (StoreNode store : stores) {
                RegionStatus status = store.raft().status(region + 1L);
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

    /** Null until the store is there; it is asked again. */
    private String address(int store) {
        return stores.size() < store ? null : "127.0.0.1:" + stores.get(store - 1).port();
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

    private static final class Counts implements Applier {
        private long bytes;

        @Override
        public Set<Family> families() {
            return Set.of();
        }

        @Override
        public byte[] apply(RegionDescriptor region, long term, long index, byte[] command, WriteBatch into,
                ApplyReader reader) {
            bytes += command.length;
            if (bytes < 0) {
                throw new IllegalStateException("overflow");
            }
            return null;
        }
    }

    @Override
    public Client client(int number) {
        int region = number % regions.size();
        RegionHeader header = regions.get(region);
        byte[] prefix = prefix(region);
        StoreNode[] leader = {leaderOf(region)};
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
                return leader[0].raft().propose(header, command).await();
            }

            @Override
            public void read(Read kind) {
                ReadMode mode = kind == Read.INDEX ? ReadMode.READ_INDEX : ReadMode.LEASE;
                while (!(leader[0].raft().read(header, mode).await() instanceof ReadOutcome.Permitted)) {
                    Pause.millis(1);
                    leader[0] = leaderOf(region);
                }
                leader[0].engine().get(Family.DEFAULT, prefix, null);
            }
        };
    }

    @Override
    public List<Read> reads() {
        return List.of(Read.LEASE, Read.INDEX);
    }

    @Override
    public Map<String, Long> counters() {
        Map<String, Long> sum = new TreeMap<>();
        for (StoreNode store : stores) {
            RaftStoreStats stats = store.raft().stats();
            sum.merge("proposals", stats.proposals(), Long::sum);
            sum.merge("readies written", stats.readies(), Long::sum);
            sum.merge("syncs", stats.syncs(), Long::sum);
            sum.merge("messages", stats.messagesOut(), Long::sum);
            sum.merge("frames", stats.framesOut(), Long::sum);
            sum.merge("turns", stats.turns(), Long::sum);
            sum.merge("apply batches", stats.applyBatches(), Long::sum);
        }
        return sum;
    }

    @Override
    public void close() {
        stores.forEach(StoreNode::close);
    }
}
