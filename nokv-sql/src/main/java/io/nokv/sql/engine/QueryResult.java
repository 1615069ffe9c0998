package io.nokv.sql.engine;

import io.nokv.fsmeta.api.NamespaceView;
import io.nokv.sql.api.SqlFailure;
import io.nokv.sql.api.SqlResult;
import io.nokv.sql.error.SqlErrors;
import io.nokv.sql.exec.Cursor;
import io.nokv.sql.exec.Execution;
import io.nokv.sql.exec.MemoryBudget;
import java.util.ArrayDeque;
import java.util.function.Consumer;

/** Rows of a running query. */
final class QueryResult implements SqlResult {
    private final Execution execution;
    private final NamespaceView ownView;
    private final Consumer<QueryResult> whenClosed;
    private final long statementId;
    private Cursor cursor;
    private ArrayDeque<Object[]> buffered;
    private SqlFailure later;
    private long rowsLeft;
    private boolean closed;

    /** @param ownView closed with the result; null when the view is the transaction, which others close */
    QueryResult(Execution execution, Cursor cursor, NamespaceView ownView, long maxRows, long statementId,
            Consumer<QueryResult> whenClosed) {
        this.execution = execution;
        this.cursor = cursor;
        this.ownView = ownView;
        this.rowsLeft = maxRows <= 0 ? Long.MAX_VALUE : maxRows;
        this.statementId = statementId;
        this.whenClosed = whenClosed;
    }

    long statementId() {
        return statementId;
    }

    Execution execution() {
        return execution;
    }

    @Override
    public long updateCount() {
        return -1;
    }

    @Override
    public Object[] next() {
        if (closed) {
            return null;
        }
        if (rowsLeft == 0) {
            close();
            return null;
        }
        try {
            Object[] row = buffered == null ? cursor.next() : buffered.poll();
            if (row == null) {
                SqlFailure failure = later;
                later = null;
                close();
                if (failure != null) {
                    throw failure;
                }
                return null;
            }
            rowsLeft--;
            return row;
        } catch (RuntimeException | AssertionError | StackOverflowError e) {
            close();
            throw SqlErrors.of(e);
        }
    }

    /** Reads the rest into memory before the transaction that it reads through changes or ends. */
    void detach() {
        if (closed || ownView != null || buffered != null) {
            return;
        }
        ArrayDeque<Object[]> rest = new ArrayDeque<>();
        MemoryBudget budget = new MemoryBudget(MemoryBudget.DEFAULT_BYTES);
        try {
            while (rest.size() < rowsLeft) {
                Object[] row = cursor.next();
                if (row == null) {
                    break;
                }
                budget.charge(MemoryBudget.weight(row));
                rest.add(row);
            }
        } catch (RuntimeException | AssertionError e) {
            later = SqlErrors.of(e);
        }
        buffered = rest;
        cursor.close();
        execution.close();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        buffered = null;
        try (NamespaceView _ = ownView; Execution _ = execution; Cursor last = cursor) {
            cursor = last == null ? null : Cursor.empty();
        } finally {
            whenClosed.accept(this);
        }
    }
}
