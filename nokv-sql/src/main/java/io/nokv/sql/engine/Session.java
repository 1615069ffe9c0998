package io.nokv.sql.engine;

import io.nokv.fsmeta.api.LocalNamespace;
import io.nokv.fsmeta.api.NamespaceTxn;
import io.nokv.fsmeta.api.NamespaceView;
import io.nokv.sql.api.PreparedSql;
import io.nokv.sql.api.SqlCatalog;
import io.nokv.sql.api.SqlEngine.SessionOptions;
import io.nokv.sql.api.SqlFailure;
import io.nokv.sql.api.SqlResult;
import io.nokv.sql.api.SqlSession;
import io.nokv.sql.change.Changes;
import io.nokv.sql.error.SqlErrors;
import io.nokv.sql.error.SqlState;
import io.nokv.sql.exec.Cursor;
import io.nokv.sql.exec.Execution;
import io.nokv.sql.exec.MemoryBudget;
import io.nokv.sql.parse.ControlStatement;
import io.nokv.sql.plan.PlannedStatement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A session. In a transaction, reads before the first change go to a view of their own at the transaction's version, so
 * their results outlive it; reads after a change go through the transaction, and what is left of them is read into memory
 * before the next change or the end.
 */
final class Session implements SqlSession {
    /** An autocommitted change that loses against others is run again this many times. */
    private static final int MAX_ATTEMPTS = 10;
    private static final long BACKOFF_NANOS = 1_000_000L;

    private final NokvSqlEngine engine;
    private final SessionOptions options;
    private final List<QueryResult> open = new ArrayList<>();
    private final Map<Long, Execution> running = new ConcurrentHashMap<>();
    private boolean autoCommit = true;
    private boolean readOnly;
    private boolean block;
    private boolean blockReadOnly;
    private NamespaceTxn txn;
    private boolean dirty;
    private boolean closed;

    Session(NokvSqlEngine engine, SessionOptions options) {
        this.engine = engine;
        this.options = options;
    }

    private LocalNamespace namespace() {
        return engine.namespace();
    }

    @Override
    public PreparedSql prepare(String sql) {
        requireOpen();
        return new Prepared(engine.plan(sql));
    }

    @Override
    public SqlResult execute(PreparedSql statement, List<Object> parameters, long statementId, long maxRows,
            long timeoutMillis) {
        requireOpen();
        PlannedStatement plan = ((Prepared) statement).plan();
        try {
            if (plan.control() != null) {
                control(plan.control());
                return new UpdateResult(0);
            }
            Object[] bound = Parameters.bind(parameters, plan.parameters());
            return plan.change() == null
                    ? query(plan, bound, statementId, maxRows, timeoutMillis)
                    : new UpdateResult(change(plan, bound, statementId, timeoutMillis));
        } catch (RuntimeException | AssertionError | StackOverflowError e) {
            throw SqlErrors.of(e);
        }
    }

    private boolean inBlock() {
        return block || !autoCommit;
    }

    private boolean isReadOnly() {
        return readOnly || block && blockReadOnly;
    }

    private Execution.Terms terms(long timeoutMillis) {
        SqlFailure effectsRefused = isReadOnly()
                ? SqlState.READ_ONLY_TRANSACTION.failure("snapshots cannot change in a read-only transaction")
                : inBlock()
                        ? SqlState.ACTIVE_TRANSACTION
                                .failure("snapshots are published and retired outside of transactions")
                        : null;
        return new Execution.Terms(options.mount(), options.user(), Math.max(0, timeoutMillis) * 1_000_000L,
                MemoryBudget.DEFAULT_BYTES, effectsRefused);
    }

    private Execution execution(PlannedStatement plan, NamespaceView view, Object[] bound, long timeoutMillis) {
        return new Execution(namespace(), view, engine.ports().clock(), terms(timeoutMillis), bound,
                plan.outerSlots());
    }

    private SqlResult query(PlannedStatement plan, Object[] bound, long statementId, long maxRows,
            long timeoutMillis) {
        NamespaceView own = null;
        NamespaceView view;
        if (!inBlock()) {
            own = namespace().view(0);
            view = own;
        } else {
            begin();
            own = dirty ? null : namespace().view(txn.version());
            view = own == null ? txn : own;
        }
        Execution execution = null;
        try {
            execution = execution(plan, view, bound, timeoutMillis);
            running.put(statementId, execution);
            Cursor cursor = plan.operator().open(execution);
            QueryResult result = new QueryResult(execution, cursor, own, maxRows, statementId, this::ended);
            open.add(result);
            return result;
        } catch (RuntimeException | AssertionError | StackOverflowError e) {
            if (execution != null) {
                running.remove(statementId, execution);
                execution.close();
            }
            if (own != null) {
                own.close();
            }
            throw e;
        }
    }

    private void ended(QueryResult result) {
        running.remove(result.statementId(), result.execution());
        open.remove(result);
    }

    private void begin() {
        if (txn == null) {
            txn = namespace().begin();
            dirty = false;
        }
    }

    private void detachResults() {
        for (QueryResult result : List.copyOf(open)) {
            result.detach();
        }
    }

    // ---- changes ----------------------------------------------------------------------------------------------

