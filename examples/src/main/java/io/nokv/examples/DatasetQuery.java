package io.nokv.examples;

import java.io.PrintStream;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Lists the files below a directory whose names end in a suffix, largest first, and their sum, with plain JDBC. */
public final class DatasetQuery {
    private static final String LARGEST = """
            SELECT path, size FROM TABLE(SUBTREE(?))
            WHERE type = 'FILE' AND path LIKE ?
            ORDER BY size DESC, path LIMIT ?""";
    private static final String SUM = """
            SELECT count(*), sum(size) FROM TABLE(SUBTREE(?))
            WHERE type = 'FILE' AND path LIKE ?""";

    private DatasetQuery() {}

    public static void main(String[] arguments) throws SQLException {
        if (arguments.length != 3) {
            System.err.println("arguments: JDBC-URL PATH SUFFIX, for example jdbc:nokv://127.0.0.1:8765/default / .py");
            System.exit(2);
        }
        run(arguments[0], arguments[1], arguments[2], System.out);
    }

    static void run(String url, String path, String suffix, PrintStream out) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url)) {
            try (PreparedStatement largest = connection.prepareStatement(LARGEST)) {
                largest.setString(1, path);
                largest.setString(2, "%" + suffix);
                largest.setInt(3, 10);
                try (ResultSet rows = largest.executeQuery()) {
                    while (rows.next()) {
                        out.println(rows.getLong("size") + "\t" + rows.getString("path"));
                    }
                }
            }
            try (PreparedStatement sum = connection.prepareStatement(SUM)) {
                sum.setString(1, path);
                sum.setString(2, "%" + suffix);
                try (ResultSet row = sum.executeQuery()) {
                    row.next();
                    out.println(row.getLong(1) + " files, " + row.getLong(2) + " bytes");
                }
            }
        }
    }
}
