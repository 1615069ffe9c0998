package io.nokv.sql.change;

import io.nokv.sql.error.SqlState;
import io.nokv.sql.exec.Cursor;
import io.nokv.sql.parse.Change;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The rows of a change's query, by column: what is there and what the statement gives. */
final class ChangeRows {
    private final Map<String, Integer> known = new HashMap<>();
    private final Map<String, Integer> given = new HashMap<>();
    private final List<Object[]> rows;

    private ChangeRows(Change change, List<Object[]> rows) {
        for (String column : change.known()) {
            known.put(column, known.size());
        }
        for (String column : change.given()) {
            given.put(column, known.size() + given.size());
        }
        this.rows = rows;
    }

    /** Reads all before anything changes; 54000 for more than {@link Changes#MAX_ROWS}. */
    static ChangeRows read(Change change, Cursor cursor) {
        List<Object[]> rows = new ArrayList<>();
        for (Object[] row = cursor.next(); row != null; row = cursor.next()) {
            if (rows.size() == Changes.MAX_ROWS) {
                throw SqlState.LIMIT_EXCEEDED.failure("a statement changes at most " + Changes.MAX_ROWS
                        + " rows; split it by a condition on the key");
            }
            rows.add(row);
        }
        return new ChangeRows(change, rows);
    }

    List<Object[]> rows() {
        return rows;
    }

    Object known(Object[] row, String column) {
        return row[known.get(column)];
    }

    long knownLong(Object[] row, String column) {
        return ((Number) known(row, column)).longValue();
    }

    boolean gives(String column) {
        return given.containsKey(column);
    }

    /** What the statement gives; null when it does not mention the column or gives NULL. */
    Object given(Object[] row, String column) {
        Integer at = given.get(column);
        return at == null ? null : row[at];
    }

    /** As {@link #given}; 23502 for a mentioned column that is NULL. */
    Object givenNotNull(Object[] row, String column) {
        Object value = given(row, column);
        if (value == null && gives(column)) {
            throw SqlState.NOT_NULL_VIOLATION.failure("column " + column + " cannot be NULL");
        }
        return value;
    }

    Long givenLong(Object[] row, String column) {
        Object value = givenNotNull(row, column);
        return value == null ? null : (Long) ((Number) value).longValue();
    }

    Integer givenInt(Object[] row, String column) {
        Object value = givenNotNull(row, column);
        return value == null ? null : (Integer) ((Number) value).intValue();
    }

    Object required(Object[] row, String column) {
        Object value = given(row, column);
        if (value == null) {
            throw SqlState.NOT_NULL_VIOLATION.failure("column " + column
                    + (gives(column) ? " cannot be NULL" : " has no default and must be given"));
        }
        return value;
    }
}
