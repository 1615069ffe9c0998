package io.nokv.benchmark.group;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;

/** Clients that ask, wait for the answer and ask again, each on a platform thread, for a fixed time. */
public final class ClosedLoop {
    /** One request. */
    public interface Step {
        void run(Group.Client client) throws Exception;
    }

    /**
     * What was measured.
     *
     * @param cpuMicros of all processes, clients included, per request
     */
    public record Cell(String workload, int clients, long count, double seconds, double p50Micros, double p99Micros,
            double maxMicros, double cpuMicros) {
        private static final String BEGIN = "cell";

        /** One line for {@link #parse}. */
        public String line() {
            return String.format(Locale.ROOT, "%s\t%s\t%d\t%d\t%.4f\t%.1f\t%.1f\t%.1f\t%.2f", BEGIN, workload, clients,
                    count, seconds, p50Micros, p99Micros, maxMicros, cpuMicros);
        }

        /** Null when {@code line} is something else. */
        public static Cell parse(String line) {
            String[] f = line.split("\t");
            return f.length != 9 || !f[0].equals(BEGIN)
                    ? null
                    : new Cell(f[1], Integer.parseInt(f[2]), Long.parseLong(f[3]), Double.parseDouble(f[4]),
                            Double.parseDouble(f[5]), Double.parseDouble(f[6]), Double.parseDouble(f[7]),
                            Double.parseDouble(f[8]));
        }

        public double perSecond() {
            return count / seconds;
        }
    }

    private ClosedLoop() {}

    /** Rethrows the first client's failure. */
    public static Cell measure(String workload, Group group, int clients, double warmUpSeconds, double seconds,
            Step step)
            throws Exception {
        AtomicBoolean counting = new AtomicBoolean();
        AtomicBoolean stop = new AtomicBoolean();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        CountDownLatch ready = new CountDownLatch(clients);
        List<Histogram> histograms = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            int number = i;
            Histogram nanos = new Histogram(3);
            histograms.add(nanos);
            threads.add(Thread.ofPlatform().name("client-" + i).start(() -> {
                try (Group.Client client = group.client(number)) {
                    ready.countDown();
                    while (!stop.get()) {
                        long from = System.nanoTime();
                        step.run(client);
                        long took = System.nanoTime() - from;
                        if (counting.get()) {
                            nanos.recordValue(took);
                        }
                    }
                } catch (Throwable t) {
                    failure.compareAndSet(null, t);
                    stop.set(true);
                    ready.countDown();
                }
            }));
        }
        ready.await();
        pass(warmUpSeconds, stop);
        long from = System.nanoTime();
        long cpuFrom = processorNanos(group);
        counting.set(true);
        pass(seconds, stop);
        counting.set(false);
        long to = System.nanoTime();
        long cpu = processorNanos(group) - cpuFrom;
        stop.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        if (failure.get() != null) {
            throw new IllegalStateException(workload + " with " + clients + " clients", failure.get());
        }
        Histogram all = new Histogram(3);
        histograms.forEach(all::add);
        return new Cell(workload, clients, all.getTotalCount(), (to - from) / 1e9, all.getValueAtPercentile(50) / 1e3,
                all.getValueAtPercentile(99) / 1e3, all.getMaxValue() / 1e3,
                cpu / 1e3 / Math.max(1, all.getTotalCount()));
    }

    /** Processor time used so far by this process and those of {@code group}. */
    static long processorNanos(Group group) {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime()
                + group.processorNanos();
    }

    private static void pass(double seconds, AtomicBoolean stop) {
        long deadline = System.nanoTime() + (long) (seconds * 1e9);
        for (long left = deadline - System.nanoTime(); left > 0 && !stop.get(); left = deadline - System.nanoTime()) {
            Pause.millis(Math.min(left / 1_000_000 + 1, 20));
        }
    }
}
