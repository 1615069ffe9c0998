package io.nokv.benchmark.engine;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;

/**
 * One workload on one target, measured.
 *
 * @param unit what {@code count} counts, "ops" or "rows"
 * @param cpuMicros of the whole process per unit, background work included: what a busy machine disturbs least
 */
record Cell(String workload, String target, String unit, long count, double seconds, double p50Micros,
        double p99Micros, double maxMicros,
        double cpuMicros) {
    /** One client's loop body. */
    interface Client {
        /** Answers how many units that was. */
        int step(long number);
    }

    /** Makes the clients of a cell, on the thread of each. */
    interface Clients {
        Client open(Store.Session session, SplittableRandom random, int number);
    }

    /**
     * @param threads clients, each a closed loop on a platform thread
     * @param warmUpSeconds before anything is counted
     * @param limit steps a client makes at most; with it, a cell may end before its time
     */
    record Plan(int threads, double warmUpSeconds, double seconds, long limit, long seed) {}

    double perSecond() {
        return count / seconds;
    }

    /** Rethrows the first client's failure. */
    static Cell measure(String workload, Target target, String unit, Store store, Plan plan, Clients clients) {
        AtomicBoolean counting = new AtomicBoolean(plan.warmUpSeconds <= 0);
        AtomicBoolean stop = new AtomicBoolean();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        CountDownLatch ready = new CountDownLatch(plan.threads);
        CountDownLatch go = new CountDownLatch(1);
        List<Loop> loops = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(plan.seed);
        for (int i = 0; i < plan.threads; i++) {
            Loop loop = new Loop(i, random.split());
            loops.add(loop);
            threads.add(Thread.ofPlatform().name("client-" + i).start(() -> {
                try (Store.Session session = store.session()) {
                    Client client = clients.open(session, loop.random, loop.number);
                    ready.countDown();
                    go.await();
                    loop.run(client, plan.limit, counting, stop);
                } catch (Throwable t) {
                    failure.compareAndSet(null, t);
                    stop.set(true);
                    ready.countDown();
                }
            }));
        }
        try {
            ready.await();
            long from = System.nanoTime();
            long cpuFrom = cpuNanos();
            go.countDown();
            if (plan.warmUpSeconds > 0) {
                awaitEnd(threads, stop, plan.warmUpSeconds);
                from = System.nanoTime();
                cpuFrom = cpuNanos();
                counting.set(true);
            }
            awaitEnd(threads, stop, plan.seconds);
            stop.set(true);
            long to = System.nanoTime();
            long cpu = cpuNanos() - cpuFrom;
            for (Thread thread : threads) {
                thread.join();
            }
            if (failure.get() != null) {
                throw new IllegalStateException(workload + " on " + target, failure.get());
            }
            Histogram all = new Histogram(3);
            long count = 0;
            for (Loop loop : loops) {
                all.add(loop.nanos);
                count += loop.units;
            }
            return new Cell(workload, target.name().toLowerCase(java.util.Locale.ROOT), unit, count,
                    (to - from) / 1e9, all.getValueAtPercentile(50) / 1e3, all.getValueAtPercentile(99) / 1e3,
                    all.getMaxValue() / 1e3, cpu / 1e3 / Math.max(1, count));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long cpuNanos() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }

    private static void awaitEnd(List<Thread> threads, AtomicBoolean stop, double seconds) throws InterruptedException {
        long deadline = System.nanoTime() + (long) (Math.min(seconds, 1e9) * 1e9);
        for (Thread thread : threads) {
            long left = deadline - System.nanoTime();
            if (left <= 0 || stop.get()) {
                return;
            }
            thread.join(java.time.Duration.ofNanos(left));
        }
    }

    private static final class Loop {
        private final int number;
        private final SplittableRandom random;
        private final Histogram nanos = new Histogram(3);
        private long units;

        Loop(int number, SplittableRandom random) {
            this.number = number;
            this.random = random;
        }

        void run(Client client, long limit, AtomicBoolean counting, AtomicBoolean stop) {
            for (long n = 0; n < limit && !stop.get(); n++) {
                long from = System.nanoTime();
                int done = client.step(n);
                long took = System.nanoTime() - from;
                if (counting.get()) {
                    nanos.recordValue(took);
                    units += done;
                }
            }
        }
    }
}
