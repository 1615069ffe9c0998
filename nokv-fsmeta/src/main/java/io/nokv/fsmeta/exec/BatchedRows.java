package io.nokv.fsmeta.exec;

import io.nokv.base.error.NokvException;
import io.nokv.fsmeta.api.NamespaceException;
import io.nokv.fsmeta.api.Rows;
import java.util.List;

/** Rows that arrive in batches, small ones first, so that a reader of a few rows does not pay for many. */
abstract class BatchedRows<T> implements Rows<T> {
    private static final int FIRST_BATCH = 16;

    private List<T> batch = List.of();
    private int at;
    private int size = FIRST_BATCH;
    private boolean closed;

    /** At most {@code limit} further rows; empty at the end, and then not called again. */
    abstract List<T> fetch(int limit);

    @Override
    public final T next() {
        if (at == batch.size()) {
            if (closed) {
                return null;
            }
            try {
                batch = fetch(size);
            } catch (NokvException e) {
                throw NamespaceException.of(e);
            }
            at = 0;
            size = Math.min(size * 2, Limits.BATCH);
            if (batch.isEmpty()) {
                close();
                return null;
            }
        }
        return batch.get(at++);
    }

    @Override
    public void close() {
        closed = true;
        batch = List.of();
        at = 0;
    }
}
