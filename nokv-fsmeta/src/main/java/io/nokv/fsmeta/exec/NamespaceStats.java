package io.nokv.fsmeta.exec;

import io.nokv.fsmeta.watch.WatchStats;

/** Totals since the namespace was opened, in the groups under which the server publishes them. */
public record NamespaceStats(Executor executor, WatchStats watch, Quota quota, Mount mount) {
    /**
     * Group {@code nokv_fsmeta_executor}.
     *
     * @param changesTotal committed changes and transactions
     * @param refusalsTotal changes refused with a reason other than a conflict
     * @param txnRetriesTotal runs after a conflict
     * @param txnRetryExhaustedTotal changes given up with CONFLICT
     * @param answersRememberedTotal retries answered from the first run
     */
    public record Executor(long changesTotal, long refusalsTotal, long txnRetriesTotal, long txnRetryExhaustedTotal,
            long answersRememberedTotal) {}

    /**
     * Group {@code nokv_fsmeta_quota}.
     *
     * @param checksTotal comparisons of a usage with a limit
     * @param rejectsTotal changes refused with QUOTA_EXCEEDED
     * @param cacheHitsTotal changes that found the quotas of their mount in memory
     * @param fenceUpdatesTotal limits set
     * @param usageMutationsTotal deltas written to usage rows
     */
    public record Quota(long checksTotal, long rejectsTotal, long cacheHitsTotal, long cacheMissesTotal,
            long fenceUpdatesTotal, long usageMutationsTotal) {}

    /**
     * Group {@code nokv_fsmeta_mount}.
     *
     * @param cacheHitsTotal names resolved from memory
     * @param admissionRejectsTotal changes refused because their mount is retired or unknown
     */
    public record Mount(long cacheHitsTotal, long cacheMissesTotal, long admissionRejectsTotal) {}

    static NamespaceStats of(ExecutorCounters c, WatchStats watch) {
        return new NamespaceStats(
                new Executor(c.changes.sum(), c.refusals.sum(), c.retries.sum(), c.retriesExhausted.sum(),
                        c.answersRemembered.sum()),
                watch,
                new Quota(c.quotaChecks.sum(), c.quotaRejects.sum(), c.quotaCacheHits.sum(), c.quotaCacheMisses.sum(),
                        c.fenceUpdates.sum(), c.usageMutations.sum()),
                new Mount(c.mountCacheHits.sum(), c.mountCacheMisses.sum(), c.mountRejects.sum()));
    }
}
