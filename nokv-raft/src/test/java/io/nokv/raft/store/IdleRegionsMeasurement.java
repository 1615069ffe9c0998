package io.nokv.raft.store;

import com.sun.management.OperatingSystemMXBean;
import io.nokv.base.codec.ByteWriter;
import io.nokv.base.port.Net;
import io.nokv.base.port.Ports;
import io.nokv.base.port.Promise;
import io.nokv.base.port.Scheduler;
import io.nokv.base.system.SystemClock;
import io.nokv.base.system.SystemEntropy;
import io.nokv.base.system.ThreadScheduler;
import io.nokv.lsm.Engine;
import io.nokv.lsm.EngineOptions;
import io.nokv.lsm.vfs.MemVfs;
import io.nokv.raft.region.KeyRange;
import io.nokv.raft.region.Peer;
import io.nokv.raft.region.RegionDescriptor;
import io.nokv.raft.region.RegionEpoch;
import io.nokv.raft.storage.RaftLogOptions;
import io.nokv.raft.storage.RaftLogs;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What idle regions cost: three stores in this process, as many regions as the first argument says (5,000), all asleep. Prints the
 * share of a core that the process takes in thirty seconds, and heap per region and store.
 */
final class IdleRegionsMeasurement {
    private static final int SECONDS = 30;

    private IdleRegionsMeasurement() {}

    /** Hands frames over in memory, one flow for each pair of stores. */
    private static final class MemoryNet implements Net {
        private final Scheduler scheduler;
        private final Map<Long, Inbox> inboxes = new ConcurrentHashMap<>();

        MemoryNet(Scheduler scheduler) {
            this.scheduler = scheduler;
        }

        @Override
        public void listen(long node, Inbox inbox) {
            inboxes.put(node, inbox);
        }

        @Override
        public void send(long from, long to, Lane lane, byte[] message) {
            Inbox inbox = inboxes.get(to);
            if (inbox != null) {
                scheduler.execute("deliver", () -> inbox.received(from, message));
            }
        }
    }

    private static RaftStore store(long id, Net net, ThreadScheduler scheduler) {
        RaftLogs logs = new RaftLogs(RaftLogOptions.defaults(), scheduler);
        EngineOptions options = EngineOptions.defaults();
        Ports ports = new Ports(new SystemClock(), new SystemEntropy(), scheduler, new MemVfs());
        Engine engine = Engine.open("db", options.withLog(options.log().withConsumers(List.of(logs))), ports);
        return RaftStore.open(new RaftStoreSetup(id, engine, logs, net, ports, RaftStoreOptions.defaults(), new Rows(),
                ApplyObserver.NONE, new NoTransfer(scheduler), count -> scheduler.completed(new long[count])));
    }

    private static long heapBytes() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    public static void main(String[] arguments) {
        int regions = arguments.length == 0 ? 5_000 : Integer.parseInt(arguments[0]);
        ThreadScheduler scheduler = new ThreadScheduler();
        Net net = new MemoryNet(scheduler);
        List<RaftStore> stores = new ArrayList<>();
        for (long id = 1; id <= 3; id++) {
            stores.add(store(id, net, scheduler));
        }
        long before = heapBytes();
        long began = System.nanoTime();
        for (int r = 1; r <= regions; r++) {
            RegionDescriptor region = new RegionDescriptor(r,
                    new KeyRange(r == 1 ? new byte[0] : key(r), r == regions ? null : key(r + 1)), RegionEpoch.FIRST,
                    List.of(new Peer(r * 10L + 1, 1), new Peer(r * 10L + 2, 2), new Peer(r * 10L + 3, 3)));
            List<Promise<Void>> all = stores.stream().map(store -> store.bootstrap(region)).toList();
            all.forEach(Promise::await);
        }
        System.out.printf("%d regions on 3 stores after %.1f s%n", regions, (System.nanoTime() - began) / 1e9);
        while (stores.stream().anyMatch(store -> store.stats().awake() > 0)) {
            scheduler.pause(1_000_000_000L);
            System.out.println("awake: " + stores.stream().map(store -> store.stats().awake()).toList());
        }
        System.out.printf("all asleep after %.1f s%n", (System.nanoTime() - began) / 1e9);
        System.out.printf("heap per region and store: %.0f bytes%n", (heapBytes() - before) / 3.0 / regions);
        OperatingSystemMXBean os = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long cpu = os.getProcessCpuTime();
        scheduler.pause(SECONDS * 1_000_000_000L);
        System.out.printf("CPU: %.2f %% of a core for three stores%n",
                (os.getProcessCpuTime() - cpu) / (SECONDS * 1e9) * 100);
        stores.forEach(RaftStore::close);
        scheduler.close();
    }

    private static byte[] key(int number) {
        return new ByteWriter(4).u32(number).toBytes();
    }
}
