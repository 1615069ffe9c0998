package io.nokv.sql.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nokv.fsmeta.api.Reason;
import io.nokv.fsmeta.exec.NamespaceUnderTest;
import io.nokv.fsmeta.exec.TestStore;
import io.nokv.sql.api.Column;
import io.nokv.sql.api.PreparedSql;
import io.nokv.sql.api.SqlCatalog;
import io.nokv.sql.error.SqlState;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Where a SQL engine on Calcite usually goes wrong, one story each. */
@ParameterizedClass
@EnumSource(TestStore.class)
final class TrapsTest {
    private final SqlUnderTest sql;

    TrapsTest(TestStore store) {
        sql = SqlUnderTest.open(store);
    }

    @AfterEach
    void close() {
        sql.close();
    }

    private void files(int count) {
        for (int i = 0; i < count; i++) {
            sql.fs.file(NamespaceUnderTest.ROOT, String.format("f%04d", i), i);
        }
    }

    @Test
    void anInListOfThousandsIsABatchOfKeys() {
        files(50);
        String list = IntStream.range(0, 5000).mapToObj(i -> String.format("'f%04d'", i * 7))
                .collect(Collectors.joining(", "));
        String query = "SELECT name FROM entries WHERE mount = 'm' AND parent = 16777216 AND name IN (" + list + ")";
        assertTrue(sql.explain(query).getFirst().startsWith("MultiGet entries"));
        assertEquals(List.of("f0000", "f0007", "f0014", "f0021", "f0028", "f0035", "f0042", "f0049"), sql.lines(query));
        String parameters = IntStream.range(0, 300).mapToObj(_ -> "?").collect(Collectors.joining(", "));
        Object[] values = IntStream.range(0, 300).mapToObj(i -> "f00" + i).toArray();
        assertEquals(40, sql.rows("SELECT name FROM entries WHERE mount = 'm' AND parent = 16777216 AND name IN ("
                + parameters + ")", values).size());
        String inodes = IntStream.range(0, 2000).mapToObj(i -> String.valueOf(16777216L + 2 * i))
                .collect(Collectors.joining(", "));
        assertEquals(26, sql.rows("SELECT inode FROM inodes WHERE mount = 'm' AND inode IN (" + inodes + ")").size());
    }

    @Test
    void limitAndOffsetTakeAnyNumber() {
        files(10);
        for (Object two : List.<Object>of(2, 2L, (short) 2, 2.0, new BigDecimal("2"))) {
            assertEquals(List.of("f0002", "f0003"),
                    sql.lines("SELECT name FROM entries ORDER BY name OFFSET ? ROWS FETCH NEXT ? ROWS ONLY", two, two));
        }
        assertEquals("22023", sql.state("SELECT name FROM entries LIMIT ?", -1));
        assertEquals("22023", sql.state("SELECT name FROM entries LIMIT ?", (Object) null));
    }

    @Test
    void parametersHaveTypesAndNullMatchesNothing() {
        files(3);
        PreparedSql prepared = sql.session
                .prepare("SELECT size FROM entries WHERE mount = ? AND parent = ? AND name = ? AND mtime < ?");
        assertEquals(List.of(Column.Type.VARCHAR, Column.Type.BIGINT, Column.Type.VARCHAR, Column.Type.TIMESTAMP),
                prepared.parameters());
        String get = "SELECT size FROM entries WHERE mount = ? AND parent = ? AND name = ?";
        assertEquals(2L, sql.value(get, "m", 16777216, "f0002"));
        assertEquals(2L, sql.value(get, "m", "16777216", "f0002"));
        assertEquals(List.of(), sql.rows(get, "m", null, "f0002"));
        assertEquals(List.of(), sql.rows(get, null, 16777216L, "f0002"));
        assertEquals("22P02", sql.state(get, "m", "many", "f0002"));
        assertEquals("22023", sql.state(get, "m"));
        assertEquals(List.of(), sql.rows("SELECT 1 FROM entries WHERE size IN (?, ?)", null, null));
    }

    @Test
    void aPlanIsMadeOnceAndServesEveryValue() {
        files(5);
        PreparedSql first = sql.session.prepare("SELECT size FROM entries WHERE name = ?");
        PreparedSql second = sql.openSession().prepare("SELECT size FROM entries WHERE name = ?");
        assertTrue(((Prepared) first).plan() == ((Prepared) second).plan());
        for (int i = 0; i < 5; i++) {
            assertEquals((long) i, sql.value("SELECT size FROM entries WHERE name = ?", "f000" + i));
        }
    }

    @Test
    void identifiersMatchWithoutRegardToCase() {
        files(1);
        for (String query : List.of("select NAME from ENTRIES", "SELECT Name FROM Entries",
                "SELECT \"name\" FROM \"entries\"", "SELECT \"NAME\" FROM \"NOKV\".\"ENTRIES\"",
                "SELECT e.name FROM nokv.entries AS E")) {
            assertEquals(List.of("f0000"), sql.lines(query), query);
        }
        assertEquals(List.of("name", "total"), sql.columns("SELECT NAME, size AS Total FROM entries"));
        assertEquals(List.of("Total"), sql.columns("SELECT size AS \"Total\" FROM entries"));
    }

