package io.nokv.sql.plan;

import io.nokv.sql.api.Column;
import io.nokv.sql.exec.Operator;
import io.nokv.sql.parse.Change;
import io.nokv.sql.parse.ControlStatement;
import java.util.List;

/**
 * A statement ready to run. Immutable; shared by all sessions.
 *
 * @param columns of the rows; empty unless it is a query
 * @param operator null for control statements; for a change the query of what to change
 * @param outerSlots how many outer rows an execution needs room for
 * @param change null unless it is one
 * @param control null unless it is one
 */
public record PlannedStatement(String sql, List<Column> columns, List<Column.Type> parameters, Operator operator,
        int outerSlots, Change change, ControlStatement control) {}
