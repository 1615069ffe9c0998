package io.nokv.raft.transport;

import io.nokv.base.port.Net;
import io.nokv.base.system.SystemClock;
import io.nokv.base.system.SystemEntropy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** Stores of one cluster in this process, each with a real network on loopback. Closing it closes all. */
final class Stores implements AutoCloseable {
    /** How long a test waits for what must happen, before it fails. */
    static final long PATIENCE_SECONDS = 60;

    /** What one store received; one message at a time per sender, or the test fails. */
    static final class Mailbox implements Net.Inbox {
        record Mail(long from, byte[] message) {}

        final BlockingQueue<Mail> mails = new LinkedBlockingQueue<>();
        final BlockingQueue<Long> broken = new LinkedBlockingQueue<>();
        final AtomicBoolean overlapped = new AtomicBoolean();
        private final Map<Long, AtomicInteger> inside = new ConcurrentHashMap<>();
        volatile java.util.function.Consumer<Mail> also = _ -> {};

        @Override
        public void received(long fromNode, byte[] message) {
            AtomicInteger count = inside.computeIfAbsent(fromNode, _ -> new AtomicInteger());
            if (count.incrementAndGet() != 1) {
                overlapped.set(true);
            }
            try {
                Mail mail = new Mail(fromNode, message);
                mails.add(mail);
                also.accept(mail);
            } finally {
                count.decrementAndGet();
            }
        }

        @Override
        public void disconnected(long node) {
            broken.add(node);
        }

        Mail next() {
            try {
                Mail mail = mails.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                if (mail == null) {
                    throw new AssertionError("nothing arrived");
                }
                return mail;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    private final UnaryOperator<GrpcNetOptions> change;
    private final Map<Long, String> addresses = new ConcurrentHashMap<>();
    private final Map<Long, GrpcNet> nets = new HashMap<>();
    private final Map<Long, Mailbox> mailboxes = new HashMap<>();

    Stores(long... ids) {
        this(options -> options, ids);
    }

    Stores(UnaryOperator<GrpcNetOptions> change, long... ids) {
        this.change = change;
        for (long id : ids) {
            open(id, 0);
        }
    }

    static GrpcNetOptions options() {
        return GrpcNetOptions.of("test").withConnecting(Duration.ofSeconds(10), Duration.ofMillis(5),
                Duration.ofMillis(50));
    }

    GrpcNet open(long id, int port) {
        GrpcNet net = GrpcNet.start(id, change.apply(options().withAddress("127.0.0.1", port)), addresses::get,
                new SystemClock(), new SystemEntropy());
        addresses.put(id, "127.0.0.1:" + net.port());
        nets.put(id, net);
        Mailbox mailbox = new Mailbox();
        mailboxes.put(id, mailbox);
        net.listen(id, mailbox);
        return net;
    }

    void moveAddress(long id, String address) {
        addresses.put(id, address);
    }

    GrpcNet net(long id) {
        return nets.get(id);
    }

    Mailbox mailbox(long id) {
        return mailboxes.get(id);
    }

    LinkStats link(long from, long to, Net.Lane lane) {
        LinkStats used = net(from).stats().link(to, lane);
        return used != null ? used : new LaneCounts().stats(to, lane, LinkState.IDLE, 0, 0, null);
    }

    /** Sends until something arrives, for links come up when they do; then waits for what else is under way. */
    void untilArrived(long from, long to) {
        byte[] knock = {42};
        until("a message from " + from + " arrives at " + to, () -> {
            net(from).send(from, to, knock);
            return mailbox(to).mails.stream().anyMatch(mail -> mail.from() == from);
        });
        byte[] last = {43};
        net(from).send(from, to, last);
        until("the last message arrives", () -> mailbox(to).mails.stream()
                .anyMatch(mail -> mail.from() == from && mail.message().length == 1 && mail.message()[0] == 43));
        mailbox(to).mails.clear();
    }

    /** Waits for a condition that is true sooner or later. */
    static void until(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("did not happen: " + what);
            }
            java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
        }
    }

    List<GrpcNet> all() {
        return new ArrayList<>(nets.values());
    }

    @Override
    public void close() {
        nets.values().forEach(GrpcNet::close);
        for (Mailbox mailbox : mailboxes.values()) {
            if (mailbox.overlapped.get()) {
                throw new AssertionError("two messages of one sender were delivered at the same time");
            }
        }
    }
}
