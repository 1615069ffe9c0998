package io.nokv.benchmark.raft;

import java.util.Collection;
import java.util.concurrent.TimeUnit;

/** What is asked of processes that this one started. */
final class Processes {
    private static final long END_SECONDS = 10;

    private Processes() {}

    /** Processor time that they have used so far, in steps of 10 ms. */
    static long processorNanos(Collection<Process> processes) {
        long nanos = 0;
        for (Process process : processes) {
            nanos += process.info().totalCpuDuration().map(java.time.Duration::toNanos).orElse(0L);
        }
        return nanos;
    }

    /** Asks them to end, and ends those that do not. */
    static void end(Collection<Process> processes) {
        processes.forEach(Process::destroy);
        for (Process process : processes) {
            try {
                if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                process.destroyForcibly();
            }
        }
    }
}
