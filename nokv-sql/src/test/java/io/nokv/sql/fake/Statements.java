package io.nokv.sql.fake;

import io.nokv.sql.api.Column;
import io.nokv.sql.api.PreparedSql;
import io.nokv.sql.api.SqlFailure;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the fake can parse. */
final class Statements {
    record Prepared(String sql, PreparedSql.Kind kind, List<Column> columns, List<Column.Type> parameters, String verb,
            String argument) implements PreparedSql {}

    static final List<Column> EVERY_TYPE = List.of(column("c_varchar", Column.Type.VARCHAR, 20),
            column("c_bigint", Column.Type.BIGINT, 0), column("c_integer", Column.Type.INTEGER, 0),
            column("c_double", Column.Type.DOUBLE, 0),
            new Column("c_decimal", "every_type", Column.Type.DECIMAL, 12, 3, true, ""),
            column("c_boolean", Column.Type.BOOLEAN, 0), column("c_varbinary", Column.Type.VARBINARY, 16),
            column("c_timestamp", Column.Type.TIMESTAMP, 3), column("c_date", Column.Type.DATE, 0),
            column("c_time", Column.Type.TIME, 3));

    private static final List<Column> KV = FakeColumns.kv();
    private static final Pattern CALL = Pattern.compile("SELECT \\* FROM (numbers|wide|fails)\\((\\d+)\\)");
    private static final Pattern INSERT = Pattern.compile("INSERT INTO kv VALUES \\('([^']*)', (-?\\d+)\\)");
    private static final Pattern INCREMENT = Pattern.compile("UPDATE kv SET v = v \\+ 1 WHERE k = '([^']*)'");

    private Statements() {}

    private static Column column(String name, Column.Type type, int precision) {
        return new Column(name, "every_type", type, precision, 0, true, "");
    }

    static Prepared parse(String text) {
        String sql = text.strip().replaceAll(";$", "");
        return switch (sql) {
            case "SELECT * FROM kv" -> query(text, KV, "all", "");
            case "SELECT v FROM kv WHERE k = ?" ->
                new Prepared(text, PreparedSql.Kind.QUERY, List.of(KV.get(1)), List.of(Column.Type.VARCHAR), "get", "");
            case "INSERT INTO kv VALUES (?, ?)" ->
                change(text, "insert", "", Column.Type.VARCHAR, Column.Type.BIGINT);
            case "UPDATE kv SET v = v + 1 WHERE k = ?" -> change(text, "increment", "", Column.Type.VARCHAR);
            case "UPDATE kv SET v = v + 5000000000" -> change(text, "large", "");
            case "DELETE FROM kv" -> change(text, "clear", "");
            case "SELECT * FROM every_type" -> query(text, EVERY_TYPE, "types", "");
            case "SELECT * FROM blocked" -> query(text, FakeColumns.one("n", Column.Type.BIGINT), "blocked", "");
            case "SELECT * FROM endless" -> query(text, FakeColumns.one("n", Column.Type.BIGINT), "endless", "");
            case "COMMIT", "ROLLBACK", "BEGIN" ->
                new Prepared(text, PreparedSql.Kind.CONTROL, List.of(), List.of(), sql.toLowerCase(), "");
            default -> patterns(text, sql);
        };
    }

    private static Prepared patterns(String text, String sql) {
        Matcher m = CALL.matcher(sql);
        if (m.matches()) {
            List<Column> columns = m.group(1).equals("numbers")
                    ? FakeColumns.NUMBERS
                    : FakeColumns.one(m.group(1), m.group(1).equals("wide") ? Column.Type.VARCHAR : Column.Type.BIGINT);
            return query(text, columns, m.group(1), m.group(2));
        }
        m = INSERT.matcher(sql);
        if (m.matches()) {
            return change(text, "insert", m.group(1) + "," + m.group(2));
        }
        m = INCREMENT.matcher(sql);
        if (m.matches()) {
            return change(text, "increment", m.group(1));
        }
        if (sql.startsWith("ECHO ")) {
            Column.Type type = Column.Type.valueOf(sql.substring(5));
            return new Prepared(text, PreparedSql.Kind.QUERY,
                    List.of(new Column("echo", "", type, type == Column.Type.TIMESTAMP ? 3 : 0,
                            type == Column.Type.DECIMAL ? 4 : 0, true, "")),
                    List.of(type), "echo", "");
        }
        if (sql.equals("CRASH")) {
            throw new IllegalStateException("secret detail of the implementation");
        }
        throw new SqlFailure("42601", "SYNTAX", "line 1, column 1: '" + sql + "' is not understood", null);
    }

    private static Prepared query(String text, List<Column> columns, String verb, String argument) {
        return new Prepared(text, PreparedSql.Kind.QUERY, columns, List.of(), verb, argument);
    }

    private static Prepared change(String text, String verb, String argument, Column.Type... parameters) {
        return new Prepared(text, PreparedSql.Kind.CHANGE, List.of(), List.of(parameters), verb, argument);
    }
}
