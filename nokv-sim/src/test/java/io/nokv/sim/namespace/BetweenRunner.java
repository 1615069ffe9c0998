package io.nokv.sim.namespace;

import io.nokv.fsmeta.txn.CommitOutcome;
import io.nokv.fsmeta.txn.ForwardingTxnRunner;
import io.nokv.fsmeta.txn.Txn;
import io.nokv.fsmeta.txn.TxnRunner;
import java.util.List;

/** A store between the namespace and the real one in which something may happen before every call. */
class BetweenRunner extends ForwardingTxnRunner {
    BetweenRunner(TxnRunner store) {
        super(store);
    }

    /** Before every read of a transaction and before its commit. */
    void beforeCall() {}

    @Override
    public Txn begin() {
        return new Between(store.begin());
    }

    /** A transaction of the store. */
    class Between extends ForwardingTxn {
        Between(Txn txn) {
            super(txn);
        }

        @Override
        public byte[] get(byte[] key) {
            beforeCall();
            return txn.get(key);
        }

        @Override
        public List<byte[]> multiGet(List<byte[]> keys) {
            beforeCall();
            return txn.multiGet(keys);
        }

        @Override
        public Rows scan(byte[] from, byte[] to, boolean reverse) {
            beforeCall();
            return txn.scan(from, to, reverse);
        }

        @Override
        public CommitOutcome commit() {
            beforeCall();
            return txn.commit();
        }
    }
}