    @Test
    void columnsCarryBareTypesAndTheirTable() {
        List<Column> columns = sql.session
                .prepare("SELECT name, inode, mtime, mode, name_bytes, size * 1.5 AS x, NULL AS n FROM entries")
                .columns();
        assertEquals(
                List.of(Column.Type.VARCHAR, Column.Type.BIGINT, Column.Type.TIMESTAMP, Column.Type.INTEGER,
                        Column.Type.VARBINARY, Column.Type.DECIMAL, Column.Type.NULL),
                columns.stream().map(Column::type).toList());
        assertEquals("entries", columns.getFirst().table());
        assertFalse(columns.getFirst().nullable());
        assertEquals(3, columns.get(2).precision());
    }

    @Test
    void textIsUtf8Everywhere() {
        sql.fs.file(NamespaceUnderTest.ROOT, "Ünïcode-日本-\uD83D\uDE00");
        String get = "SELECT name FROM entries WHERE mount = 'm' AND parent = 16777216 AND name = ";
        assertEquals(List.of("Ünïcode-日本-\uD83D\uDE00"), sql.lines(get + "'Ünïcode-日本-\uD83D\uDE00'"));
        assertEquals(1, sql.rows(get + "U&'\\00DCn\\00EFcode-\\65E5\\672C-\\D83D\\DE00'").size());
        assertEquals(1, sql.rows(get + "?", "Ünïcode-日本-\uD83D\uDE00").size());
        assertEquals(1, sql.rows("SELECT 1 FROM entries WHERE name LIKE 'Ünï%' AND name > '\uFFFD'"
                + " OR name LIKE '%\uD83D\uDE00'").size());
    }

    @Test
    void halfACharacterIsNoName() {
        sql.fs.file(NamespaceUnderTest.ROOT, "?");
        String get = "SELECT name FROM entries WHERE mount = 'm' AND parent = 16777216 AND name = ?";
        assertEquals(List.of("?"), sql.lines(get, "?"));
        assertEquals(List.of(), sql.lines(get, "\uD83D"), "Java writes it as '?' in UTF-8");
        assertEquals("NSNAM", sql.state("INSERT INTO dentries (parent, name) VALUES (16777216, ?)", "a\uDE00b"));
        assertEquals(1L, sql.value("SELECT count(*) FROM dentries"));
    }

    @Test
    void aStatementHasLimits() {
        assertEquals("54000", sql.state("SELECT '" + "x".repeat(1 << 20) + "'"));
        assertEquals(1, sql.rows("SELECT " + "(".repeat(200) + "1" + ")".repeat(200)).size());
        assertEquals("54001", sql.state("SELECT " + "(".repeat(201) + "1" + ")".repeat(201)));
        assertEquals("54001", sql.state("SELECT " + "1 + ".repeat(20_000) + "1"));
        assertEquals("54001", sql.state("SELECT " + "NOT ".repeat(20_000) + "TRUE"));
    }

    @Test
    void longChainsOfOrAreNoDeepTrees() {
        files(20);
        String chain = IntStream.range(0, 3000).mapToObj(i -> "(size = " + i * 3 + " AND uid = 0)")
                .collect(Collectors.joining(" OR "));
        assertEquals(7L, sql.value("SELECT count(*) FROM entries WHERE " + chain));
    }

    @Test
    void sortsGroupsAndJoinsHaveABudget() {
        files(3);
        String many = IntStream.range(0, 70).mapToObj(i -> "(" + i + ")").collect(Collectors.joining(", "));
        String huge = "(SELECT repeat('x', 1000) || c.i AS t FROM (VALUES " + many + ") a(i), (VALUES " + many
                + ") b(i), (VALUES " + many + ") c(i))";
        assertEquals("53200", sql.state("SELECT t, row_number() OVER () FROM " + huge));
        assertEquals("53200", sql.state("SELECT * FROM " + huge + " ORDER BY t"));
        assertEquals(1, sql.rows("SELECT * FROM " + huge + " ORDER BY t LIMIT 1").size());
        assertEquals(343_000L, sql.value("SELECT count(*) FROM " + huge));
    }

    @Test
    void aChangeHasAtMostTenThousandRows() {
        String many = IntStream.range(0, 101).mapToObj(i -> "(" + i + ")").collect(Collectors.joining(", "));
        assertEquals("54000", sql.state("INSERT INTO dentries (parent, name) SELECT 16777216, a.i || '-' || b.i FROM"
                + " (VALUES " + many + ") a(i), (VALUES " + many + ") b(i)"));
        assertEquals(0L, sql.value("SELECT count(*) FROM dentries"));
    }

