package io.nokv.raft.store;

import io.nokv.base.error.NokvException;
import io.nokv.raft.core.ReplicaOptions;

/**
 * How a store hosts its regions.
 *
 * @param loops event loops; a region belongs to one of them
 * @param tickNanos what {@code replica} counts time in
 * @param replica equal on all stores, except the budgets
 * @param limits of queues
 * @param log when logs are cut
 * @param sleepTicks a region that had nothing to do for so many ticks goes to sleep; 0: never
 * @param topology when regions split by themselves, and how long a merge may take
 */
public record RaftStoreOptions(int loops, long tickNanos, ReplicaOptions replica, Limits limits, LogCuts log,
        int sleepTicks,
        Topology topology) {
    /**
     * @param inboxBytes messages from other stores that wait for one loop; what comes then is dropped, and sent again by Raft
     * @param pendingRequests requests that wait for one loop; more are refused
     * @param applyBacklogBytes entries handed to the applier and not applied; above, no proposals are taken
     * @param frameBytes raft messages that go to one store in one frame, roughly
     * @param proposalTicks after so many a proposal ends as unknown
     */
    public record Limits(long inboxBytes, int pendingRequests, long applyBacklogBytes, int frameBytes,
            int proposalTicks) {}

    /**
     * @param entries a log with more applied entries than this is cut
     * @param bytes so is one with more bytes of them
     * @param keep how many applied entries a cut leaves for members that are a little behind
     */
    public record LogCuts(long entries, long bytes, long keep) {}

    /**
     * @param splitBytes a region with more is split in two; 0: never
     * @param splitRequestsPerSecond one with more requests than this, for ten seconds, too; 0: never
     * @param mergeTicks a merge that is not done after so many is turned back
     */
    public record Topology(long splitBytes, long splitRequestsPerSecond, int mergeTicks) {}

    public RaftStoreOptions {
        if (loops < 1 || tickNanos < 1 || limits.pendingRequests < 1 || limits.frameBytes < 1 || log.keep < 0
                || sleepTicks < 0 || topology.mergeTicks < 1) {
            throw NokvException
                    .invalid("no store can run with " + loops + " loops, ticks of " + tickNanos + " ns, " + limits
                            + ", " + log + ", sleepTicks " + sleepTicks + ", " + topology);
        }
    }

    /** Two loops, ticks of 100 ms, logs of up to 64 MiB or 100,000 applied entries, sleep after 10 s, split at 256 MiB. */
    public static RaftStoreOptions defaults() {
        return new RaftStoreOptions(2, 100_000_000L, ReplicaOptions.defaults(),
                new Limits(64 << 20, 100_000, 256 << 20, 256 << 10, 30), new LogCuts(100_000, 64 << 20, 10_000), 100,
                new Topology(256 << 20, 0, 100));
    }

    public RaftStoreOptions withLoops(int count) {
        return new RaftStoreOptions(count, tickNanos, replica, limits, log, sleepTicks, topology);
    }

    public RaftStoreOptions withTicks(long nanos, ReplicaOptions options) {
        return new RaftStoreOptions(loops, nanos, options, limits, log, sleepTicks, topology);
    }

    public RaftStoreOptions withLimits(Limits changed) {
        return new RaftStoreOptions(loops, tickNanos, replica, changed, log, sleepTicks, topology);
    }

    public RaftStoreOptions withLogCuts(LogCuts changed) {
        return new RaftStoreOptions(loops, tickNanos, replica, limits, changed, sleepTicks, topology);
    }

    public RaftStoreOptions withSleepTicks(int ticks) {
        return new RaftStoreOptions(loops, tickNanos, replica, limits, log, ticks, topology);
    }

    public RaftStoreOptions withTopology(Topology changed) {
        return new RaftStoreOptions(loops, tickNanos, replica, limits, log, sleepTicks, changed);
    }
}
