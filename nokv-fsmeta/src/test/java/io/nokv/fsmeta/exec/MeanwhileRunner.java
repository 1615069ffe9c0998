package io.nokv.fsmeta.exec;

import io.nokv.fsmeta.txn.CommitOutcome;
import io.nokv.fsmeta.txn.ForwardingTxnRunner;
import io.nokv.fsmeta.txn.Txn;
import io.nokv.fsmeta.txn.TxnRunner;

/** A store in which something chosen happens right before the next commit: two changes meet, every time in the same way. */
final class MeanwhileRunner extends ForwardingTxnRunner {
    private Runnable meanwhile;

    MeanwhileRunner(TxnRunner store) {
        super(store);
    }

    /** What happens once, when the next transaction that is no mere read is about to commit. */
    void beforeNextCommit(Runnable action) {
        meanwhile = action;
    }

    @Override
    public Txn begin() {
        return new ForwardingTxn(store.begin()) {
            @Override
            public CommitOutcome commit() {
                if (meanwhile != null && !txn.isReadOnly()) {
                    Runnable action = meanwhile;
                    meanwhile = null;
                    action.run();
                }
                return txn.commit();
            }
        };
    }
}
