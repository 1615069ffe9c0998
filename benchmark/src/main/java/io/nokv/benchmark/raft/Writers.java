package io.nokv.benchmark.raft;

import io.grpc.ManagedChannel;
import io.nokv.base.codec.ByteReader;
import io.nokv.base.codec.ByteWriter;
import io.nokv.benchmark.group.Pause;
import io.nokv.raft.region.RegionHeader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;

/**
 * Clients that write all the time, each under keys of its own, one after the other, and look for the leader anew when a write is
 * not acknowledged. They keep what was acknowledged, and what times between acknowledgements they saw.
 */
final class Writers implements AutoCloseable {
    /** First byte of their keys. */
    static final int KEYS = 'w';

    private record Route(long storeId, RegionHeader header) {}

    private final Members members;
    private final byte[] value;
    private final AtomicReference<Route> route = new AtomicReference<>();
    private final List<Client> clients = new ArrayList<>();
    private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private volatile boolean stop;

    /** @param valueBytes of each row */
    Writers(Members members, int count, int valueBytes) {
        this.members = members;
        this.value = new byte[valueBytes];
        for (int i = 0; i < count; i++) {
            clients.add(new Client(i));
        }
        clients.forEach(client -> client.thread.start());
    }

    private Route ask(Route failed) {
        Route known = route.get();
        if (known != null && known != failed) {
            return known;
        }
        Members.Leader leader = members.leader();
        if (leader == null) {
            return null;
        }
        Route found = new Route(leader.storeId(), leader.region().header());
        route.set(found);
        return found;
    }

    private static byte[] key(int client, int number) {
        return new ByteWriter(7).u8(KEYS).u16(client).u32(number).toBytes();
    }

    /** One of them. */
    private final class Client {
        private final int number;
        private final Thread thread;
        private final Map<Long, ManagedChannel> channels = new TreeMap<>();
        /** Guards what follows, which others read. */
        private final Object guard = new Object();
        private final BitSet acknowledged = new BitSet();
        private Histogram micros = new Histogram(3);
        private long last = System.nanoTime();
        private long longestGap;

        Client(int number) {
            this.number = number;
            this.thread = Thread.ofPlatform().name("writer-" + number).unstarted(this::run);
        }

        private void run() {
            try {
                int next = 0;
                Route to = null;
                while (!stop) {
                    to = to == null ? ask(null) : to;
                    if (to == null) {
                        Pause.millis(10);
                        continue;
                    }
                    long from = System.nanoTime();
                    byte[] request = RowCall.request(RowCall.WRITE, to.header,
                            RowApplier.one(key(number, next), value));
                    ManagedChannel channel = channels.computeIfAbsent(to.storeId,
                            id -> RowCall.connect(members.address(id)));
                    if (RowCall.call(channel, request) == null) {
                        channel.resetConnectBackoff();
                        to = ask(to);
                        Pause.millis(5);
                    } else {
                        acknowledged(next, from);
                    }
                    next++;
                }
            } catch (RuntimeException | Error e) {
                failures.add(e);
            } finally {
                channels.values().forEach(ManagedChannel::shutdownNow);
            }
        }

        private void acknowledged(int row, long from) {
            long now = System.nanoTime();
            synchronized (guard) {
                acknowledged.set(row);
                micros.recordValue((now - from) / 1_000);
                longestGap = Math.max(longestGap, now - last);
                last = now;
            }
        }
    }

    /**
     * What was seen since the last time this was asked.
     *
     * @param longestNanos the longest time that each client went without an acknowledgement
     */
    record Seen(Histogram micros, List<Long> longestNanos) {}

    Seen take() throws IOException {
        Histogram all = new Histogram(3);
        List<Long> longest = new ArrayList<>();
        long now = System.nanoTime();
        for (Client client : clients) {
            synchronized (client.guard) {
                all.add(client.micros);
                client.micros = new Histogram(3);
                longest.add(Math.max(client.longestGap, now - client.last));
                client.longestGap = 0;
            }
        }
        if (!failures.isEmpty()) {
            throw new IOException("a client failed", failures.peek());
        }
        return new Seen(all, longest);
    }

    /** When the newest acknowledgement of any of them came, by {@link System#nanoTime}. */
    long lastNanos() {
        long newest = Long.MIN_VALUE;
        for (Client client : clients) {
            synchronized (client.guard) {
                newest = newest == Long.MIN_VALUE || client.last - newest > 0 ? client.last : newest;
            }
        }
        return newest;
    }

    /** The oldest newest acknowledgement of those that came after {@code before}, by {@link System#nanoTime}. */
    long firstAfter(long before) {
        long first = Long.MIN_VALUE;
        for (Client client : clients) {
            synchronized (client.guard) {
                if (client.last - before > 0 && (first == Long.MIN_VALUE || client.last - first < 0)) {
                    first = client.last;
                }
            }
        }
        return first;
    }

    /** Ends them. */
    void stop() throws InterruptedException {
        stop = true;
        for (Client client : clients) {
            client.thread.join();
        }
    }

    long acknowledged() {
        long sum = 0;
        for (Client client : clients) {
            synchronized (client.guard) {
                sum += client.acknowledged.cardinality();
            }
        }
        return sum;
    }

    /** How many acknowledged rows store {@code id} lacks; to be asked when they have ended and the store has caught up. */
    long lost(long id) throws IOException {
        List<BitSet> found = new ArrayList<>();
        clients.forEach(_ -> found.add(new BitSet()));
        ManagedChannel channel = RowCall.connect(members.address(id));
        try {
            byte[] from = {KEYS};
            while (true) {
                byte[] answer = RowCall.call(channel,
                        RowCall.request(RowCall.KEYS, members.awaitLeader().region().header(),
                                new ByteWriter(16).bytes(from).varint(100_000).toBytes()));
                if (answer == null) {
                    throw new IOException("store " + id + " does not tell its keys");
                }
                ByteReader in = new ByteReader(answer);
                in.u8();
                byte[] last = null;
                while (in.remaining() > 0) {
                    last = in.bytes();
                    ByteReader key = new ByteReader(last);
                    if (key.u8() == KEYS && key.remaining() == 6) {
                        found.get(key.u16()).set(key.u32());
                    }
                }
                if (last == null) {
                    break;
                }
                from = java.util.Arrays.copyOf(last, last.length + 1);
            }
        } finally {
            channel.shutdownNow();
        }
        long lost = 0;
        for (Client client : clients) {
            BitSet missing = (BitSet) client.acknowledged.clone();
            missing.andNot(found.get(client.number));
            lost += missing.cardinality();
        }
        return lost;
    }

    @Override
    public void close() {
        stop = true;
    }
}
