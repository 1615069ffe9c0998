package io.nokv.fsmeta.runtime;

import io.nokv.fsmeta.txn.StoreUnderTest;
import io.nokv.fsmeta.txn.TxnRunnerConformance;
import java.nio.charset.StandardCharsets;

/** The same promises over regions so small that most transactions of the kit commit in two phases. */
class KvTxnRunnerOverRegionsTest implements TxnRunnerConformance {
    @Override
    public StoreUnderTest open() {
        KvTxnRunnerTest.LocalStore store = new KvTxnRunnerTest.LocalStore();
        long id = 2;
        for (String at : new String[]{"account3", "account7", "b", "k", "k30", "n", "row", "row 4", "row15"}) {
            store.runner.kv().split(at.getBytes(StandardCharsets.UTF_8), id++);
        }
        return store;
    }
}
