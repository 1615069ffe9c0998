package io.nokv.raft.store;

import io.nokv.raft.region.RegionRefusal;

/** What the store takes no more of, because it cannot keep up: requests, entries to be applied, bytes of log. Thread-safe. */
final class Backpressure {
    private final RaftStoreOptions.Limits limits;
    private final Counters counters;
    private final LogRoom log;
    private final Runnable goOn;
    /** Regions hold back what they commit. */
    private volatile boolean held;

    /** @param goOn is called when there is room again for entries to be applied, after {@link #handedOver} has said that there is none */
    Backpressure(RaftStoreOptions.Limits limits, Counters counters, LogRoom log, Runnable goOn) {
        this.limits = limits;
        this.counters = counters;
        this.log = log;
        this.goOn = goOn;
    }

    /** {@code bytes} of entries wait for the applier, which does not know of them yet; true when that is too much. */
    boolean handedOver(long bytes) {
        boolean full = counters.applyBacklogBytes.addAndGet(bytes) > limits.applyBacklogBytes();
        if (full) {
            // Only ever set here: a loop that sees room must not take back what another has just said.
            held = true;
        }
        return full;
    }

    /** {@code bytes} of them are applied. */
    void applied(long bytes) {
        long left = counters.applyBacklogBytes.addAndGet(-bytes);
        if (held && left <= limits.applyBacklogBytes() / 2) {
            held = false;
            goOn.run();
        }
    }

    /** Null when a request may queue up for {@code regionId}. */
    RegionRefusal room(long regionId, EventLoop loop, boolean writes) {
        String full = null;
        if (loop.requests.get() >= limits.pendingRequests()) {
            full = "requests";
        } else if (writes && counters.applyBacklogBytes.get() > limits.applyBacklogBytes()) {
            full = "entries to be applied";
        } else if (writes && log.isFull()) {
            counters.logFull.increment();
            full = "the log";
        }
        if (full == null) {
            return null;
        }
        counters.overloaded.increment();
        return new RegionRefusal.Overloaded(regionId, full);
    }
}
