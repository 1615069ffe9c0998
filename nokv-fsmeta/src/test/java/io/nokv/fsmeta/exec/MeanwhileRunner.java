package io.nokv.fsmeta.exec;

import io.nokv.fsmeta.txn.CommitOutcome;
import io.nokv.fsmeta.txn.Txn;
import io.nokv.fsmeta.txn.TxnRunner;
import io.nokv.fsmeta.txn.View;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** A store in which something chosen happens right before the next commit: two changes meet, every time in the same way. */
final class MeanwhileRunner implements TxnRunner {
    private final TxnRunner store;
    private Runnable meanwhile;

    MeanwhileRunner(TxnRunner store) {
        this.store = store;
    }

    /** What happens once, when the next transaction is about to commit. */
    void beforeNextCommit(Runnable action) {
        meanwhile = action;
    }

    @Override
    public Txn begin() {
        Txn txn = store.begin();
        return (Txn) Proxy.newProxyInstance(Txn.class.getClassLoader(), new Class<?>[]{Txn.class},
                (_, method, args) -> {
                    if (method.getName().equals("commit") && meanwhile != null && !txn.isReadOnly()) {
                        Runnable action = meanwhile;
                        meanwhile = null;
                        action.run();
                        CommitOutcome outcome = txn.commit();
                        return outcome;
                    }
                    try {
                        return method.invoke(txn, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Override
    public long readVersion() {
        return store.readVersion();
    }

    @Override
    public View viewAt(long version) {
        return store.viewAt(version);
    }

    @Override
    public Retention retain(long version, String holder) {
        return store.retain(version, holder);
    }

    @Override
    public long safePoint() {
        return store.safePoint();
    }

    @Override
    public void observe(CommitObserver observer) {
        store.observe(observer);
    }

    @Override
    public void close() {
        store.close();
    }
}
