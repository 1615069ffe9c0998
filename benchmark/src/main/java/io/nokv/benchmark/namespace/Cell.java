package io.nokv.benchmark.namespace;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/** The measurement of one workload on one target with a number of clients: a closed loop for a fixed time. */
record Cell(String workload, String target, int clients, long operations, double seconds, double p50Micros,
        double p99Micros,
        double maxMicros) {
    double perSecond() {
        return operations / seconds;
    }

    /** Warms up, then measures; every client is a platform thread. Rethrows the first client's failure. */
    static Cell measure(String workload, String target, List<Workload.Client> clients, long limitPerClient,
            double warmUpSeconds,
            double measureSeconds) {
        AtomicBoolean counting = new AtomicBoolean();
        AtomicBoolean stop = new AtomicBoolean();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        CountDownLatch ready = new CountDownLatch(clients.size());
        List<Latencies> latencies = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (Workload.Client client : clients) {
            Latencies own = new Latencies();
            latencies.add(own);
            threads.add(Thread.ofPlatform().start(() -> {
                ready.countDown();
                try {
                    for (long n = 0; n < limitPerClient && !stop.get(); n++) {
                        long from = System.nanoTime();
                        client.step(n);
                        long to = System.nanoTime();
                        if (counting.get()) {
                            own.add(from, to);
                        }
                    }
                } catch (Throwable t) {
                    failure.compareAndSet(null, t);
                    stop.set(true);
                }
            }));
        }
        try {
            ready.await();
            awaitEnd(threads, stop, warmUpSeconds);
            counting.set(true);
            long from = System.nanoTime();
            awaitEnd(threads, stop, measureSeconds);
            stop.set(true);
            long to = System.nanoTime();
            for (Thread thread : threads) {
                thread.join();
            }
            if (failure.get() != null) {
                throw new IllegalStateException(workload + " on " + target, failure.get());
            }
            long[] all = latencies.stream().flatMapToLong(l -> Arrays.stream(l.values())).sorted().toArray();
            long last = latencies.stream().mapToLong(Latencies::lastNanos).max().orElse(to);
            double seconds = (Math.max(from + 1, Math.min(to, last)) - from) / 1e9;
            return new Cell(workload, target, clients.size(), all.length, seconds, at(all, 0.5), at(all, 0.99),
                    at(all, 1));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void awaitEnd(List<Thread> threads, AtomicBoolean stop, double seconds) throws InterruptedException {
        long deadline = System.nanoTime() + (long) (seconds * 1e9);
        for (Thread thread : threads) {
            long left = deadline - System.nanoTime();
            if (left <= 0 || stop.get()) {
                return;
            }
            thread.join(java.time.Duration.ofNanos(left));
        }
    }

    private static double at(long[] sorted, double quantile) {
        return sorted.length == 0
                ? Double.NaN
                : sorted[(int) Math.min(sorted.length - 1, quantile * sorted.length)] / 1e3;
    }

    /** Nanoseconds per operation; a growing array, one thread. */
    private static final class Latencies {
        private long[] values = new long[1 << 12];
        private int size;
        private long last;

        void add(long from, long to) {
            if (size == values.length) {
                values = Arrays.copyOf(values, size * 2);
            }
            values[size++] = to - from;
            last = to;
        }

        long[] values() {
            return Arrays.copyOf(values, size);
        }

        long lastNanos() {
            return last;
        }
    }
}
