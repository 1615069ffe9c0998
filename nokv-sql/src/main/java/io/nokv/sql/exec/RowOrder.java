package io.nokv.sql.exec;

import io.nokv.sql.expr.Values;
import java.util.Comparator;
import java.util.List;

/** ORDER BY as a comparator of rows. */
public record RowOrder(List<Key> keys) implements Comparator<Object[]> {
    public record Key(int field, boolean descending, boolean nullsFirst) {}

    @Override
    public int compare(Object[] a, Object[] b) {
        for (int i = 0; i < keys.size(); i++) {
            Key key = keys.get(i);
            Object x = a[key.field];
            Object y = b[key.field];
            int c;
            if (x == null || y == null) {
                c = x == y ? 0 : (x == null) == key.nullsFirst ? -1 : 1;
            } else {
                c = Values.compare(x, y);
                c = key.descending ? -c : c;
            }
            if (c != 0) {
                return c;
            }
        }
        return 0;
    }
}
