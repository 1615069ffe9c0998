package io.nokv.raft.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.base.port.Net.Lane;
import io.nokv.base.system.SystemClock;
import io.nokv.base.system.SystemEntropy;
import io.nokv.raft.transport.GrpcNetOptions.LaneLimit;
import io.nokv.raft.transport.LinkFaults.Fault;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Real networks on loopback: what arrives, what is lost and counted, and what does not disturb what. */
class GrpcNetTest {
    private static byte[] number(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    private static int number(byte[] message) {
        return ByteBuffer.wrap(message).getInt();
    }

    @Test
    void messagesArriveWholeAndInOrderInEveryLane() {
        try (Stores stores = new Stores(1, 2)) {
            for (Lane lane : Lane.values()) {
                for (int i = 0; i < 1_000; i++) {
                    stores.net(1).send(1, 2, lane, number(lane.ordinal() << 16 | i));
                }
            }
            int[] next = new int[Lane.values().length];
            for (int i = 0; i < 3_000; i++) {
                Stores.Mailbox.Mail mail = stores.mailbox(2).next();
                assertEquals(1, mail.from());
                int value = number(mail.message());
                assertEquals(next[value >>> 16]++, value & 0xFFFF);
            }
            for (Lane lane : Lane.values()) {
                LinkStats sent = stores.link(1, 2, lane);
                LinkStats received = stores.link(2, 1, lane);
                assertEquals(LinkState.UP, sent.state());
                assertEquals(1_000, sent.messagesSent());
                assertEquals(4_000, sent.bytesSent());
                assertEquals(1_000, received.messagesReceived());
                assertEquals(4_000, received.bytesReceived());
                assertEquals(sent.framesSent(), received.framesReceived());
                assertTrue(sent.framesSent() < 1_000, "each message travelled alone");
                assertEquals(0, sent.queuedMessages());
                assertEquals(0, sent.queuedBytes());
                assertEquals(1, sent.connects());
                assertTrue(sent.drops().isEmpty(), "lost " + sent.drops());
            }
        }
    }

    @Test
    void bothDirectionsAndManyStoresAtOnce() {
        long[] ids = {1, 2, 3, 4, 5};
        try (Stores stores = new Stores(ids)) {
            for (int i = 0; i < 200; i++) {
                for (long from : ids) {
                    for (long to : ids) {
                        if (from != to) {
                            stores.net(from).send(from, to, number(i));
                        }
                    }
                }
            }
            for (long to : ids) {
                int[] next = new int[6];
                for (int i = 0; i < 800; i++) {
                    Stores.Mailbox.Mail mail = stores.mailbox(to).next();
                    assertEquals(next[(int) mail.from()]++, number(mail.message()));
                }
            }
        }
    }

    @Test
    void oneSenderAtATimeEvenWhenItsLanesComeByDifferentLoops() {
        try (Stores stores = new Stores(options -> options.withLoops(4), 1, 2)) {
            List<Thread> senders = new ArrayList<>();
            for (Lane lane : Lane.values()) {
                senders.add(Thread.ofPlatform().start(() -> {
                    for (int i = 0; i < 3_000; i++) {
                        stores.net(1).send(1, 2, lane, new byte[100]);
                    }
                }));
            }
            Set<Boolean> seen = senders.stream().map(Thread::isDaemon).collect(Collectors.toSet());
            assertEquals(Set.of(false), seen);
            for (int i = 0; i < 9_000; i++) {
                stores.mailbox(2).next();
            }
        } // closing it checks that no two overlapped
    }

    @Test
    void largeMessagesPassAndTooLargeOnesAreDropped() {
        try (Stores stores = new Stores(options -> options.withMessages(1 << 20, 64 << 10), 1, 2)) {
            byte[] largest = new byte[1 << 20];
            largest[12_345] = 7;
            stores.net(1).send(1, 2, new byte[(1 << 20) + 1]);
            stores.net(1).send(1, 2, new byte[10]);
            stores.net(1).send(1, 2, largest);
            stores.net(1).send(1, 2, new byte[0]);
            assertEquals(10, stores.mailbox(2).next().message().length);
            assertArrayEquals(largest, stores.mailbox(2).next().message());
            assertEquals(0, stores.mailbox(2).next().message().length);
            assertEquals(1, stores.link(1, 2, Lane.NORMAL).drops(DropReason.TOO_LARGE));
        }
    }

    /** All is queued before the first of it can leave: the senders are the event loop itself. */
    @Test
    void anUrgentMessageOvertakesTheBulkBeforeIt() {
        try (Stores stores = new Stores(1, 2, 3)) {
            for (Lane lane : Lane.values()) {
                stores.net(1).send(1, 2, lane, number(0));
                stores.mailbox(2).next();
            }
            byte[] piece = new byte[64 << 10];
            stores.mailbox(1).also = _ -> {
                for (int i = 0; i < 200; i++) {
                    stores.net(1).send(1, 2, Lane.BULK, piece);
                }
                stores.net(1).send(1, 2, Lane.URGENT, number(1));
            };
            stores.net(3).send(3, 1, number(0));
            int before = 0;
            while (stores.mailbox(2).next().message().length != 4) {
                before++;
            }
            assertTrue(before < 200, "all bulk came first");
        }
    }

    @Test
    void aStoreThatHangsFillsItsOwnQueueOnly() throws InterruptedException {
        try (Stores stores = new Stores(
                options -> options.withLimits(new LaneLimit(10, 1_000), new LaneLimit(100, 1 << 20),
                        new LaneLimit(10, 1_000)).withMessages(1 << 20, 16 << 10),
                1, 2, 3)) {
            stores.untilArrived(1, 2);
            stores.untilArrived(1, 3);
            CountDownLatch release = new CountDownLatch(1);
            stores.mailbox(2).also = _ -> {
                try {
                    release.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            };
            byte[] message = new byte[10_000];
            Stores.until("the queue is full", () -> {
                stores.net(1).send(1, 2, message);
                return stores.link(1, 2, Lane.NORMAL).drops(DropReason.QUEUE_FULL) > 100;
            });
            LinkStats stuck = stores.link(1, 2, Lane.NORMAL);
            assertTrue(stuck.queuedMessages() <= 100, "waiting: " + stuck.queuedMessages());
            assertTrue(stuck.queuedBytes() <= 1 << 20, "waiting: " + stuck.queuedBytes());
            assertEquals(2, stores.mailbox(1).broken.take());
            stores.untilArrived(1, 3);
            assertEquals(0, stores.link(1, 3, Lane.NORMAL).drops(DropReason.QUEUE_FULL));
            release.countDown();
            Stores.until("the queue empties", () -> stores.link(1, 2, Lane.NORMAL).queuedMessages() == 0);
        }
    }

    @Test
    void aStoreThatComesBackIsFoundAtItsNewAddress() {
        try (Stores stores = new Stores(1, 2)) {
            stores.untilArrived(1, 2);
            stores.net(2).close();
            Stores.until("store 1 hears of it", () -> Long.valueOf(2).equals(stores.mailbox(1).broken.poll()));
            Stores.until("messages are dropped at once", () -> {
                stores.net(1).send(1, 2, number(1));
                return stores.link(1, 2, Lane.NORMAL).drops(DropReason.UNREACHABLE) > 0;
            });
            Stores.until("attempts fail", () -> {
                stores.net(1).send(1, 2, number(1));
                return stores.link(1, 2, Lane.NORMAL).failedConnects() > 1;
            });
            assertEquals(LinkState.DOWN, stores.link(1, 2, Lane.NORMAL).state() == LinkState.CONNECTING
                    ? LinkState.DOWN
                    : stores.link(1, 2, Lane.NORMAL).state());
            assertNotNull(stores.link(1, 2, Lane.NORMAL).lastFailure());
            stores.open(2, 0);
            stores.untilArrived(1, 2);
            LinkStats link = stores.link(1, 2, Lane.NORMAL);
            assertEquals(2, link.connects());
            assertEquals(1, link.breaks());
            assertNull(link.lastFailure());
        }
    }

    @Test
    void anUnknownAddressAndNonsenseAreFailuresToConnect() {
        try (Stores stores = new Stores(1)) {
            stores.net(1).send(1, 9, number(1));
            Stores.until("it fails", () -> stores.link(1, 9, Lane.NORMAL).failedConnects() == 1);
            assertEquals("the address of store 9 is not known", stores.link(1, 9, Lane.NORMAL).lastFailure());
            assertEquals(1, stores.link(1, 9, Lane.NORMAL).drops(DropReason.LINK_BROKE));
            stores.moveAddress(8, "no such address: at all");
            stores.net(1).send(1, 8, number(1));
            Stores.until("it fails", () -> stores.link(1, 8, Lane.NORMAL).failedConnects() == 1);
        }
    }

    @Test
    void foreignersAreRefused() {
        try (Stores stores = new Stores(1, 2);
                GrpcNet foreign = GrpcNet.start(3, GrpcNetOptions.of("another"),
                        _ -> "127.0.0.1:" + stores.net(1).port(), new SystemClock(), new SystemEntropy());
                GrpcNet twin = GrpcNet.start(1, Stores.options(), _ -> "127.0.0.1:" + stores.net(1).port(),
                        new SystemClock(), new SystemEntropy())) {
            foreign.send(3, 1, number(1));
            Stores.until("refused", () -> stores.net(1).stats().refused().containsKey(Refusal.OTHER_CLUSTER));
            Stores.until("told", () -> foreign.stats().link(1, Lane.NORMAL).lastFailure() != null);
            assertEquals("refused as OTHER_CLUSTER: this store belongs to another cluster",
                    foreign.stats().link(1, Lane.NORMAL).lastFailure());
            twin.send(1, 2, number(1)); // whose address is that of store 1
            Stores.until("refused", () -> stores.net(1).stats().refused().containsKey(Refusal.OTHER_STORE));
            stores.moveAddress(1, "127.0.0.1:" + stores.net(2).port());
            stores.net(2).send(2, 1, number(1));
            Stores.until("refused", () -> stores.net(2).stats().refused().containsKey(Refusal.OTHER_STORE));
            assertTrue(stores.mailbox(1).mails.isEmpty());
        }
    }

    @Test
    void aNewCallForALaneReplacesTheOld() {
        try (Stores stores = new Stores(1, 2)) {
            stores.untilArrived(1, 2);
            GrpcNet reborn = GrpcNet.start(1, Stores.options(), _ -> "127.0.0.1:" + stores.net(2).port(),
                    new SystemClock(), new SystemEntropy());
            try (reborn) {
                reborn.send(1, 2, number(77));
                assertEquals(77, number(stores.mailbox(2).next().message()));
                Stores.until("the old one breaks", () -> stores.link(1, 2, Lane.NORMAL).breaks() == 1);
                assertEquals(1, stores.net(2).stats().replaced());
            }
        }
    }

    @Test
    void faultsCutDropDelayAndHeal() {
        try (Stores stores = new Stores(1, 2)) {
            stores.untilArrived(1, 2);
            stores.untilArrived(2, 1);
            LinkFaults faults = stores.net(1).faults();

            faults.outgoing(2, Fault.CUT);
            stores.net(1).send(1, 2, number(1));
            assertEquals(1, stores.link(1, 2, Lane.NORMAL).drops(DropReason.FAULT_OUT));
            stores.untilArrived(2, 1); // one way only
            assertTrue(stores.mailbox(2).mails.isEmpty());

            faults.healAll();
            faults.cutIncoming(2);
            stores.net(2).send(2, 1, number(2));
            Stores.until("it arrives and is dropped",
                    () -> stores.link(1, 2, Lane.NORMAL).drops(DropReason.FAULT_IN) == 1);
            assertTrue(stores.mailbox(1).mails.isEmpty());

            faults.heal(2);
            long before = System.nanoTime();
            faults.outgoing(2, Fault.delaying(TimeUnit.MILLISECONDS.toNanos(30), 0));
            stores.net(1).send(1, 2, number(3));
            assertEquals(3, number(stores.mailbox(2).next().message()));
            assertTrue(System.nanoTime() - before >= 30_000_000, "came too early");

            faults.outgoing(2, Fault.limited(1_000_000));
            before = System.nanoTime();
            for (int i = 0; i < 10; i++) {
                stores.net(1).send(1, 2, new byte[10_000]);
            }
            for (int i = 0; i < 10; i++) {
                stores.mailbox(2).next();
            }
            assertTrue(System.nanoTime() - before >= 90_000_000, "100 KB went through 1 MB/s too fast");

            faults.outgoing(2, Fault.dropping(0.5));
            long sentBefore = stores.link(1, 2, Lane.NORMAL).messagesSent();
            long droppedBefore = stores.link(1, 2, Lane.NORMAL).drops(DropReason.FAULT_OUT);
            for (int i = 0; i < 1_000; i++) {
                stores.net(1).send(1, 2, number(i));
            }
            long dropped = stores.link(1, 2, Lane.NORMAL).drops(DropReason.FAULT_OUT) - droppedBefore;
            assertTrue(dropped > 350 && dropped < 650, "dropped " + dropped);
            Stores.until("the rest is sent",
                    () -> stores.link(1, 2, Lane.NORMAL).messagesSent() - sentBefore == 1_000 - dropped);
        }
    }

    @Test
    void aLaneThatIsNotUsedIsTakenDownAndComesBack() {
        try (Stores stores = new Stores(
                options -> options.withSilence(Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofMillis(10)), 1,
                2)) {
            stores.untilArrived(1, 2);
            Stores.until("it is idle", () -> stores.link(1, 2, Lane.NORMAL).state() == LinkState.IDLE);
            stores.untilArrived(1, 2);
            LinkStats link = stores.link(1, 2, Lane.NORMAL);
            assertEquals(2, link.connects());
            assertEquals(0, link.breaks());
            assertTrue(stores.mailbox(1).broken.isEmpty());
        }
    }

    @Test
    void aListenerThatFailsOrWaitsLosesThatMessageOnly() {
        try (Stores stores = new Stores(1, 2)) {
            AtomicInteger calls = new AtomicInteger();
            stores.mailbox(2).also = _ -> {
                switch (calls.getAndIncrement()) {
                    case 0 -> throw new IllegalStateException("the listener fails, as the test wants");
                    case 1 -> io.nokv.base.system.WaitFree.refuse();
                    default -> {
                    }
                }
            };
            for (int i = 0; i < 3; i++) {
                stores.net(1).send(1, 2, number(i));
            }
            for (int i = 0; i < 3; i++) {
                assertEquals(i, number(stores.mailbox(2).next().message()));
            }
            Stores.until("both are counted",
                    () -> stores.link(2, 1, Lane.NORMAL).drops(DropReason.LISTENER_FAILED) == 2);
        }
    }

    @Test
    void whereNobodyListensMessagesAreCounted() {
        try (Stores stores = new Stores(1);
                GrpcNet deaf = GrpcNet.start(2, Stores.options(), _ -> null, new SystemClock(), new SystemEntropy())) {
            stores.moveAddress(2, "127.0.0.1:" + deaf.port());
            stores.net(1).send(1, 2, number(1));
            Stores.until("it is counted", () -> {
                LinkStats link = deaf.stats().link(1, Lane.NORMAL);
                return link != null && link.drops(DropReason.NOBODY_LISTENS) == 1;
            });
        }
    }

    @Test
    void anAddressInUseIsNamed() {
        try (Stores stores = new Stores(1)) {
            NokvException refused = assertThrows(NokvException.class, () -> stores.open(2, stores.net(1).port()));
            assertEquals(FailureCode.IO_ERROR, refused.code());
            assertTrue(refused.getMessage().contains("store 2 cannot listen on 127.0.0.1:" + stores.net(1).port()),
                    refused.getMessage());
        }
    }

    @Test
    void closingEndsEveryThreadAndLaterMessagesAreCounted() throws InterruptedException {
        ConcurrentLinkedQueue<Thread> threads = new ConcurrentLinkedQueue<>();
        Stores stores = new Stores(options -> options.withLoops(2), 71, 72);
        try (stores) {
            for (long id : new long[]{71, 72}) {
                stores.mailbox(id).also = _ -> threads.add(Thread.currentThread());
            }
            stores.untilArrived(71, 72);
            stores.untilArrived(72, 71);
        }
        Thread.getAllStackTraces().keySet().stream().filter(t -> t.getName().matches("nokv-raft-net-7[12]-.*"))
                .forEach(threads::add);
        for (Thread thread : threads) {
            // The last of its work is done; it may take a moment to leave.
            thread.join(TimeUnit.SECONDS.toMillis(Stores.PATIENCE_SECONDS));
            assertTrue(!thread.isAlive(), thread + " lives on");
        }
        stores.net(71).send(71, 72, number(1));
        stores.net(71).send(71, 73, number(1));
        assertEquals(1, stores.link(71, 72, Lane.NORMAL).drops(DropReason.CLOSED));
        assertEquals(1, stores.link(71, 73, Lane.NORMAL).drops(DropReason.CLOSED));
        stores.net(71).close();
    }
}
