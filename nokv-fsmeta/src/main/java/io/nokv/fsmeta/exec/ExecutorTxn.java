package io.nokv.fsmeta.exec;

import io.nokv.base.error.FailureCode;
import io.nokv.base.error.NokvException;
import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.api.MutationResult;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.NamespaceTxn;
import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.txn.CommitOutcome;
import io.nokv.fsmeta.txn.Txn;
import java.util.ArrayList;
import java.util.List;

/** A transaction held by the caller. */
final class ExecutorTxn extends ExecutorView implements NamespaceTxn {
    private final Txn txn;
    private final ChangeSet changes;
    private final List<ChangeSet.Mark> marks = new ArrayList<>();
    private boolean outcomeUnknown;

    ExecutorTxn(Core core, Txn txn) {
        super(core, txn, null);
        this.txn = txn;
        this.changes = new ChangeSet(core, txn);
    }

    @Override
    public MutationResult apply(Mutation mutation) {
        return call(() -> changes.apply(mutation));
    }

    @Override
    public int mark() {
        return call(() -> {
            marks.add(changes.mark());
            return marks.size() - 1;
        });
    }

    @Override
    public void rollbackTo(int mark) {
        call(() -> {
            if (mark < 0 || mark >= marks.size()) {
                throw new NamespaceException(Reason.INVALID_ARGUMENT, "no mark " + mark + " in this transaction");
            }
            changes.rollbackTo(marks.get(mark));
            marks.subList(mark + 1, marks.size()).clear();
            return null;
        });
    }

    @Override
    public long commit() {
        return call(() -> {
            try {
                CommitOutcome outcome = changes.commit();
                if (outcome instanceof CommitOutcome.Committed committed) {
                    core.counters.changes.increment();
                    return committed.version();
                }
                throw Attempts.conflict(outcome, 1);
            } catch (NokvException e) {
                outcomeUnknown = e.code() == FailureCode.UNKNOWN_OUTCOME;
                throw e;
            } finally {
                close();
            }
        });
    }

    @Override
    public void close() {
        if (!isClosed()) {
            super.close();
            txn.close();
            if (!outcomeUnknown) {
                changes.ended();
            }
        }
    }
}
