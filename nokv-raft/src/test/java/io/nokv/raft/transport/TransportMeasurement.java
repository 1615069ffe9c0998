package io.nokv.raft.transport;

import io.nokv.base.port.Net;
import io.nokv.base.system.SystemClock;
import io.nokv.base.system.SystemEntropy;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What carrying a message costs: two stores in this process, loopback between them, the receiver answering each message by
 * one of 16 bytes, as an acknowledgement would be; at most so many unanswered at a time. Prints messages per second (one way
 * counted), CPU of the process per message and its answer, and round trips. Arguments: message bytes, messages under way,
 * messages sent together, seconds, rounds.
 */
public final class TransportMeasurement {
    private TransportMeasurement() {}

    public static void main(String[] args) throws InterruptedException {
        int bytes = args.length > 0 ? Integer.parseInt(args[0]) : 256;
        int window = args.length > 1 ? Integer.parseInt(args[1]) : 256;
        int together = args.length > 2 ? Integer.parseInt(args[2]) : 1;
        double seconds = args.length > 3 ? Double.parseDouble(args[3]) : 5;
        int rounds = args.length > 4 ? Integer.parseInt(args[4]) : 3;
        String[] addresses = new String[3];
        try (GrpcNet one = start(1, addresses); GrpcNet two = start(2, addresses)) {
            Semaphore free = new Semaphore(window);
            AtomicLong answered = new AtomicLong();
            long[] sentAt = new long[1 << 20];
            long[] took = new long[1 << 20];
            byte[] answer = new byte[16];
            two.listen(2, inbox(() -> two.send(2, 1, answer)));
            one.listen(1, inbox(() -> {
                int at = (int) (answered.getAndIncrement() & took.length - 1);
                took[at] = System.nanoTime() - sentAt[at];
                free.release();
            }));
            byte[] message = new byte[bytes];
            long sent = 0;
            for (int round = 0; round < rounds; round++) {
                long answeredBefore = answered.get();
                long cpuBefore = cpuNanos();
                long framesBefore = frames(one, 2) + frames(two, 1);
                long start = System.nanoTime();
                long end = start + (long) (seconds * 1e9);
                while (System.nanoTime() < end) {
                    for (int i = 0; i < together; i++) {
                        if (!free.tryAcquire(10, TimeUnit.SECONDS)) {
                            throw new AssertionError("a message was lost: " + one.stats() + two.stats());
                        }
                    }
                    for (int i = 0; i < together; i++) {
                        sentAt[(int) (sent++ & sentAt.length - 1)] = System.nanoTime();
                        one.send(1, 2, message);
                    }
                }
                long count = answered.get() - answeredBefore;
                double lasted = (System.nanoTime() - start) / 1e9;
                long[] sorted = Arrays.copyOf(took, (int) Math.min(count, took.length));
                Arrays.sort(sorted);
                System.out.println(String.format(Locale.ROOT,
                        "%d B, %d under way, %d together: %,.0f messages/s, %.2f us CPU each with its answer, "
                                + "%.1f messages a frame, round trip p50 %.0f us, p99 %.0f us",
                        bytes, window, together, count / lasted, (cpuNanos() - cpuBefore) / 1e3 / count,
                        2.0 * count / (frames(one, 2) + frames(two, 1) - framesBefore),
                        sorted[sorted.length / 2] / 1e3, sorted[(int) (sorted.length * 0.99)] / 1e3));
            }
        }
    }

    private static GrpcNet start(long id, String[] addresses) {
        GrpcNet net = GrpcNet.start(id, GrpcNetOptions.of("measurement"), store -> addresses[(int) store],
                new SystemClock(), new SystemEntropy());
        addresses[(int) id] = "127.0.0.1:" + net.port();
        return net;
    }

    private static Net.Inbox inbox(Runnable onMessage) {
        return new Net.Inbox() {
            @Override
            public void received(long fromNode, byte[] message) {
                onMessage.run();
            }

            @Override
            public void disconnected(long node) {
                System.out.println("the link to store " + node + " broke");
            }
        };
    }

    private static long frames(GrpcNet net, long to) {
        LinkStats link = net.stats().link(to, Net.Lane.NORMAL);
        return link == null ? 0 : link.framesSent();
    }

    private static long cpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }
}
