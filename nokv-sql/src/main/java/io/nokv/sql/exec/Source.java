package io.nokv.sql.exec;

import java.util.Iterator;
import java.util.List;

/** What the namespace hands out, one by one, before it becomes rows. */
interface Source extends AutoCloseable {
    /** Null at the end. */
    Object next();

    @Override
    void close();

    static Source of(List<?> all) {
        Iterator<?> each = all.iterator();
        return new Source() {
            @Override
            public Object next() {
                return each.hasNext() ? each.next() : null;
            }

            @Override
            public void close() {}
        };
    }
}
