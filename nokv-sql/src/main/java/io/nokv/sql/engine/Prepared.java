package io.nokv.sql.engine;

import io.nokv.sql.api.Column;
import io.nokv.sql.api.PreparedSql;
import io.nokv.sql.plan.PlannedStatement;
import java.util.List;

/** A planned statement as the API shows it. */
record Prepared(PlannedStatement plan) implements PreparedSql {
    @Override
    public String sql() {
        return plan.sql();
    }

    @Override
    public Kind kind() {
        return plan.control() != null ? Kind.CONTROL : plan.change() != null ? Kind.CHANGE : Kind.QUERY;
    }

    @Override
    public List<Column> columns() {
        return plan.columns();
    }

    @Override
    public List<Column.Type> parameters() {
        return plan.parameters();
    }
}
