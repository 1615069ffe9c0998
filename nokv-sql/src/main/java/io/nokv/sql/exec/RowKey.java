package io.nokv.sql.exec;

import io.nokv.sql.expr.Values;

/** Values as a key of a hash table; NULL equals NULL. */
final class RowKey {
    final Object[] values;
    private final int hash;

    RowKey(Object[] values) {
        this.values = values;
        int h = 1;
        for (Object value : values) {
            h = 31 * h + Values.hash(value);
        }
        this.hash = h;
    }

    static RowKey of(Object[] row, int[] fields) {
        Object[] values = new Object[fields.length];
        for (int i = 0; i < fields.length; i++) {
            values[i] = row[fields[i]];
        }
        return new RowKey(values);
    }

    boolean hasNull() {
        for (Object value : values) {
            if (value == null) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof RowKey that) || hash != that.hash) {
            return false;
        }
        for (int i = 0; i < values.length; i++) {
            if (!Values.same(values[i], that.values[i])) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
