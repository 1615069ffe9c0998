package io.nokv.raft.store;

import io.nokv.base.port.Scheduler;
import io.nokv.raft.storage.RaftLogs;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Makes log writes durable: one sync at a time, for everything that all loops wrote before it began. Loops write (memory) and
 * ask; they hear when it is done. Thread-safe.
 */
final class LogSync {
    private final RaftLogs logs;
    private final Scheduler scheduler;
    private final List<EventLoop> loops;
    private final Consumer<Throwable> broken;
    private final LongAdder syncs;
    /** Guards the fields below; memory only. */
    private final ReentrantLock guard = new ReentrantLock();
    private long wanted;
    private boolean running;

    /** @param broken hears when the log has failed; nothing becomes durable any more */
    LogSync(RaftLogs logs, Scheduler scheduler, List<EventLoop> loops, Consumer<Throwable> broken,
            LongAdder syncs) {
        this.logs = logs;
        this.scheduler = scheduler;
        this.loops = loops;
        this.broken = broken;
        this.syncs = syncs;
    }

    /** Everything up to {@code position} is to be made durable. */
    void request(long position) {
        boolean start;
        guard.lock();
        try {
            wanted = Math.max(wanted, position);
            start = !running;
            running = true;
        } finally {
            guard.unlock();
        }
        if (start) {
            scheduler.execute("raft-sync", this::run);
        }
    }

    private void run() {
        long done = 0;
        while (true) {
            long next;
            guard.lock();
            try {
                if (wanted <= done) {
                    wanted = 0;
                    running = false;
                    return;
                }
                next = wanted;
            } finally {
                guard.unlock();
            }
            try {
                logs.awaitDurable(next);
            } catch (RuntimeException | Error e) {
                broken.accept(e);
                return;
            }
            syncs.increment();
            done = next;
            for (EventLoop loop : loops) {
                loop.durable(done);
            }
        }
    }
}
