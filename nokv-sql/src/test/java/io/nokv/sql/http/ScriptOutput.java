package io.nokv.sql.http;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.HexFormat;
import java.util.List;

/**
 * What a script prints, through plain JDBC calls that every driver has: labels, types and values of rows, counts of
 * changes, SQLSTATEs of errors. The same script over the same data must print the same bytes through every driver.
 */
public final class ScriptOutput {
    private ScriptOutput() {}

    /** Statements alternately as Statement and as PreparedStatement, small and large fetch sizes. */
    public static String run(Connection connection, List<String> statements) throws SQLException {
        StringBuilder out = new StringBuilder();
        int n = 0;
        for (String sql : statements) {
            out.append("> ").append(sql).append('\n');
            n++;
            boolean prepared = n % 2 == 0;
            try (Statement s = prepared ? connection.prepareStatement(sql) : connection.createStatement()) {
                s.setFetchSize(n % 3 == 0 ? 0 : 7 * n);
                boolean rows = s instanceof java.sql.PreparedStatement p ? p.execute() : s.execute(sql);
                if (rows) {
                    print(s.getResultSet(), out);
                } else {
                    out.append(s.getLargeUpdateCount()).append(" changed\n");
                }
            } catch (SQLException e) {
                out.append("error ").append(e.getSQLState()).append('\n');
            }
        }
        return out.toString();
    }

    private static void print(ResultSet rows, StringBuilder out) throws SQLException {
        ResultSetMetaData meta = rows.getMetaData();
        int columns = meta.getColumnCount();
        for (int i = 1; i <= columns; i++) {
            out.append(meta.getColumnLabel(i)).append(' ').append(meta.getColumnTypeName(i)).append('(')
                    .append(meta.getPrecision(i)).append(',').append(meta.getScale(i)).append(") ")
                    .append(meta.isNullable(i)).append(' ').append(meta.getColumnClassName(i))
                    .append(i < columns ? ", " : "\n");
        }
        while (rows.next()) {
            for (int i = 1; i <= columns; i++) {
                String text;
                if (meta.getColumnType(i) == Types.VARBINARY) {
                    byte[] bytes = rows.getBytes(i);
                    text = bytes == null ? null : HexFormat.of().formatHex(bytes);
                } else {
                    text = rows.getString(i);
                }
                out.append(text == null ? "NULL" : "'" + text + "'").append(i < columns ? " | " : "\n");
            }
        }
    }
}