    private long change(PlannedStatement plan, Object[] bound, long statementId, long timeoutMillis) {
        if (isReadOnly()) {
            throw SqlState.READ_ONLY_TRANSACTION.failure("cannot change "
                    + plan.change().table().tableName() + " in a read-only transaction");
        }
        if (!Changes.isTransactional(plan.change())) {
            return changeRegistry(plan, bound, statementId, timeoutMillis);
        }
        if (inBlock()) {
            return changeInBlock(plan, bound, statementId, timeoutMillis);
        }
        for (int attempt = 1;; attempt++) {
            try (NamespaceTxn alone = namespace().begin()) {
                long count = apply(plan, bound, alone, statementId, timeoutMillis);
                alone.commit();
                return count;
            } catch (RuntimeException e) {
                SqlFailure failure = SqlErrors.of(e);
                if (!failure.sqlState().equals(SqlState.CONFLICT.code()) || attempt == MAX_ATTEMPTS) {
                    throw failure;
                }
                long most = BACKOFF_NANOS << Math.min(attempt, 6);
                engine.ports().scheduler().pause(1 + Math.floorMod(engine.ports().entropy().nextLong(), most));
            }
        }
    }

    private long changeInBlock(PlannedStatement plan, Object[] bound, long statementId, long timeoutMillis) {
        begin();
        detachResults();
        int mark = txn.mark();
        try {
            long count = apply(plan, bound, txn, statementId, timeoutMillis);
            dirty |= count > 0;
            return count;
        } catch (RuntimeException | AssertionError | StackOverflowError e) {
            txn.rollbackTo(mark);
            throw e;
        }
    }

    private long apply(PlannedStatement plan, Object[] bound, NamespaceTxn into, long statementId,
            long timeoutMillis) {
        try (Execution execution = execution(plan, into, bound, timeoutMillis)) {
            running.put(statementId, execution);
            return Changes.apply(plan.change(), plan.operator(), execution, into, engine.ports().clock());
        } finally {
            running.remove(statementId);
        }
    }

    private long changeRegistry(PlannedStatement plan, Object[] bound, long statementId, long timeoutMillis) {
        if (inBlock()) {
            throw SqlState.ACTIVE_TRANSACTION.failure(plan.change().table().tableName()
                    + " changes at once and cannot be part of a transaction");
        }
        try (NamespaceView view = namespace().view(0);
                Execution execution = execution(plan, view, bound, timeoutMillis)) {
            running.put(statementId, execution);
            return Changes.applyToRegistry(plan.change(), plan.operator(), execution, namespace());
        } finally {
            running.remove(statementId);
        }
    }

    // ---- transactions -----------------------------------------------------------------------------------------

    private void control(ControlStatement statement) {
        switch (statement) {
            case BEGIN, BEGIN_READ_ONLY -> {
                if (block || txn != null) {
                    throw SqlState.ACTIVE_TRANSACTION.failure("a transaction is in progress already");
                }
                block = true;
                blockReadOnly = statement == ControlStatement.BEGIN_READ_ONLY;
            }
            case COMMIT -> {
                if (!inBlock()) {
                    throw SqlState.NO_ACTIVE_TRANSACTION.failure("no transaction is in progress");
                }
                end(true);
            }
            case ROLLBACK -> end(false);
        }
    }

    private void end(boolean commit) {
        NamespaceTxn ending = txn;
        try {
            if (ending != null) {
                detachResults();
                txn = null;
                if (commit && dirty) {
                    ending.commit();
                }
            }
        } finally {
            block = false;
            blockReadOnly = false;
            dirty = false;
            txn = null;
            if (ending != null) {
                ending.close();
            }
        }
    }

    @Override
    public boolean cancel(long statementId) {
        Execution execution = running.get(statementId);
        if (execution == null) {
            return false;
        }
        execution.cancel();
        return true;
    }

    @Override
    public boolean autoCommit() {
        return autoCommit;
    }

    @Override
    public void setAutoCommit(boolean on) {
        requireOpen();
        if (on && inBlock()) {
            endTranslated(true);
        }
        autoCommit = on;
    }

    @Override
    public boolean readOnly() {
        return readOnly;
    }

    @Override
    public void setReadOnly(boolean on) {
        requireOpen();
        if (on != readOnly && txn != null) {
            throw SqlState.ACTIVE_TRANSACTION.failure("read-only cannot change within a transaction");
        }
        readOnly = on;
    }

    @Override
    public void commit() {
        requireOpen();
        if (!inBlock()) {
            throw SqlState.INVALID_TRANSACTION_STATE.failure("commit in autocommit mode");
        }
        endTranslated(true);
    }

    @Override
    public void rollback() {
        requireOpen();
        endTranslated(false);
    }

    private void endTranslated(boolean commit) {
        try {
            end(commit);
        } catch (RuntimeException e) {
            throw SqlErrors.of(e);
        }
    }

    @Override
    public boolean inTransaction() {
        return dirty;
    }

    @Override
    public String mount() {
        return options.mount();
    }

    @Override
    public SqlCatalog catalog() {
        return engine.catalog();
    }

    private void requireOpen() {
        if (closed) {
            throw SqlState.SESSION_CLOSED.failure("the session is closed");
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        for (QueryResult result : List.copyOf(open)) {
            result.close();
        }
        if (txn != null) {
            txn.close();
            txn = null;
        }
    }
}
