package io.nokv.server.ways;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.HexFormat;

/** What statements answer, as lines, through plain JDBC calls that every driver has. */
final class Answers {
    private final Way way;
    private final Connection connection;
    /** Alternates between the two ways to execute, and the fetch sizes: the answers must not depend on either. */
    private int turn;

    /** @param turn where to begin alternating */
    Answers(Way way, Connection connection, int turn) {
        this.way = way;
        this.connection = connection;
        this.turn = turn;
    }

    /** The lines that {@code sql} answers, each with its newline. */
    String of(String sql) {
        turn++;
        StringBuilder out = new StringBuilder();
        try (Statement s = turn % 2 == 0 ? connection.prepareStatement(sql) : connection.createStatement()) {
            s.setFetchSize(turn % 3 == 0 ? 0 : 3 * turn);
            boolean rows = s instanceof PreparedStatement p ? p.execute() : s.execute(sql);
            if (!rows) {
                out.append("= ").append(s.getLargeUpdateCount()).append('\n');
                return out.toString();
            }
            try (ResultSet result = s.getResultSet()) {
                columns(result.getMetaData(), out);
                rows(result, out);
            }
        } catch (SQLException | RuntimeException e) {
            out.append("! ").append(line(way.said(e))).append('\n');
        }
        return out.toString();
    }

    static void columns(ResultSetMetaData meta, StringBuilder out) throws SQLException {
        out.append("| ");
        for (int i = 1; i <= meta.getColumnCount(); i++) {
            out.append(i == 1 ? "" : ", ").append(line(meta.getColumnLabel(i))).append(' ')
                    .append(meta.getColumnTypeName(i));
            if (meta.getPrecision(i) != 0 || meta.getScale(i) != 0) {
                out.append('(').append(meta.getPrecision(i)).append(',').append(meta.getScale(i)).append(')');
            }
            out.append(switch (meta.isNullable(i)) {
                case ResultSetMetaData.columnNoNulls -> " NOT NULL";
                case ResultSetMetaData.columnNullable -> "";
                default -> " NULL?";
            });
        }
        out.append('\n');
    }

    static void rows(ResultSet rows, StringBuilder out) throws SQLException {
        ResultSetMetaData meta = rows.getMetaData();
        while (rows.next()) {
            out.append("> ");
            for (int i = 1; i <= meta.getColumnCount(); i++) {
                out.append(i == 1 ? "" : " | ").append(value(rows, meta, i));
            }
            out.append('\n');
        }
    }

    private static String value(ResultSet rows, ResultSetMetaData meta, int i) throws SQLException {
        if (meta.getColumnType(i) == Types.VARBINARY) {
            byte[] bytes = rows.getBytes(i);
            return bytes == null ? "NULL" : "X'" + HexFormat.of().withUpperCase().formatHex(bytes) + "'";
        }
        if (meta.getColumnType(i) == Types.DOUBLE) {
            // The stock driver keeps what JSON says as a BigDecimal, whose text is 1E+9 where a double's is 1.0E9.
            double number = rows.getDouble(i);
            return rows.wasNull() ? "NULL" : Double.toString(number);
        }
        String text = rows.getString(i);
        return text == null ? "NULL" : meta.getColumnType(i) == Types.VARCHAR ? "'" + line(text) + "'" : line(text);
    }

    private static String line(String text) {
        return text.replace("\n", "\\n").replace("\t", "\\t");
    }
}
