package io.nokv.sql.exec;

/** Rows, pulled one by one. One thread at a time. */
public interface Cursor extends AutoCloseable {
    /** The next row, or null at the end and after it. Rows may be shared: nobody changes one that came from a cursor. */
    Object[] next();

    /** Idempotent. */
    @Override
    void close();

    /** No rows. */
    static Cursor empty() {
        return new Cursor() {
            @Override
            public Object[] next() {
                return null;
            }

            @Override
            public void close() {}
        };
    }
}
