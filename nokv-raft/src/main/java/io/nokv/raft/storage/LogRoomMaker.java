package io.nokv.raft.storage;

import io.nokv.base.error.NokvException;
import io.nokv.base.port.Scheduler;
import io.nokv.lsm.wal.LogChannel;
import io.nokv.raft.core.Entry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Lets the log go: writes regions that keep its oldest segments anew at its end when it asks for room, and tells it what is
 * no longer needed once that is durable. One flow at a time, started when there is something to do. Thread-safe.
 *
 * <p>Writing anew makes the log longer before it makes it shorter, and what is alive may be more than the log would like to
 * be long: then the log asks again and again. So after each round it waits until others have made the log grow by as much as
 * the round did. That bounds what is written anew to as much as is written otherwise, and the log to a small multiple of
 * what is alive.
 */
final class LogRoomMaker {
    private final RaftLogs logs;
    private final LogChannel channel;
    private final Scheduler scheduler;
    private final long imageBytes;
    private final AtomicLong wanted = new AtomicLong();
    private final AtomicBoolean less = new AtomicBoolean();
    private final AtomicBoolean running = new AtomicBoolean();
    /** Requests count again when the log has come to this segment. Used by the one flow. */
    private volatile long restsUntil;
    private final LongAdder images = new LongAdder();
    private final LongAdder imagedBytes = new LongAdder();
    private final LongAdder tooLarge = new LongAdder();

    LogRoomMaker(RaftLogs logs, LogChannel channel, Scheduler scheduler, long imageBytes) {
        this.logs = logs;
        this.channel = channel;
        this.scheduler = scheduler;
        this.imageBytes = imageBytes;
    }

    /** The log wants segments up to {@code upTo} back. */
    void asked(long upTo) {
        if (channel.currentSegment() >= restsUntil) {
            wanted.accumulateAndGet(upTo, Math::max);
            start();
        }
    }

    /** A region needs less than before. */
    void needsLess() {
        less.set(true);
        start();
    }

    private void start() {
        if (running.compareAndSet(false, true)) {
            scheduler.execute("raft-log-room", this::run);
        }
    }

    private void run() {
        try {
            while (true) {
                long upTo = wanted.getAndSet(0);
                boolean any = less.getAndSet(false) || upTo > 0;
                if (!any) {
                    break;
                }
                long before = channel.currentSegment();
                if (upTo > 0) {
                    restsUntil = Long.MAX_VALUE;
                    rewrite(upTo);
                }
                collect();
                if (upTo > 0) {
                    long after = channel.currentSegment();
                    restsUntil = after + (after - before);
                }
            }
        } catch (NokvException _) {
            // The log has failed or was closed, and says so to everybody who writes.
            wanted.set(0);
            less.set(false);
            restsUntil = 0;
        } finally {
            running.set(false);
        }
        if (wanted.get() > 0 || less.get()) {
            start();
        }
    }

    private void rewrite(long upTo) {
        for (long region : logs.needing(upTo)) {
            rewrite(region, upTo);
        }
    }

    private void rewrite(long region, long upTo) {
        Map<Part, List<Entry>> read = new HashMap<>();
        boolean again = true;
        while (again) {
            again = false;
            switch (logs.image(region, upTo, imageBytes, read)) {
                case RaftLogs.Imaged.Done(long bytes) -> {
                    images.increment();
                    imagedBytes.add(bytes);
                }
                case RaftLogs.Imaged.Unneeded() -> {
                }
                case RaftLogs.Imaged.TooLarge() -> {
                    tooLarge.increment();
                    logs.wantCompaction(region);
                }
                case RaftLogs.Imaged.Missing(var parts) -> {
                    again = true;
                    for (Part part : parts) {
                        read.put(part, logs.read(part));
                    }
                }
            }
        }
    }

    /**
     * Tells the log what is needed. What is needed now is computed first, then everything that was written up to now is made
     * durable: only then does it stand in for what is let go.
     */
    void collect() {
        long needed = logs.needed();
        channel.awaitDurable(logs.mark());
        channel.needs(needed);
    }

    long images() {
        return images.sum();
    }

    long imageBytes() {
        return imagedBytes.sum();
    }

    long tooLarge() {
        return tooLarge.sum();
    }
}
