package io.nokv.sql.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nokv.fsmeta.api.Mutation;
import io.nokv.fsmeta.exec.NamespaceUnderTest;
import io.nokv.fsmeta.exec.TestStore;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Random filters, joins, aggregates and limits give the rows that H2 gives over a copy of the same tables. */
@ParameterizedClass
@EnumSource(TestStore.class)
final class AgainstH2Test {
    @Parameter
    private TestStore store;

    private static final int QUERIES = 400;

    private final long seed = Long.getLong("nokv.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final List<Long> directories = new ArrayList<>(List.of(NamespaceUnderTest.ROOT));

    @Test
    void sameRows() throws SQLException {
        try (SqlUnderTest sql = SqlUnderTest.open(store);
                Connection h2 = DriverManager
                        .getConnection("jdbc:h2:mem:" + seed + ";CASE_INSENSITIVE_IDENTIFIERS=TRUE")) {
            plant(sql);
            copy(sql, h2);
            for (int i = 0; i < QUERIES; i++) {
                String query = query();
                assertEquals(ofH2(h2, query), sorted(sql.lines(query)), () -> "seed " + seed
                        + "; replay with -Dtest=AgainstH2Test -Dnokv.seed=" + seed + "\n" + query + "\n"
                        + String.join("\n", sql.explain(query)));
            }
        }
    }

    private void plant(SqlUnderTest sql) {
        for (int i = 0; i < 120; i++) {
            long parent = directories.get(random.nextInt(directories.size()));
            String name = "" + (char) ('a' + random.nextInt(6)) + (char) ('a' + random.nextInt(6)) + i % 40;
            try {
                if (random.nextInt(5) == 0) {
                    directories.add(sql.fs.mkdir(parent, name));
                } else {
                    long inode = sql.fs.file(parent, name, random.nextInt(8) * 100L);
                    sql.fs.apply(
                            new Mutation.SetAttr("m", inode, random.nextInt(4), random.nextInt(3), null, null, null,
                                    null, null));
                    if (random.nextInt(6) == 0) {
                        sql.fs.link(inode, directories.get(random.nextInt(directories.size())), name + "l");
                    }
                }
            } catch (io.nokv.fsmeta.api.NamespaceException taken) {
                assertEquals(io.nokv.fsmeta.api.Reason.ALREADY_EXISTS, taken.reason());
            }
        }
    }

    private static void copy(SqlUnderTest sql, Connection h2) throws SQLException {
        String shared = "type VARCHAR, \"SIZE\" BIGINT, \"MODE\" INTEGER, uid INTEGER, link_count BIGINT";
        try (Statement create = h2.createStatement()) {
            create.execute(
                    "CREATE TABLE entries (mount VARCHAR, parent BIGINT, name VARCHAR, inode BIGINT, " + shared + ")");
            create.execute("CREATE TABLE inodes (mount VARCHAR, inode BIGINT, " + shared + ")");
        }
        insert(h2, "entries", 9,
                sql.rows("SELECT mount, parent, name, inode, type, size, mode, uid, link_count FROM entries"));
        insert(h2, "inodes", 7, sql.rows("SELECT mount, inode, type, size, mode, uid, link_count FROM inodes"));
    }

    private static void insert(Connection h2, String table, int columns, List<List<Object>> rows) throws SQLException {
        try (PreparedStatement insert = h2
                .prepareStatement("INSERT INTO " + table + " VALUES (?" + ", ?".repeat(columns - 1) + ")")) {
            for (List<Object> row : rows) {
                for (int i = 0; i < columns; i++) {
                    insert.setObject(i + 1, row.get(i));
                }
                insert.executeUpdate();
            }
        }
    }

    private static List<String> ofH2(Connection h2, String query) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Statement statement = h2.createStatement(); ResultSet result = statement.executeQuery(query)) {
            while (result.next()) {
                List<Object> row = new ArrayList<>();
                for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    Object value = result.getObject(i);
                    row.add(value instanceof java.math.BigDecimal d && d.scale() == 0
                            ? (Object) d.longValueExact()
                            : value);
                }
                rows.add(SqlUnderTest.line(row));
            }
        }
        return sorted(rows);
    }

    private static List<String> sorted(List<String> rows) {
        return rows.stream().sorted().toList();
    }

    // ---- queries that both understand and that have one answer ------------------------------------------------

    private String query() {
        return switch (random.nextInt(11)) {
            case 0, 1 -> "SELECT name, inode, size FROM entries e WHERE " + condition("e", 2);
            case 2 ->
                "SELECT type, uid, count(*), sum(size), min(name), max(mode), count(DISTINCT parent) FROM entries e WHERE "
                        + condition("e", 2) + " GROUP BY type, uid";
            case 3 -> "SELECT e.name, i.size FROM entries e " + join()
                    + " JOIN inodes i ON i.mount = e.mount AND i.inode = e."
                    + (random.nextBoolean() ? "inode" : "parent") + " AND " + condition("i", 1) + " WHERE "
                    + condition("e", 1);
            case 4 -> "SELECT p.name, c.name FROM entries p " + join()
                    + " JOIN entries c ON c.mount = p.mount AND c.parent = p.inode"
                    + (random.nextBoolean() ? " AND " + condition("c", 1) : "") + " WHERE " + condition("p", 1);
            case 5 -> "SELECT name, size FROM entries e WHERE " + condition("e", 1)
                    + " ORDER BY size DESC, parent, name OFFSET " + random.nextInt(4) + " ROWS FETCH NEXT "
                    + random.nextInt(9) + " ROWS ONLY";
            case 6 ->
                "SELECT name FROM entries e WHERE " + condition("e", 1) + " AND " + (random.nextBoolean() ? "NOT " : "")
                        + "EXISTS (SELECT 1 FROM inodes i WHERE i.mount = e.mount AND i.inode = e.inode AND "
                        + condition("i", 1)
                        + ")";
            case 7 -> "SELECT name FROM entries e WHERE " + condition("e", 1) + " AND inode "
                    + (random.nextBoolean() ? "NOT " : "")
                    + "IN (SELECT inode FROM inodes i WHERE " + condition("i", 1) + ")";
            case 8, 9 -> "SELECT inode, size FROM inodes i WHERE " + condition("i", 1) + " AND "
                    + (random.nextBoolean()
                            ? "(mount, inode) IN (SELECT mount, inode FROM entries e WHERE "
                            : "mount = 'm' AND inode IN (SELECT parent FROM entries e WHERE ")
                    + condition("e", 1) + ")";
            default ->
                "SELECT a.type, count(*), sum(b.size) FROM entries a JOIN entries b ON a.parent = b.parent AND a.size "
                        + pick("<", "=", ">=") + " b.size WHERE " + condition("a", 1)
                        + " GROUP BY a.type HAVING count(*) > "
                        + random.nextInt(3);
        };
    }

    private String join() {
        return pick("", "LEFT", "RIGHT", "");
    }

    private String condition(String of, int depth) {
        boolean entry = !of.equals("i");
        if (depth > 0 && random.nextInt(2) == 0) {
            return "(" + condition(of, depth - 1) + pick(" AND ", " OR ") + condition(of, depth - 1) + ")";
        }
        if (depth > 0 && random.nextInt(6) == 0) {
            return "NOT " + condition(of, 0);
        }
        return switch (random.nextInt(entry ? 11 : 6)) {
            case 0 -> of + ".size " + comparison() + " " + random.nextInt(8) * 100;
            case 1 -> of + ".uid IN (" + random.nextInt(3) + ", " + random.nextInt(3) + ")";
            case 2 -> of + ".mount " + pick("=", "=", "=", "<>") + " 'm'";
            case 3 -> of + ".type " + pick("=", "<>") + " '" + pick("FILE", "DIRECTORY", "SYMLINK") + "'";
            case 4 -> of + ".mode BETWEEN " + random.nextInt(3) + " AND " + random.nextInt(4);
            case 5 -> of + ".inode " + comparison() + " " + (directory() + random.nextInt(3));
            case 6 ->
                of + ".mount = 'm' AND " + of + ".parent = " + directory() + " AND " + of + ".name " + comparison()
                        + " '" + name() + "'";
            case 7 -> of + ".parent IN (" + directory() + ", " + directory() + ", 5)";
            case 8 -> of + ".name LIKE '" + pick("a%", "ab%", "%1", "b_1%", "c%2") + "'";
            case 9 ->
                of + ".parent = " + directory() + " AND " + of + ".name BETWEEN '" + name() + "' AND '" + name() + "'";
            default -> of + ".name " + comparison() + " '" + name() + "'";
        };
    }

    private long directory() {
        return directories.get(random.nextInt(directories.size()));
    }

    private String name() {
        return "" + (char) ('a' + random.nextInt(6)) + (char) ('a' + random.nextInt(6)) + random.nextInt(40);
    }

    private String comparison() {
        return pick("=", "<", ">", "<=", ">=", "<>");
    }

    private String pick(String... of) {
        return of[random.nextInt(of.length)];
    }
}
