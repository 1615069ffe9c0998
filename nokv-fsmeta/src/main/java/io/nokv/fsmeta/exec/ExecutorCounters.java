package io.nokv.fsmeta.exec;

import java.util.concurrent.atomic.LongAdder;

/** What the executor counts as it runs; {@link NamespaceStats} is the reading. Thread-safe. */
final class ExecutorCounters {
    final LongAdder changes = new LongAdder();
    final LongAdder refusals = new LongAdder();
    final LongAdder retries = new LongAdder();
    final LongAdder retriesExhausted = new LongAdder();
    final LongAdder answersRemembered = new LongAdder();
    final LongAdder quotaChecks = new LongAdder();
    final LongAdder quotaRejects = new LongAdder();
    final LongAdder quotaCacheHits = new LongAdder();
    final LongAdder quotaCacheMisses = new LongAdder();
    final LongAdder fenceUpdates = new LongAdder();
    final LongAdder usageMutations = new LongAdder();
    final LongAdder mountCacheHits = new LongAdder();
    final LongAdder mountCacheMisses = new LongAdder();
    final LongAdder mountRejects = new LongAdder();
}
