package io.nokv.fsmeta.txn;

import io.nokv.base.port.Ports;
import io.nokv.base.system.ThreadScheduler;

class ReferenceTxnRunnerTest implements TxnRunnerConformance {
    @Override
    public StoreUnderTest open() {
        ManualClock clock = new ManualClock();
        ThreadScheduler scheduler = new ThreadScheduler(1);
        ReferenceTxnRunner runner = new ReferenceTxnRunner(new Ports(clock, new SeededEntropy(1), scheduler, null));
        return new StoreUnderTest() {
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
                runner.collect();
            }

            @Override
            public void close() {
                runner.close();
                scheduler.close();
            }
        };
    }
}
