package io.nokv.sql.engine;

import io.nokv.sql.api.SqlResult;

/** The count of a change; 0 for a control statement. */
record UpdateResult(long updateCount) implements SqlResult {
    @Override
    public Object[] next() {
        return null;
    }

    @Override
    public void close() {}
}