    @Test
    void aLimitStopsTheScan() {
        files(2000);
        assertEquals(3, sql.rows("SELECT name FROM entries WHERE mount = 'm' LIMIT 3").size());
        assertEquals(List.of("Limit fetch 3", "  PrefixScan entries key[mount = 'm'] columns(name)"),
                sql.explain("SELECT name FROM entries WHERE mount = 'm' LIMIT 3"));
        assertEquals(2000, sql.rows("SELECT name FROM entries").size());
        assertEquals(List.of("f1999", "f1998"), sql.lines("SELECT name FROM entries ORDER BY size DESC LIMIT 2"));
    }

    @Test
    void lookupsWorkInManyBatches() {
        files(3000);
        assertEquals(3000, sql.rows("SELECT d.name, i.size FROM dentries d JOIN inodes i ON i.mount = d.mount AND"
                + " i.inode = d.inode WHERE d.mount = 'm' AND d.parent = 16777216").size());
        assertEquals(4498500L, sql.value("SELECT sum(i.size) FROM dentries d JOIN inodes i ON i.mount = d.mount AND"
                + " i.inode = d.inode WHERE d.mount = 'm' AND d.parent = 16777216"));
    }

    @Test
    void everyStateIsFiveCharactersAndNoneIsSuccess() {
        for (SqlState state : SqlState.values()) {
            assertTrue(state.code().matches("[0-9A-Z]{5}"), state.name());
            assertFalse(state.code().startsWith("00"), state.name());
        }
        for (Reason reason : Reason.values()) {
            assertFalse(SqlState.of(reason).code().isEmpty());
        }
    }

    @Test
    void messagesCarryNoClassNames() {
        List<String> wrong = List.of("SELEC 1", "SELECT nope(1)", "SELECT * FROM nope", "SELECT 1/0",
                "SELECT cast('x' AS INT)",
                "SELECT * FROM READDIRPLUS('/nope')", "SELECT name FROM entries GROUP BY size", "SELECT ?",
                "SELECT * FROM SUBTREE('/', 'x')", "INSERT INTO entries (parent, name) VALUES (5, 'x')",
                "SELECT '\u0000", "SELECT \uD800", "", ";", "--", "/*",
                "SELECT 1 FROM entries WHERE name LIKE 'a' ESCAPE ''");
        for (String statement : wrong) {
            String message = sql.failure(statement).getMessage();
            assertFalse(message.matches("(?s).*(calcite|Exception|io\\.nokv|java\\.|\\tat ).*"),
                    statement + ": " + message);
            assertFalse(sql.failure(statement).sqlState().equals("XX000"), statement + ": " + message);
        }
    }

    @Test
    void theCatalogNamesTablesKeysAndFunctions() {
        SqlCatalog catalog = sql.session.catalog();
        assertEquals("NOKV", catalog.schema());
        assertEquals(List.of("mounts", "dentries", "inodes", "entries", "quotas", "snapshots"),
                catalog.tables().stream().map(SqlCatalog.Table::name).toList());
        for (SqlCatalog.Table table : catalog.tables()) {
            List<String> columns = table.columns().stream().map(Column::label).toList();
            assertEquals(table.primaryKey(), columns.subList(0, table.primaryKey().size()));
            assertEquals(columns, sql.columns("SELECT * FROM " + table.name()));
            assertEquals(table.columns().stream().map(Column::type).toList(),
                    sql.session.prepare("SELECT * FROM " + table.name()).columns().stream().map(Column::type).toList());
        }
        assertEquals(List.of("mount", "parent", "name"), catalog.tables().get(3).primaryKey());
        List<String> functions = new ArrayList<>(catalog.functions().stream().map(SqlCatalog.Function::name).toList());
        assertTrue(functions.containsAll(List.of("READDIRPLUS", "SUBTREE", "DU", "PATH_OF", "INODE_OF")));
    }

    @Test
    void anUnknownMountIsRefusedAndWarmUpWorks() {
        sql.engine.warmUp();
        var options = new io.nokv.sql.api.SqlEngine.SessionOptions("none", "");
        assertEquals("NSMNT",
                assertThrows(io.nokv.sql.api.SqlFailure.class, () -> sql.engine.open(options)).sqlState());
    }

    @Test
    void nothingThatCalciteCouldLoadIsOnTheClassPath() {
        for (String name : List.of("org.apache.commons.dbcp2.BasicDataSource", "com.google.uzaygezen.core.Content",
                "com.yahoo.sketches.hll.HllSketch", "org.pentaho.aggdes.model.Aggregate",
                "org.locationtech.proj4j.CRSFactory", "com.fasterxml.jackson.dataformat.yaml.YAMLFactory")) {
            assertThrows(ClassNotFoundException.class, () -> Class.forName(name), name);
        }
        assertEquals(1, sql.rows("SELECT 1").size());
    }
}
