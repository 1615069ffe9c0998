package io.nokv.fsmeta.txn;

/**
 * Everything that {@link TxnRunner}, {@link Txn} and {@link View} promise, as tests. Implement {@link #open} in a test
 * class; the stories are in the four interfaces this one joins.
 */
public interface TxnRunnerConformance
        extends
            ReadConformance,
            WriteConformance,
            CounterConformance,
            VersionConformance {}
