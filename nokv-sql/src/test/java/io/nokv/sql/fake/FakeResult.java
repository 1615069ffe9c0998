package io.nokv.sql.fake;

import io.nokv.sql.api.SqlFailure;
import io.nokv.sql.api.SqlResult;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;

/** Rows from a function of their index; without one, it blocks until cancelled or timed out. */
final class FakeResult implements SqlResult {
    private final FakeEngine engine;
    private final long count;
    private final LongFunction<Object[]> rows;
    private final long maxRows;
    private final long deadlineNanos;
    private final CountDownLatch cancelled = new CountDownLatch(1);
    private Runnable onClose = () -> {};
    private long index;
    private boolean closed;

    private FakeResult(FakeEngine engine, long count, LongFunction<Object[]> rows, long maxRows, long timeoutMillis) {
        this.engine = engine;
        this.count = count;
        this.rows = rows;
        this.maxRows = maxRows;
        deadlineNanos = timeoutMillis == 0 ? Long.MAX_VALUE : System.nanoTime() + timeoutMillis * 1_000_000;
        engine.openResults.incrementAndGet();
    }

    FakeResult(FakeEngine engine, LongFunction<Object[]> rows, long maxRows, long timeoutMillis) {
        this(engine, -1, rows, maxRows, timeoutMillis);
    }

    static FakeResult count(FakeEngine engine, long count) {
        return new FakeResult(engine, count, _ -> null, 0, 0);
    }

    void onClose(Runnable action) {
        onClose = action;
    }

    boolean cancel() {
        cancelled.countDown();
        return true;
    }

    @Override
    public long updateCount() {
        return count;
    }

    @Override
    public Object[] next() {
        if (maxRows > 0 && index >= maxRows) {
            return null;
        }
        if (rows == null) {
            awaitEnd();
        }
        if (cancelled.getCount() == 0) {
            throw new SqlFailure("57014", "CANCELLED", "the statement was cancelled", null);
        }
        if (System.nanoTime() > deadlineNanos) {
            throw new SqlFailure("57014", "TIMEOUT", "the statement ran longer than its time limit", null);
        }
        Object[] row = rows == null ? null : rows.apply(index++);
        if (row != null) {
            engine.rowsRead.incrementAndGet();
        }
        return row;
    }

    private void awaitEnd() {
        engine.blocked.incrementAndGet();
        try {
            if (deadlineNanos == Long.MAX_VALUE) {
                cancelled.await();
            } else if (!cancelled.await(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                throw new SqlFailure("57014", "TIMEOUT", "the statement ran longer than its time limit", null);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            engine.blocked.decrementAndGet();
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            engine.openResults.decrementAndGet();
            onClose.run();
        }
    }
}
