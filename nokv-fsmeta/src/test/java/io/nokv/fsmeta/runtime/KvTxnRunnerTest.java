package io.nokv.fsmeta.runtime;

import io.nokv.base.port.Ports;
import io.nokv.base.system.ThreadScheduler;
import io.nokv.fsmeta.txn.ManualClock;
import io.nokv.fsmeta.txn.SeededEntropy;
import io.nokv.fsmeta.txn.StoreUnderTest;
import io.nokv.fsmeta.txn.TxnRunner;
import io.nokv.fsmeta.txn.TxnRunnerConformance;
import io.nokv.kv.KvOptions;
import io.nokv.lsm.EngineOptions;
import io.nokv.lsm.vfs.MemVfs;

/** The store over our own engine, in one region. */
class KvTxnRunnerTest implements TxnRunnerConformance {
    @Override
    public StoreUnderTest open() {
        return new LocalStore();
    }

    /** A fresh store in memory whose clock is moved by hand. */
    static class LocalStore implements StoreUnderTest {
        private final ManualClock clock = new ManualClock();
        private final ThreadScheduler scheduler = new ThreadScheduler(1);
        final KvTxnRunner runner = KvTxnRunner.open("data", EngineOptions.defaults(), KvOptions.defaults(),
                new Ports(clock, new SeededEntropy(1), scheduler, new MemVfs()));

        @Override
        public TxnRunner runner() {
            return runner;
        }

        @Override
        public void passMillis(long millis) {
            clock.passMillis(millis);
        }

        @Override
        public void collect() {
            clock.passMillis(KvOptions.defaults().retentionMillis() + 1);
            runner.kv().collectGarbage();
        }

        @Override
        public void close() {
            runner.close();
            scheduler.close();
        }
    }
}
