package io.nokv.raft.store;

import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.base.port.Net;
import io.nokv.base.port.Ports;
import io.nokv.base.port.Scheduler;
import io.nokv.base.system.SystemClock;
import io.nokv.base.system.SystemEntropy;
import io.nokv.base.system.ThreadScheduler;
import io.nokv.base.vfs.Vfs;
import io.nokv.lsm.Durability;
import io.nokv.lsm.Engine;
import io.nokv.lsm.EngineOptions;
import io.nokv.lsm.Family;
import io.nokv.lsm.WriteBatch;
import io.nokv.lsm.vfs.MemVfs;
import io.nokv.raft.core.Message;
import io.nokv.raft.region.KeyRange;
import io.nokv.raft.region.Peer;
import io.nokv.raft.region.RegionDescriptor;
import io.nokv.raft.region.RegionEpoch;
import io.nokv.raft.storage.RaftLogOptions;
import io.nokv.raft.storage.RaftLogs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Store 1 of three, life after life on one disk, the other two played by the test; everything in it that may run runs at once, on the test's
 * thread.
 */
final class OneStore implements AutoCloseable {
    /** One life of the process; {@code store} is not started. */
    record Life(Engine engine, RaftLogs logs, HostedStore store) {}

    /** Of the engine. */
    static final String DIRECTORY = "db";

    private final ThreadScheduler threads = new ThreadScheduler(1);
    private final InlineScheduler inline = new InlineScheduler(threads);
    private final Vfs vfs = new MemVfs();
    private final List<Throwable> alarms = new ArrayList<>();
    private final List<Message> sent = new ArrayList<>();
    private final Map<Long, List<Control>> controls = new TreeMap<>();
    private final Applier applier;
    private final ApplyObserver observer;
    private Net.Inbox inbox;

    OneStore() {
        this(new Rows(), ApplyObserver.NONE);
    }

    OneStore(Applier applier, ApplyObserver observer) {
        this.applier = applier;
        this.observer = observer;
    }

    private final Net net = new Net() {
        @Override
        public void listen(long node, Inbox to) {
            inbox = to;
        }

        @Override
        public void send(long from, long to, Lane lane, byte[] frame) {
            ByteReader in = new ByteReader(frame);
            if (in.u8() == Frames.RAFT) {
                while (in.remaining() > 0) {
                    sent.add(Frames.next(in).message());
                }
            } else {
                controls.computeIfAbsent(to, _ -> new ArrayList<>()).add(Control.decode(frame));
            }
        }
    };

    void live(Consumer<Life> what) {
        RaftLogs logs = new RaftLogs(RaftLogOptions.defaults(), inline);
        EngineOptions options = EngineOptions.tiny();
        try (Engine engine = Engine.open(DIRECTORY, options.withLog(options.log().withConsumers(List.of(logs))),
                ports(threads))) {
            HostedStore store = new HostedStore(new RaftStoreSetup(1, engine, logs, net, ports(inline),
                    RaftStoreOptions.defaults(), applier, observer, new NoTransfer(inline),
                    count -> inline.completed(new long[count])), StoreRules.RIGHT, alarms::add);
            what.accept(new Life(engine, logs, store));
            inline.forget();
            store.close();
        }
    }

    private Ports ports(Scheduler scheduler) {
        return new Ports(new SystemClock(), new SystemEntropy(), scheduler, vfs);
    }

    Vfs vfs() {
        return vfs;
    }

    /** What stopped a region or the store. */
    List<Throwable> alarms() {
        return alarms;
    }

    void tick(int times) {
        for (int i = 0; i < times; i++) {
            inline.fire();
        }
    }

    /** What the store says to {@code message}, at once. */
    List<Message> tell(long fromStore, RegionDescriptor region, Message message) {
        ByteWriter frame = new ByteWriter();
        frame.u8(Frames.RAFT);
        Frames.put(frame, region.id(), region.epoch(), message);
        inbox.received(fromStore, frame.toBytes());
        return said();
    }

    /** What the store has said since it was asked last. */
    List<Message> said() {
        List<Message> out = List.copyOf(sent);
        sent.clear();
        return out;
    }

    /** What the store has said to {@code toStore} beside messages of replicas. */
    List<Control> controls(long toStore) {
        return controls.getOrDefault(toStore, List.of());
    }

    /** Its peers are 10 * id + 1, 2 and 3 on the stores 1, 2 and 3. */
    static RegionDescriptor region(long id, KeyRange range, RegionEpoch epoch) {
        return new RegionDescriptor(id, range, epoch,
                List.of(new Peer(id * 10 + 1, 1), new Peer(id * 10 + 2, 2), new Peer(id * 10 + 3, 3)));
    }

    /** A region's state machine as it begins. */
    static void put(Engine engine, RegionRecord record) {
        long id = record.region().id();
        engine.write(new WriteBatch().put(Family.LOCAL, StoreKeys.record(id), record.encode())
                .put(Family.LOCAL, StoreKeys.applied(id), RegionRecord.FIRST.encode()), Durability.FSYNC);
    }

    @Override
    public void close() {
        threads.close();
    }
}
