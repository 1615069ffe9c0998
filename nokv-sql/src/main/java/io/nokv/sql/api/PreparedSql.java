package io.nokv.sql.api;

import java.util.List;

/** A planned statement. Immutable; any session of the same engine with the same mount may execute it. */
public interface PreparedSql {
    enum Kind {
        QUERY, CHANGE, CONTROL
    }

    String sql();

    Kind kind();

    /** Of the rows; empty unless {@link Kind#QUERY}. EXPLAIN is a query. */
    List<Column> columns();

    /** One per '?', in order. */
    List<Column.Type> parameters();
}
