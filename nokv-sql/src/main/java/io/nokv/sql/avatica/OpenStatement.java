package io.nokv.sql.avatica;

import io.nokv.sql.api.PreparedSql;
import org.apache.calcite.avatica.Meta;

/** A statement of a connection: perhaps prepared, perhaps with an open result. Used under the connection's turn. */
final class OpenStatement {
    final int id;
    /** Null until prepared. */
    PreparedSql prepared;
    /** Of {@link #prepared}. */
    Meta.Signature signature;
    /** Of every execution of the prepared statement; 0 for all. */
    long maxRows;
    /** The result that is not read to its end, or null. */
    RowCursor cursor;

    OpenStatement(int id) {
        this.id = id;
    }

    boolean hasOpenCursor() {
        return cursor != null && !cursor.ended();
    }

    void closeCursor() {
        RowCursor c = cursor;
        cursor = null;
        if (c != null) {
            c.close();
        }
    }
}
