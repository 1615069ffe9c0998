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
 * @param topology when regions split and merge by themselves
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
     * When regions split and come together by themselves, and how long a merge may take. A region that is split has at least twice
     * {@code mergeBytes} in it, so that what comes of it is not merged again before rows have gone.
     *
     * @param splitBytes a region with more is split in two; 0: never
     * @param splitRequestsPerSecond one with more requests than this, over {@code loadTicks}, too; 0: never
     * @param loadTicks how long requests are counted before that is decided
     * @param mergeTicks a merge that is not done after so many is turned back
     * @param mergeBytes neighbours that have no more than this together are merged; 0: never
     * @param quietTicks not before their ranges and leaders have been the same for so long
     * @param mergeMoves whether members of the one are moved to where those of the other are, so that they can be merged; else only
     *     neighbours are that have their members on the same stores
     */
    public record Topology(long splitBytes, long splitRequestsPerSecond, int loadTicks, int mergeTicks, long mergeBytes,
            int quietTicks, boolean mergeMoves) {
        public Topology {
            if (splitBytes < 0 || splitRequestsPerSecond < 0 || loadTicks < 1 || mergeTicks < 1 || mergeBytes < 0
                    || quietTicks < 1 || splitBytes > 0 && mergeBytes > splitBytes / 2) {
                throw NokvException.invalid("regions cannot split above " + splitBytes + " bytes or "
                        + splitRequestsPerSecond + " requests/s over " + loadTicks + " ticks and merge up to "
                        + mergeBytes + " bytes after " + quietTicks + " ticks, within " + mergeTicks);
            }
        }

        /** No merges by themselves; requests are counted over 100 ticks. */
        public Topology(long splitBytes, long splitRequestsPerSecond, int mergeTicks) {
            this(splitBytes, splitRequestsPerSecond, 100, mergeTicks, 0, 36_000, false);
        }

        /** Merges by themselves, of neighbours on the same stores. */
        public Topology withMerges(long bytes, int quiet) {
            return new Topology(splitBytes, splitRequestsPerSecond, loadTicks, mergeTicks, bytes, quiet, mergeMoves);
        }
    }

    public RaftStoreOptions {
        if (loops < 1 || tickNanos < 1 || limits.pendingRequests < 1 || limits.frameBytes < 1 || log.keep < 0
                || sleepTicks < 0) {
            throw NokvException
                    .invalid("no store can run with " + loops + " loops, ticks of " + tickNanos + " ns, " + limits
                            + ", " + log + ", sleepTicks " + sleepTicks + ", " + topology);
        }
    }

    /**
     * Two loops, ticks of 100 ms, logs of up to 64 MiB or 100,000 applied entries, sleep after 10 s; regions split at 256 MiB,
     * and neighbours with up to 20 MiB together merge when they have been as they are for an hour.
     */
    public static RaftStoreOptions defaults() {
        return new RaftStoreOptions(2, 100_000_000L, ReplicaOptions.defaults().withLazyCommits(true),
                new Limits(64 << 20, 100_000, 256 << 20, 256 << 10, 30), new LogCuts(100_000, 64 << 20, 10_000), 100,
                new Topology(256 << 20, 0, 100).withMerges(20 << 20, 36_000));
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
