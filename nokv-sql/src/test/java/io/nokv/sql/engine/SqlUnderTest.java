package io.nokv.sql.engine;

import io.nokv.fsmeta.exec.NamespaceUnderTest;
import io.nokv.fsmeta.exec.TestStore;
import io.nokv.sql.api.Column;
import io.nokv.sql.api.PreparedSql;
import io.nokv.sql.api.SqlEngine;
import io.nokv.sql.api.SqlFailure;
import io.nokv.sql.api.SqlResult;
import io.nokv.sql.api.SqlSession;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** An engine over a namespace with one mount "m", and one session; short words for what tests do with them. */
public final class SqlUnderTest implements AutoCloseable {
    public final NamespaceUnderTest fs;
    public final NokvSqlEngine engine;
    public final SqlSession session;
    private long statements;

    private SqlUnderTest(NamespaceUnderTest fs) {
        this.fs = fs;
        this.engine = NokvSqlEngine.open(fs.namespace(), fs.ports);
        this.session = openSession();
    }

    public static SqlUnderTest open(TestStore store) {
        return new SqlUnderTest(store.namespace());
    }

    public SqlSession openSession() {
        return engine.open(new SqlEngine.SessionOptions(NamespaceUnderTest.MOUNT, "tester"));
    }

    public SqlResult run(SqlSession in, String sql, Object... parameters) {
        PreparedSql prepared = in.prepare(sql);
        return new CheckedResult(in.execute(prepared, Arrays.asList(parameters), ++statements, 0, 0),
                prepared.columns());
    }

    /** A result whose values must be what its columns promise. */
    private record CheckedResult(SqlResult result, List<Column> columns) implements SqlResult {
        @Override
        public long updateCount() {
            return result.updateCount();
        }

        @Override
        public Object[] next() {
            Object[] row = result.next();
            for (int i = 0; row != null && i < row.length; i++) {
                Column column = columns.get(i);
                if (row[i] == null && !column.nullable()) {
                    throw new AssertionError("column " + column.label() + " is NULL and said it cannot be");
                }
            }
            return row;
        }

        @Override
        public void close() {
            result.close();
        }
    }

    /** All rows of a query. */
    public List<List<Object>> rows(String sql, Object... parameters) {
        return rows(session, sql, parameters);
    }

    public List<List<Object>> rows(SqlSession in, String sql, Object... parameters) {
        try (SqlResult result = run(in, sql, parameters)) {
            List<List<Object>> rows = new ArrayList<>();
            for (Object[] row = result.next(); row != null; row = result.next()) {
                rows.add(Arrays.asList(row));
            }
            return rows;
        }
    }

    /** The rows as lines of text, values separated by {@code |}. */
    public List<String> lines(String sql, Object... parameters) {
        return rows(sql, parameters).stream().map(SqlUnderTest::line).toList();
    }

    public static String line(List<Object> row) {
        return String.join("|", row.stream().map(SqlUnderTest::show).toList());
    }

    private static String show(Object value) {
        return switch (value) {
            case null -> "NULL";
            case byte[] bytes -> HexFormat.of().formatHex(bytes);
            default -> value.toString();
        };
    }

    /** The only value of the only row. */
    public Object value(String sql, Object... parameters) {
        List<List<Object>> rows = rows(sql, parameters);
        if (rows.size() != 1 || rows.getFirst().size() != 1) {
            throw new AssertionError("not one value: " + rows);
        }
        return rows.getFirst().getFirst();
    }

    public long update(String sql, Object... parameters) {
        return update(session, sql, parameters);
    }

    public long update(SqlSession in, String sql, Object... parameters) {
        try (SqlResult result = run(in, sql, parameters)) {
            return result.updateCount();
        }
    }

    public List<String> explain(String sql) {
        return lines("EXPLAIN PLAN FOR " + sql);
    }

    /** The failure of a statement, its rows included; an assertion when it succeeds. */
    public SqlFailure failure(String sql, Object... parameters) {
        return failure(session, sql, parameters);
    }

    public SqlFailure failure(SqlSession in, String sql, Object... parameters) {
        try {
            rows(in, sql, parameters);
        } catch (SqlFailure expected) {
            return expected;
        }
        throw new AssertionError("no failure: " + sql);
    }

    /** SQLSTATE of the failure of a statement. */
    public String state(String sql, Object... parameters) {
        return failure(sql, parameters).sqlState();
    }

    public List<String> columns(String sql) {
        return session.prepare(sql).columns().stream().map(Column::label).toList();
    }

    @Override
    public void close() {
        session.close();
        engine.close();
        fs.close();
    }
}
