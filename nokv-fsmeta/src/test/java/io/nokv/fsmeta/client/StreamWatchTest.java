package io.nokv.fsmeta.client;

import static io.nokv.fsmeta.grpc.Samples.MOUNT;
import static io.nokv.fsmeta.grpc.Samples.ROOT;
import static io.nokv.fsmeta.grpc.Samples.name;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.fsmeta.api.FileName;
import io.nokv.fsmeta.api.Namespace.Watch;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.api.WatchEvent;
import io.nokv.fsmeta.grpc.Gate;
import io.nokv.fsmeta.grpc.ListWatch;
import io.nokv.fsmeta.grpc.RecordingNamespace;
import io.nokv.fsmeta.grpc.Served;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** A watch over the network: in order, resumable, and never quietly incomplete. */
class StreamWatchTest {
    private final RecordingNamespace namespace = new RecordingNamespace();
    private final Queue<ListWatch> subscriptions = new ConcurrentLinkedQueue<>();

    private void subscribable() {
        namespace.answer(call -> {
            ListWatch watch = new ListWatch((Long) call.arguments().get(2), (Integer) call.arguments().get(3));
            subscriptions.add(watch);
            return watch;
        });
    }

    private static WatchEvent event(long cursor) {
        return new WatchEvent(cursor, cursor * 2, WatchEvent.Kind.CREATED, MOUNT, ROOT, name("f" + cursor), cursor, 0,
                null);
    }

    private static WatchEvent fat(long cursor) {
        byte[] longest = new byte[FileName.MAX_BYTES];
        java.util.Arrays.fill(longest, (byte) 'n');
        FileName name = FileName.of(longest);
        return new WatchEvent(cursor, cursor, WatchEvent.Kind.RENAMED_TO, MOUNT, ROOT, name, cursor, ROOT, name);
    }

    @Test
    void eventsComeInOrderAndAnotherWatchGoesOnWhereTheFirstStopped() {
        subscribable();
        try (Served served = new Served(namespace)) {
            NamespaceClient client = served.client(true);
            try (Watch watch = client.watch(MOUNT, ROOT, 100, 10_000)) {
                assertEquals(100, watch.cursor());
                assertNull(watch.next(1));
                for (long i = 101; i <= 1_100; i++) {
                    subscriptions.element().offer(event(i));
                }
                for (long i = 101; i <= 600; i++) {
                    assertEquals(event(i), watch.next(60_000));
                    assertEquals(i, watch.cursor());
                }
            }
            Gate.await("the subscription to be closed", () -> subscriptions.element().isClosed());
            subscriptions.clear();
            try (Watch watch = client.watch(MOUNT, ROOT, 600, 10_000)) {
                assertEquals(600L, namespace.calls.stream().toList().getLast().arguments().get(2));
                subscriptions.element().offer(event(601));
                assertEquals(event(601), watch.next(60_000));
            }
        }
    }

    @Test
    void aReaderThatStopsOverflowsAtTheServerAndIsTold() {
        subscribable();
        int window = 64;
        try (Served served = new Served(namespace);
                Watch watch = served.client(true).watch(MOUNT, ROOT, 0, window)) {
            long offered = 0;
            while (!subscriptions.element().isOverflown()) {
                subscriptions.element().offer(fat(++offered));
                assertTrue(offered < 1_000_000, "events are buffered without end");
            }
            long got = 0;
            NamespaceException end = null;
            while (end == null) {
                try {
                    WatchEvent event = watch.next(60_000);
                    assertEquals(++got, event.cursor());
                } catch (NamespaceException e) {
                    end = e;
                }
            }
            assertEquals(Reason.WATCH_OVERFLOW, end.reason());
            assertEquals(got, watch.cursor());
            assertTrue(got < offered);
            assertEquals(Reason.WATCH_OVERFLOW,
                    assertThrows(NamespaceException.class, () -> watch.next(0)).reason());
        }
    }

    @Test
    void aCursorThatIsNoLongerKeptIsRefusedAtOnce() {
        namespace.answer(_ -> {
            throw new NamespaceException(Reason.WATCH_EXPIRED, "events after 5 are gone");
        });
        try (Served served = new Served(namespace)) {
            NamespaceException refusal = assertThrows(NamespaceException.class,
                    () -> served.client(true).watch(MOUNT, ROOT, 5, 10));
            assertEquals(Reason.WATCH_EXPIRED, refusal.reason());
            assertEquals(0, served.server.metrics().watches());
        }
    }

    @Test
    void aServerThatShutsDownEndsItsWatchesResumably() {
        subscribable();
        try (Served served = new Served(namespace)) {
            Watch watch = served.client(true).watch(MOUNT, ROOT, 0, 10);
            subscriptions.element().offer(event(7));
            assertEquals(event(7), watch.next(60_000));
            served.server.close(Duration.ofSeconds(30));
            assertEquals(Reason.CLOSED,
                    assertThrows(NamespaceException.class, () -> watch.next(60_000)).reason());
            assertEquals(7, watch.cursor());
            assertTrue(subscriptions.element().isClosed());
        }
    }

    @Test
    void aConnectionThatIsLostEndsTheWatchWithAFailureNotWithSilence() throws Exception {
        subscribable();
        try (Served served = new Served(namespace); CuttingProxy proxy = new CuttingProxy(served.server.port())) {
            Watch watch = served.client(NamespaceClientOptions.of("127.0.0.1", proxy.port())).watch(MOUNT, ROOT, 0,
                    10);
            subscriptions.element().offer(event(7));
            assertEquals(event(7), watch.next(60_000));
            proxy.cut();
            assertEquals(Reason.IO_ERROR,
                    assertThrows(NamespaceException.class, () -> watch.next(60_000)).reason());
            Gate.await("the server to notice", () -> subscriptions.element().isClosed());
        }
    }
}
